import { type Outcome, ok, unknown, type Waiting } from '#kernel/outcome.ts';
import type { Found } from '#platform/effects/ledger.ts';
import { REASON } from '../../domain/reasons.ts';
import type { BrandSpec, ExternalRefs } from '../../domain/types.ts';
import type { TwilioBrand, TwilioCalls } from './calls.ts';
import { brandTypeOf } from './mapping.ts';
import type { AdapterOptions } from './options.ts';
import { setback } from './outcomes.ts';
import {
  type Deed,
  foundBy,
  makeOnce,
  mapOk,
  onceEachSubmission,
  type Run,
  repeatable,
  type Step,
} from './steps.ts';

interface BrandWork {
  readonly run: Run;
  readonly calls: TwilioCalls;
  readonly options: AdapterOptions;
  readonly spec: BrandSpec;
}

/** `at`: when it was made, or found. Milliseconds since the epoch. */
type RegisteredBrand = { readonly sid: string; readonly at: number };

/** A brand just made is PENDING, hence listed; the list may be late by seconds, never by a minute. */
const LISTED_WITHIN_MS = 60_000;
/** Secondary vetting takes longer than this; from then on the list may leave the brand out. */
const SURELY_LISTED_FOR_MS = 300_000;

/** A brand that is not shown yet is looked for this often while it is new. */
const SHOWN_RECHECK_MS = 1_000;

const NOT_SHOWN: Waiting = {
  reason: REASON.AwaitingProvider,
  message: 'The brand is ordered; the provider does not show it yet.',
  actor: 'provider',
};

const MISSED: Waiting = {
  reason: REASON.AwaitingProvider,
  message: 'The provider does not show the brand any more; if that stays so, a new one is ordered.',
  actor: 'provider',
};

/** Registers the first brand of the aggregate. Costs money. */
export function registrationStep(work: BrandWork): Step {
  return async (known) => registered(work, await ordering(work, known, 'brand', makeOnce));
}

/**
 * Registers another brand in place of one that the registry never took, or that is gone. Costs money.
 * @param formerSid that brand, which the look-up must not take for the new one.
 */
export function newRegistrationStep(work: BrandWork, formerSid: string): Step {
  return async (known) =>
    registered(work, await ordering(work, known, 'brand-anew', onceEachSubmission, formerSid));
}

/** One look that shows no brand is no proof: it has to be missed for a minute before another is paid for. */
export function missingStep({ run }: BrandWork, formerSid: string): Step {
  return async () => {
    const missed = await onceEachSubmission<{ readonly at: number }>(run, {
      what: 'brand-missed',
      operation: 'brand.miss',
      request: { sid: formerSid },
      find: repeatable,
      act: async () => ok({ at: run.now() }),
    });
    if (missed.kind !== 'ok') return setback(missed);
    const waitMs = missed.value.at + LISTED_WITHIN_MS - run.now();
    return waitMs > 0 ? { kind: 'pending', checkAfterMs: waitMs, waiting: MISSED } : ok({});
  };
}

/**
 * Sends a failed brand to the registry again under its own sid. Three times are free, the fourth is refused: so a
 * correction whose answer is lost, and that fails again at once, must not be sent twice. When the brand last changed
 * is noted before it is sent; a brand that has changed since was corrected, whatever became of it.
 */
export function correctionStep({ run, calls, spec }: BrandWork, brand: TwilioBrand): Step {
  const { sid } = brand;
  return async () => {
    let present: TwilioBrand | undefined;
    const before = await onceEachSubmission<{ readonly updatedAt: string }>(run, {
      what: 'brand-before-update',
      operation: 'brand.look',
      request: { sid },
      find: repeatable,
      async act() {
        const look = await calls.fetchBrand(sid);
        if (look.kind !== 'ok') return setback(look);
        present = look.value;
        return present ? ok({ updatedAt: present.updatedAt ?? '' }) : unknown('the brand is not shown');
      },
    });
    if (before.kind !== 'ok') return setback(before);
    if (run.budget.spent()) return { kind: 'pending', checkAfterMs: 0 };
    const isCorrected = ({ status, updatedAt = '' }: TwilioBrand) =>
      status !== 'FAILED' || updatedAt !== before.value.updatedAt;
    // A brand that was seen a moment ago need not be looked at once more.
    const look = () => (present ? Promise.resolve(ok(present)) : calls.fetchBrand(sid));
    const corrected = await onceEachSubmission<RegisteredBrand>(run, {
      what: 'brand-update',
      operation: 'brand.update',
      request: { sid },
      find: () => found(look(), isCorrected, run.now()),
      act: async () => mapOk(await calls.updateBrand(sid), () => ({ sid, at: run.now() })),
    });
    return mapOk(corrected, () => brandRefs(spec, sid));
  };
}

