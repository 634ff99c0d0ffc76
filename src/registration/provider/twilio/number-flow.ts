import { type Outcome, ok, refused, type Waiting } from '#kernel/outcome.ts';
import { REASON } from '../../domain/reasons.ts';
import type { ExternalRefs } from '../../domain/types.ts';
import type {
  NumberOrder,
  NumberRegistrations,
  ProviderObject,
  ProviderPass,
  ProviderStatus,
} from '../../ports.ts';
import type { TwilioCalls } from './calls.ts';
import {
  attachedAt,
  GONE,
  heardOf,
  inferredFrom,
  NO_SMS,
  NOT_OWNED,
  ONE_NUMBER_ONLY,
} from './number-status.ts';
import type { FlowDeps } from './options.ts';
import { setback } from './outcomes.ts';
import { budgetFrom, foundBy, makeOnce, mapOk, type Run, repeatable, timeOf } from './steps.ts';

export interface NumberFlowDeps extends FlowDeps {
  readonly options: FlowDeps['options'] & {
    /** Whether the account sends its events to us; numbers are inferred at once without. */
    readonly eventsOn?: boolean;
  };
  readonly registrations: NumberRegistrations;
  /**
   * Whether a pool of ours is letting go of this number, or did so within the last minutes: the provider shows
   * that late. Without it a number in another pool is refused at once.
   */
  readonly isBeingReleased?: (e164: string) => Promise<boolean>;
  /**
   * What goes before this number in a campaign that has room for one: the pool shows new members late, and two may be
   * asked for at once. Without it the pool alone tells.
   */
  readonly ahead?: (
    order: Pick<NumberOrder, 'campaignId' | 'bindingId'>,
  ) => Promise<'attached' | 'requested' | undefined>;
}

export interface NumberFlow {
  attach(order: NumberOrder, pass: ProviderPass): Promise<Outcome<ExternalRefs>>;
  detach(order: NumberOrder, pass: ProviderPass): Promise<Outcome<ExternalRefs>>;
  poll(
    object: Extract<ProviderObject, { resource: 'binding' }>,
    pass: ProviderPass,
  ): Promise<Outcome<ProviderStatus>>;
}

/** Refs of an attached number; `attachedAt` tells events about it from those about an earlier stay in a pool. */
interface Attached extends ExternalRefs {
  readonly phoneNumberSid: string;
  readonly messagingServiceId: string;
  readonly attachedAt: string;
}

/** The use case that only campaigns of sole proprietors have. */
const SOLE_PROPRIETOR = 'SOLE_PROPRIETOR';
/** The number is in another messaging service. */
const HELD_ELSEWHERE = '21712';
/** Looked at again this often while another pool of ours lets go of the number. */
const RELEASE_RECHECK_MS = 5_000;
/** New members of a pool show up late; longer than this means that somebody took it out again. */
const VISIBLE_WITHIN_MS = 60_000;
const VISIBLE_RECHECK_MS = 1_000;

const BEING_RELEASED: Waiting = {
  reason: REASON.AwaitingDetach,
  message: 'The number is still being taken out of an older sender pool.',
  actor: 'platform',
};
const OTHER_LEAVES: Waiting = {
  reason: REASON.AwaitingDetach,
  message: 'The one number that the campaign had is still being taken out of its sender pool.',
  actor: 'platform',
};
const OTHER_FIRST: Waiting = {
  reason: REASON.AwaitingProvider,
  message: 'Another number was asked for first, and the campaign of a sole proprietor has room for one.',
  actor: 'provider',
};
const NOT_VISIBLE: Waiting = {
  reason: REASON.AwaitingProvider,
  message: 'The provider has taken the number into the sender pool and does not show it there yet.',
  actor: 'provider',
};

/** A refusal would stand in the ledger for good: nothing was done, so it may be asked again. */
const NOTHING_DONE: Outcome<never> = { kind: 'throttled', retryAfterMs: 0, reason: 'nothing was done' };

