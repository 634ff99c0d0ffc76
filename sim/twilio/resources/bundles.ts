import { notFound, type SimAnswer, type SimRequest, simError } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimWorld } from '../world.ts';
import {
  assignments,
  assignmentsOf,
  type BundleKind,
  type BundleRecord,
  bundlesOf,
  contentOf,
} from './bundle-records.ts';
import { isLocked, mayMove, nextRound, setStatus, submit } from './bundle-review.ts';
import { badParameter, iso, NO_CONTENT, requiredAll } from './common.ts';
import { evaluate } from './evaluation.ts';
import { policyOf } from './policies.ts';

/** How the two kinds of bundle differ: their path, and the prefix of their link names. */
export const BUNDLE_PATHS: Readonly<Record<BundleKind, { readonly path: string; readonly links: string }>> = {
  customer: { path: 'CustomerProfiles', links: 'customer_profiles' },
  trust: { path: 'TrustProducts', links: 'trust_products' },
};

export function lockedError(): SimAnswer {
  return simError(400, 60_711, 'The status of the business does not allow updates');
}

function view(request: SimRequest, bundle: BundleRecord): Record<string, unknown> {
  const { path, links } = BUNDLE_PATHS[bundle.kind];
  const url = `${request.base}/v1/${path}/${bundle.sid}`;
  return {
    sid: bundle.sid,
    account_sid: bundle.account,
    policy_sid: bundle.policySid,
    friendly_name: bundle.friendlyName,
    status: bundle.status,
    valid_until: null,
    email: bundle.email,
    status_callback: bundle.statusCallback,
    date_created: iso(bundle.createdAt),
    date_updated: iso(bundle.updatedAt),
    url,
    links: {
      [`${links}_entity_assignments`]: `${url}/EntityAssignments`,
      [`${links}_evaluations`]: `${url}/Evaluations`,
      [`${links}_channel_endpoint_assignment`]: `${url}/ChannelEndpointAssignments`,
    },
    errors: bundle.errors.length === 0 ? null : bundle.errors,
  };
}

function create(kind: BundleKind, request: SimRequest, world: SimWorld): SimAnswer {
  const read = requiredAll(request.form, ['FriendlyName', 'Email', 'PolicySid']);
  if ('refusal' in read) return read.refusal;
  if (policyOf(read.values.PolicySid)?.kind !== kind)
    return badParameter('PolicySid is not a policy of this kind');
  if (!/^[^@\s]+@[^@\s]+$/.test(read.values.Email)) return badParameter('Email is not an e-mail address');
  const bundle = bundlesOf(kind)
    .of(world)
    .insert({
      ...world.stamp('BU', request.account),
      kind,
      policySid: read.values.PolicySid,
      friendlyName: read.values.FriendlyName,
      email: read.values.Email,
      statusCallback: request.form.get('StatusCallback'),
      status: 'draft',
      errors: [],
      round: 0,
      reviewed: false,
    });
  return { status: 201, body: view(request, bundle) };
}

function list(kind: BundleKind, request: SimRequest, world: SimWorld): SimAnswer {
  const { query } = request;
  const wanted = (name: string, value: string) => !query.get(name) || query.get(name) === value;
  const found = bundlesOf(kind)
    .of(world)
    .list(request.account)
    .filter(
      (bundle) =>
        wanted('FriendlyName', bundle.friendlyName) &&
        wanted('PolicySid', bundle.policySid) &&
        wanted('Status', bundle.status),
    );
  return world.page(
    request,
    found.map((bundle) => view(request, bundle)),
    'results',
  );
}

function update(bundle: BundleRecord, request: SimRequest, world: SimWorld): SimAnswer {
  const status = request.form.get('Status');
  const changes = ['FriendlyName', 'Email', 'StatusCallback'].filter((name) => request.form.has(name));
  if (status !== null && changes.length > 0) {
    return simError(400, 22_204, 'A change of status must not come with other changes');
  }
  if (status !== null) return move(bundle, status, request, world);
  if (isLocked(bundle.status)) return lockedError();
  bundle.friendlyName = request.form.get('FriendlyName') ?? bundle.friendlyName;
  bundle.email = request.form.get('Email') ?? bundle.email;
  bundle.statusCallback = request.form.get('StatusCallback') ?? bundle.statusCallback;
  bundle.updatedAt = world.now();
  return { status: 200, body: view(request, bundle) };
}

function move(bundle: BundleRecord, status: string, request: SimRequest, world: SimWorld): SimAnswer {
  if (!mayMove(bundle.status, status)) return lockedError();
  if (status === 'pending-review') {
    const policy = policyOf(bundle.policySid);
    if (!policy || evaluate(policy, contentOf(world, bundle)).status !== 'compliant') {
      return badParameter('The bundle is not compliant; an evaluation says what is missing');
    }
    submit(world, bundle);
  } else {
    nextRound(bundle);
    setStatus(world, bundle, 'draft');
  }
  return { status: 200, body: view(request, bundle) };
}

function remove(bundle: BundleRecord, world: SimWorld): SimAnswer {
  if (isLocked(bundle.status)) return lockedError();
  nextRound(bundle);
  for (const entry of assignmentsOf(world, bundle.sid)) assignments.of(world).remove(entry.sid);
  bundlesOf(bundle.kind).of(world).remove(bundle.sid);
  return NO_CONTENT;
}

/** A handler on one bundle of the account; 404 when there is none. */
export function onBundle(
  kind: BundleKind,
  run: (bundle: BundleRecord, request: SimRequest, world: SimWorld) => SimAnswer,
): SimRoute['handle'] {
  return (request, world) => {
    const bundle = bundlesOf(kind)
      .of(world)
      .find(request.account, request.params.sid ?? '');
    return bundle ? run(bundle, request, world) : notFound(request);
  };
}

function routesOf(kind: BundleKind): readonly SimRoute[] {
  const path = `/v1/${BUNDLE_PATHS[kind].path}`;
  const product = 'trusthub';
  return [
    { method: 'POST', product, path, handle: (request, world) => create(kind, request, world) },
    { method: 'GET', product, path, handle: (request, world) => list(kind, request, world) },
    {
      method: 'GET',
      product,
      path: `${path}/:sid`,
      handle: onBundle(kind, (bundle, request) => ({ status: 200, body: view(request, bundle) })),
    },
    { method: 'POST', product, path: `${path}/:sid`, handle: onBundle(kind, update) },
    {
      method: 'DELETE',
      product,
      path: `${path}/:sid`,
      handle: onBundle(kind, (bundle, _, world) => remove(bundle, world)),
    },
  ];
}

export const bundleRoutes: readonly SimRoute[] = [...routesOf('customer'), ...routesOf('trust')];
