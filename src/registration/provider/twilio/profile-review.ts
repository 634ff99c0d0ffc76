import { type Outcome, ok, unknown, type Waiting } from '#kernel/outcome.ts';
import type { Found } from '#platform/effects/ledger.ts';
import { REASON } from '../../domain/reasons.ts';
import type { BundlePlan } from './bundle-plan.ts';
import type { Bundle, TwilioCalls } from './calls.ts';
import { bundleStatusOf } from './mapping-status.ts';
import { refusedFor } from './outcomes.ts';
import { mapOk, onceEachSubmission, type Run, repeatable, type Step } from './steps.ts';

interface ReviewWork {
  readonly run: Run;
  readonly calls: TwilioCalls;
  readonly plan: BundlePlan;
  readonly onSubmitted: (at: number) => void;
}

const DRAFT = 'draft';
const REJECTED = 'twilio-rejected';
const APPROVED = 'twilio-approved';

const IN_REVIEW: Waiting = {
  reason: REASON.AwaitingProvider,
  message: 'The customer profile is in review and takes no changes; the correction follows afterwards.',
  actor: 'provider',
};

/**
 * Makes a bundle of an older submission editable: an approved one becomes a draft again, one in review is
 * waited for. Once in each submission, so that the bundle is not taken back after this submission sent it.
 */
export function reopeningStep({ run, calls, plan }: ReviewWork): Step {
  const { kind, what, ref } = plan;
  return async (known) => {
    const sid = known[ref] ?? '';
    let inReview = false;
    const reopened = await onceEachSubmission<{ readonly sid: string }>(run, {
      what: `${what}-reopen`,
      operation: 'bundle.reopen',
      request: { sid },
      async find() {
        const outcome = await calls.fetchBundle(kind, sid);
        if (outcome.kind !== 'ok') return notFound(outcome);
        const { value: bundle } = outcome;
        if (bundle === undefined) return unknown(`${what}: the bundle is not there`);
        if (bundle.status === APPROVED) return ok({ kind: 'absent' });
        inReview = bundle.status !== DRAFT && bundle.status !== REJECTED;
        if (inReview) return { kind: 'throttled', retryAfterMs: 0, reason: 'in review' };
        return ok({ kind: 'found', value: { sid } });
      },
      act: async () => mapOk(await calls.setBundleStatus(kind, sid, 'draft'), () => ({ sid })),
    });
    if (inReview) return { kind: 'pending', waiting: IN_REVIEW };
    return mapOk(reopened, () => ({}));
  };
}

/** Sends the bundle to review, once in each submission. A bundle that is no longer a draft was sent. */
export function submissionStep({ run, calls, plan, onSubmitted }: ReviewWork): Step {
  const { kind, what, ref } = plan;
  return async (known) => {
    const sid = known[ref] ?? '';
    const submitted = await onceEachSubmission<{ readonly at: number }>(run, {
      what: `${what}-submit`,
      operation: 'bundle.submit',
      request: { sid },
      async find() {
        const outcome = await calls.fetchBundle(kind, sid);
        if (outcome.kind !== 'ok') return notFound(outcome);
        if (outcome.value === undefined) return unknown(`${what}: the bundle is not there`);
        const waits = outcome.value.status === DRAFT || outcome.value.status === REJECTED;
        return ok(waits ? { kind: 'absent' } : { kind: 'found', value: { at: run.now() } });
      },
      act: async () => {
        const outcome = await calls.setBundleStatus(kind, sid, 'pending-review');
        return mapOk(outcome, () => ({ at: run.now() }));
      },
    });
    if (submitted.kind === 'ok') onSubmitted(submitted.value.at);
    return mapOk(submitted, () => ({}));
  };
}

/**
 * Whether the bundle stands after it was left to settle: a rejected one is refused with its reasons, before money
 * is spent on what rests on it. Once in each submission; later verdicts are told by the look at the brand.
 */
export function standingStep({ run, calls, plan }: ReviewWork): Step {
  const { kind, what, ref } = plan;
  return async (known) => {
    const sid = known[ref] ?? '';
    const stands = await onceEachSubmission<{ readonly sid: string }>(run, {
      what: `${what}-stands`,
      operation: 'bundle.look',
      request: { sid },
      find: repeatable,
      async act() {
        const outcome = await calls.fetchBundle(kind, sid);
        if (outcome.kind !== 'ok') return mapOk(outcome, () => ({ sid }));
        const { state, reasons } = bundleStatusOf(outcome.value);
        const [why, ...others] = reasons;
        return state === 'rejected' && why ? refusedFor(why, others) : ok({ sid });
      },
    });
    return mapOk(stands, () => ({}));
  };
}

/** A look that failed, for a look-up. */
function notFound<R>(outcome: Exclude<Outcome<Bundle | undefined>, { kind: 'ok' }>): Outcome<Found<R>> {
  return outcome.kind === 'pending' ? unknown('the look-up is not done yet') : outcome;
}