/**
 * Numbers in the pool of a messaging service: in, out, and what the carriers make of them (docs/twilio.md
 * 5.5, 5.6).
 */
export function createNumberFlow(deps: NumberFlowDeps): NumberFlow {
  const { clock, options, registrations } = deps;

  return {
    async attach(order, pass) {
      const run = runOf(order, pass);
      const calls = deps.calls(pass);
      const looked = await calls.findOwnNumber(order.e164);
      if (looked.kind !== 'ok') return setback(looked);
      const number = looked.value;
      if (!number) return refused(NOT_OWNED);
      if (!number.sms) return refused(NO_SMS);
      if (run.budget.spent()) return { kind: 'pending', checkAfterMs: 0 };
      const room = await roomFor(order, number.sid, calls);
      if (room.kind !== 'ok') return setback(room);
      if (run.budget.spent()) return { kind: 'pending', checkAfterMs: 0 };
      const attached = await intoPool(order, number.sid, calls, run);
      if (attached.kind !== 'ok') return attached;
      if (run.budget.spent()) return { kind: 'pending', value: attached.value, checkAfterMs: 0 };
      return visible(attached.value, calls, run);
    },

    async detach(order, pass) {
      const run = runOf(order, pass);
      const calls = deps.calls(pass);
      let { phoneNumberSid } = order.externalRefs;
      if (phoneNumberSid === undefined) {
        // Its attach may have been under way when it was detached: only the number itself is known then.
        const looked = await calls.findOwnNumber(order.e164);
        if (looked.kind !== 'ok') return setback(looked);
        // A number that left the account has left every pool.
        if (!looked.value) return ok(order.externalRefs);
        phoneNumberSid = looked.value.sid;
      }
      return outOfPool(order, phoneNumberSid, calls, run);
    },

    async poll({ refs, e164 }, pass) {
      const calls = deps.calls(pass);
      const { messagingServiceId, phoneNumberSid } = refs;
      if (!messagingServiceId || !phoneNumberSid) return ok(GONE);
      const there = await calls.isAttached(messagingServiceId, phoneNumberSid);
      if (there.kind !== 'ok') return setback(there);
      if (!there.value) return ok(GONE);
      const own = await calls.findOwnNumber(e164);
      if (own.kind !== 'ok') return setback(own);
      // Released, or released and bought again: a number bought anew is in no pool.
      if (own.value?.sid !== phoneNumberSid) return ok(GONE);
      const event = await registrations.of(phoneNumberSid, messagingServiceId);
      const stay = { messagingServiceSid: messagingServiceId, since: attachedAt(refs) };
      const heard = heardOf(event, stay, timeOf(pass, clock), options.eventsOn ?? false);
      if (heard.state !== 'infer') return ok(heard);
      const campaign = await calls.fetchCampaign(messagingServiceId);
      if (campaign.kind !== 'ok') return setback(campaign);
      return ok(inferredFrom(campaign.value?.status));
    },
  };

  function runOf({ bindingId }: NumberOrder, pass: ProviderPass): Run {
    // A number is ordered once in a binding.
    const { effects } = pass;
    const now = () => timeOf(pass, clock).getTime();
    return { aggregateId: bindingId, submission: 1, effects, budget: budgetFrom(clock), now };
  }

  /** Of a sole proprietor's numbers the first is the only one; one that is on its way in or out is waited for. */
  async function roomFor(
    order: NumberOrder,
    phoneNumberSid: string,
    calls: TwilioCalls,
  ): Promise<Outcome<undefined>> {
    if (order.campaignRefs?.campaignUseCase !== SOLE_PROPRIETOR) return ok(undefined);
    const pool = await calls.pool(order.messagingServiceId);
    if (pool.kind !== 'ok') return setback(pool);
    if (pool.value.some(({ sid }) => sid === phoneNumberSid)) return ok(undefined);
    for (const { e164 } of pool.value) {
      if (!(await deps.isBeingReleased?.(e164))) return refused(ONE_NUMBER_ONLY);
    }
    if (pool.value.length > 0) {
      return { kind: 'pending', checkAfterMs: RELEASE_RECHECK_MS, waiting: OTHER_LEAVES };
    }
    const ahead = await deps.ahead?.(order);
    if (ahead === 'attached') return refused(ONE_NUMBER_ONLY);
    if (ahead === undefined) return ok(undefined);
    return { kind: 'pending', checkAfterMs: RELEASE_RECHECK_MS, waiting: OTHER_FIRST };
  }

  /**
   * Through the ledger although a second attach does no harm: a pass that has lost its lease must not put back
   * what another one has taken out.
   */
  async function intoPool(
    { messagingServiceId, e164 }: NumberOrder,
    phoneNumberSid: string,
    calls: TwilioCalls,
    run: Run,
  ): Promise<Outcome<Attached>> {
    const attached = (): Attached => ({
      phoneNumberSid,
      messagingServiceId,
      attachedAt: new Date(run.now()).toISOString(),
    });
    let beingReleased = false;
    const outcome = await makeOnce<Attached>(run, {
      what: 'attach',
      operation: 'number.attach',
      request: { phoneNumberSid, messagingServiceId },
      find: () => foundBy(inPool(messagingServiceId, phoneNumberSid, calls, attached)),
      async act() {
        const answer = await calls.attachNumber(messagingServiceId, phoneNumberSid);
        if (answer.kind === 'ok') return ok(attached());
        if (answer.kind !== 'refused' || answer.refusal.code !== HELD_ELSEWHERE) return setback(answer);
        beingReleased = (await deps.isBeingReleased?.(e164)) ?? false;
        return beingReleased ? NOTHING_DONE : answer;
      },
    });
    if (!beingReleased) return outcome;
    return { kind: 'pending', checkAfterMs: RELEASE_RECHECK_MS, waiting: BEING_RELEASED };
  }

  async function inPool(
    messagingServiceId: string,
    phoneNumberSid: string,
    calls: TwilioCalls,
    attached: () => Attached,
  ): Promise<Outcome<Attached | undefined>> {
    const there = await calls.isAttached(messagingServiceId, phoneNumberSid);
    return mapOk(there, (value) => (value ? attached() : undefined));
  }

  /** Attached means that a look shows it: the next look would take it for lost otherwise. */
  async function visible(attached: Attached, calls: TwilioCalls, run: Run): Promise<Outcome<ExternalRefs>> {
    const there = await calls.isAttached(attached.messagingServiceId, attached.phoneNumberSid);
    if (there.kind !== 'ok') return setback(there);
    const age = run.now() - Date.parse(attached.attachedAt);
    if (there.value || age >= VISIBLE_WITHIN_MS) return ok(attached);
    return { kind: 'pending', value: attached, checkAfterMs: VISIBLE_RECHECK_MS, waiting: NOT_VISIBLE };
  }

  /**
   * Through the ledger for its fence: a pass that has lost its lease must not take out what was attached again
   * meanwhile. What is gone already can be taken out once more, so nothing need be looked up.
   */
  async function outOfPool(
    { messagingServiceId, externalRefs }: NumberOrder,
    phoneNumberSid: string,
    calls: TwilioCalls,
    run: Run,
  ): Promise<Outcome<ExternalRefs>> {
    let no: Outcome<never> | undefined;
    const outcome = await makeOnce<Record<string, never>>(run, {
      what: 'detach',
      operation: 'number.detach',
      request: { phoneNumberSid, messagingServiceId },
      find: repeatable,
      async act() {
        const answer = await calls.detachNumber(messagingServiceId, phoneNumberSid);
        if (answer.kind === 'ok') return ok({});
        if (answer.kind !== 'refused') return setback(answer);
        // A service that is no more has no numbers.
        if (answer.refusal.reason === REASON.ProviderObjectGone) return ok({});
        no = answer;
        return NOTHING_DONE;
      },
    });
    return no ?? mapOk(outcome, () => externalRefs);
  }
}