/** The order for a brand under the profiles known by now. */
async function ordering(
  { run, calls, options, spec }: BrandWork,
  known: ExternalRefs,
  what: string,
  perform: (run: Run, deed: Deed<RegisteredBrand>) => Promise<Outcome<RegisteredBrand>>,
  formerSid?: string,
): Promise<Outcome<RegisteredBrand>> {
  const { customerProfileSid = '', trustProductSid = '' } = known;
  const pair = { customerProfileSid, trustProductSid };
  const input = { ...pair, ...brandTypeOf(spec, options.vetting), mock: options.mock };
  // Only secondary vetting makes a brand VETTED_VERIFIED, which the list of brands leaves out.
  const mayHide = input.brandType === 'STANDARD' && !input.skipAutomaticSecVet;
  let orderedAt = run.now();
  if (mayHide) {
    const marked = await onceEachSubmission<{ readonly at: number }>(run, {
      what: `${what}-ordered`,
      operation: 'brand.order',
      request: pair,
      find: repeatable,
      act: async () => ok({ at: run.now() }),
    });
    if (marked.kind !== 'ok') return setback(marked);
    orderedAt = marked.value.at;
  }
  return perform(run, {
    what,
    operation: 'brand.create',
    request: input,
    absentAfterMs: LISTED_WITHIN_MS,
    async find() {
      const look = await found(calls.findBrand(pair), ({ sid }) => sid !== formerSid, run.now());
      // An old order whose brand is not listed may have been carried out and vetted since: a human has to look.
      const late = mayHide && run.now() - orderedAt > SURELY_LISTED_FOR_MS;
      return look.kind === 'ok' && look.value.kind === 'absent' && late ? ok({ kind: 'cannotTell' }) : look;
    },
    act: async () => mapOk(await calls.createBrand(input), ({ sid }) => ({ sid, at: run.now() })),
  });
}

/**
 * Not through before the provider shows the brand: a look that misses it would take it for gone. Until then its
 * sid stays in the ledger, for an order with that ref would be a resubmission.
 */
async function registered(
  { run, calls, spec }: BrandWork,
  outcome: Outcome<RegisteredBrand>,
): Promise<Outcome<ExternalRefs>> {
  if (outcome.kind !== 'ok') return setback(outcome);
  if (run.budget.spent()) return { kind: 'pending', checkAfterMs: 0 };
  const { sid, at } = outcome.value;
  const shown = await calls.fetchBrand(sid);
  if (shown.kind !== 'ok') return setback(shown);
  if (shown.value !== undefined) return ok(brandRefs(spec, sid));
  const isNew = run.now() - at < LISTED_WITHIN_MS;
  return { kind: 'pending', waiting: NOT_SHOWN, ...(isNew ? { checkAfterMs: SHOWN_RECHECK_MS } : {}) };
}

/** `brandType` tells a later look, which knows refs only, that an owner has to answer. */
export function brandRefs(spec: BrandSpec, sid: string): ExternalRefs {
  return { providerBrandId: sid, brandType: spec.brandType };
}

async function found(
  later: Promise<Outcome<TwilioBrand | undefined>>,
  counts: (brand: TwilioBrand) => boolean,
  at: number,
): Promise<Outcome<Found<RegisteredBrand>>> {
  const looked = mapOk(await later, (brand) => (brand && counts(brand) ? { sid: brand.sid, at } : undefined));
  return foundBy(Promise.resolve(looked));
}
