import { isDeepStrictEqual } from 'node:util';
import { type Outcome, ok, type Refusal, type Waiting } from '#kernel/outcome.ts';
import { REASON } from '../../domain/reasons.ts';
import type { ExternalRefs } from '../../domain/types.ts';
import type { ProviderStatus } from '../../ports.ts';
import type { TwilioCalls } from './calls.ts';
import { brandStatusOf, bundleStatusOf } from './mapping-status.ts';
import { setback } from './outcomes.ts';

const GONE: ProviderStatus = {
  state: 'gone',
  reasons: [
    {
      reason: REASON.ProviderObjectGone,
      message: 'The brand is no longer at the provider.',
      remediation: 'Find out on the web pages of the provider who deleted it, or ask its support.',
      actor: 'operator',
    },
  ],
  externalRefs: {},
};

/**
 * Where a brand stands. A brand that is not approved is only as good as the profiles under it: one that is
 * rejected rejects the brand with its reasons, one in review is what the brand waits for.
 */
export async function pollBrand(refs: ExternalRefs, calls: TwilioCalls): Promise<Outcome<ProviderStatus>> {
  const { providerBrandId, brandType } = refs;
  if (providerBrandId === undefined) return ok(GONE);
  const look = await calls.fetchBrand(providerBrandId);
  if (look.kind !== 'ok') return setback(look);
  if (look.value === undefined) return ok(GONE);
  const status = brandStatusOf(look.value, { soleProp: brandType === 'SOLE_PROP' });
  if (status.state !== 'pending' && status.state !== 'rejected') return ok(status);

  const reasons: Refusal[] = [];
  let waiting: Waiting | undefined;
  for (const [kind, sid] of [
    ['customer', refs.customerProfileSid],
    ['trust', refs.trustProductSid],
  ] as const) {
    if (sid === undefined) continue;
    const bundle = await calls.fetchBundle(kind, sid);
    if (bundle.kind !== 'ok') return setback(bundle);
    const below = bundleStatusOf(bundle.value);
    // A trust product is rejected along with its profile, for the same reasons.
    if (below.state === 'rejected')
      reasons.push(
        ...below.reasons.filter((reason) => !reasons.some((other) => isDeepStrictEqual(other, reason))),
      );
    waiting ??= below.waiting;
  }
  if (reasons.length > 0)
    return ok({
      state: 'rejected',
      reasons: [...reasons, ...status.reasons],
      externalRefs: status.externalRefs,
    });
  // What a person has to do, and what is unknown, goes before the wait for a review.
  const ordinary = status.waiting === undefined || status.waiting.reason === REASON.AwaitingProvider;
  return ok(status.state === 'pending' && ordinary && waiting ? { ...status, waiting } : status);
}
