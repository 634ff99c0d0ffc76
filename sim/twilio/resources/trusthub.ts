import { notFound, type SimRequest } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimWorld } from '../world.ts';
import { bundleObjectRoutes } from './bundle-objects.ts';
import { bundlePartRoutes } from './bundle-parts.ts';
import { customerProfiles } from './bundle-records.ts';
import { installBundles } from './bundle-review.ts';
import { bundleRoutes } from './bundles.ts';
import { POLICIES, POLICY, type Policy, policyOf, requirementsBody } from './policies.ts';

function view(request: SimRequest, policy: Policy): Record<string, unknown> {
  return {
    sid: policy.sid,
    friendly_name: policy.friendlyName,
    requirements: requirementsBody(policy),
    url: `${request.base}/v1/Policies/${policy.sid}`,
  };
}

const policyRoutes: readonly SimRoute[] = [
  {
    method: 'GET',
    product: 'trusthub',
    path: '/v1/Policies',
    handle: (request, world) =>
      world.page(
        request,
        POLICIES.map((policy) => view(request, policy)),
        'results',
      ),
  },
  {
    method: 'GET',
    product: 'trusthub',
    path: '/v1/Policies/:sid',
    handle(request) {
      const policy = policyOf(request.params.sid ?? null);
      return policy ? { status: 200, body: view(request, policy) } : notFound(request);
    },
  },
];

export const trusthubRoutes: readonly SimRoute[] = [
  ...policyRoutes,
  ...bundleRoutes,
  ...bundlePartRoutes,
  ...bundleObjectRoutes,
];

/** Sid of the primary profile that an account has from the start: BU and the digits of the account's sid. */
export function primaryProfileSid(account: string): string {
  return `BU${account.slice(2)}`;
}

/** The reviewer, and an approved primary profile in every account: it can only be made by hand at Twilio. */
export function installTrusthub(world: SimWorld): void {
  installBundles(world);
  for (const account of world.accounts.values()) {
    customerProfiles.of(world).insert({
      ...world.stamp('BU', account.sid),
      sid: primaryProfileSid(account.sid),
      visibleAt: 0,
      kind: 'customer',
      policySid: POLICY.primary,
      friendlyName: 'Primary profile',
      email: 'compliance@example.com',
      statusCallback: null,
      status: 'twilio-approved',
      errors: [],
      round: 0,
      reviewed: true,
    });
  }
}
