import type { Clock } from '#kernel/clock.ts';
import { type Outcome, ok, unknown } from '#kernel/outcome.ts';
import type { EffectScope, Found } from '#platform/effects/ledger.ts';
import type { ExternalRefs } from '../../domain/types.ts';
import type { ProviderPass } from '../../ports.ts';

/** One order under way: under which names it does things, and how long it may go on. */
export interface Run {
  readonly aggregateId: string;
  readonly submission: number;
  readonly effects: EffectScope;
  readonly budget: Budget;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The time of one pass. */
export interface Budget {
  /** True when nothing further is begun: time is up and something came of it. */
  spent(): boolean;
  /** Something was done at the provider that no later pass has to do. */
  progress(): void;
}

/** One step of an order: from the refs known so far to those it learns. Safe to repeat. */
export type Step = (known: ExternalRefs) => Promise<Outcome<ExternalRefs>>;

/** Something done at most once under its key. */
export interface Deed<R> {
  /** Its name within the aggregate, part of the key. */
  readonly what: string;
  readonly operation: string;
  readonly request: unknown;
  /** See Intent. */
  readonly absentAfterMs?: number;
  find(): Promise<Outcome<Found<R>>>;
  act(): Promise<Outcome<R>>;
}

/** Five seconds of steps and one call of eight end within the 13 s that a pass grants a provider. */
const BUDGET_MS = 5_000;
/** New objects of TrustHub and new services may show up this late in look-ups (docs/twilio.md 1.4). */
export const LATE_LISTING_MS = 15_000;
/** The provider's limit for names of addresses and services; where it states none, its users keep to it too. */
const NAME_LIMIT = 64;

/** The time by now that a pass goes by. */
export function timeOf({ time }: Pick<ProviderPass, 'time'>, clock: Clock): Date {
  return time?.() ?? clock.now();
}

export function budgetFrom(clock: Clock): Budget {
  const began = clock.now().getTime();
  let progressed = false;
  return {
    // Without progress it goes on: look-ups that are slower than the budget would end every pass alike.
    spent: () => progressed && clock.now().getTime() - began >= BUDGET_MS,
    progress() {
      progressed = true;
    },
  };
}

/** The mark by which an object of ours is found again at the provider: no PII, and never used twice. */
export function tagOf({ aggregateId }: Pick<Run, 'aggregateId'>, what: string): string {
  const tag = `${aggregateId}/${what}`;
  if (tag.length > NAME_LIMIT) throw new RangeError(`${what} makes a name of ${tag.length} characters`);
  return tag;
}

/**
 * Takes the steps in order, as many as fit into the budget. A step that is not `ok` ends the run with its
 * outcome; out of time is `pending` with the refs so far, to go on at once.
 */
export async function takeSteps(
  budget: Budget,
  steps: readonly Step[],
  known: ExternalRefs,
): Promise<Outcome<ExternalRefs>> {
  let refs = known;
  for (const step of steps) {
    if (budget.spent()) return { kind: 'pending', value: refs, checkAfterMs: 0 };
    const outcome = await step(refs);
    if (outcome.kind === 'pending') return { ...outcome, value: { ...refs, ...outcome.value } };
    if (outcome.kind !== 'ok') return outcome;
    refs = { ...refs, ...outcome.value };
  }
  return ok(refs);
}

/** Done once in each submission: updates, evaluations, orders to review. */
export async function onceEachSubmission<R>(run: Run, deed: Deed<R>): Promise<Outcome<R>> {
  return (await perform(run, `${run.aggregateId}/${deed.what}/${run.submission}`, deed)).outcome;
}

/**
 * Made once for the aggregate. A refusal is final for its key, so that a later submission, with another spec,
 * tries under the next one; what an earlier submission made is answered by the ledger.
 */
export async function makeOnce<R>(run: Run, deed: Deed<R>): Promise<Outcome<R>> {
  const first = `${run.aggregateId}/${deed.what}`;
  for (let attempt = 1; ; attempt += 1) {
    const key = attempt === 1 ? first : `${first}/${attempt}`;
    const { outcome, asked } = await perform(run, key, deed);
    if (outcome.kind !== 'refused' || asked || attempt >= run.submission) return outcome;
  }
}

/** A deed through the ledger. `asked`: the provider was, so that the outcome is not an old one. */
async function perform<R>(
  run: Run,
  key: string,
  { operation, request, absentAfterMs, find, act }: Deed<R>,
): Promise<{ readonly outcome: Outcome<R>; readonly asked: boolean }> {
  let asked = false;
  let outOfTime = false;
  const intent = { key, operation, request, ...(absentAfterMs === undefined ? {} : { absentAfterMs }) };
  const outcome = await run.effects.ensure<R>(intent, {
    find: () => {
      asked = true;
      return find();
    },
    create: async () => {
      outOfTime = run.budget.spent();
      return outOfTime ? NOT_BEGUN : act();
    },
  });
  if (asked && outcome.kind === 'ok') run.budget.progress();
  return { outcome: outOfTime ? { kind: 'pending', checkAfterMs: 0 } : outcome, asked };
}

/** Tells the ledger that nothing was done. */
const NOT_BEGUN: Outcome<never> = {
  kind: 'throttled',
  retryAfterMs: 0,
  reason: 'no time is left in this pass',
};

/** A look-up by mark as the ledger wants it. */
export async function foundBy<T>(look: Promise<Outcome<T | undefined>>): Promise<Outcome<Found<T>>> {
  const outcome = await look;
  if (outcome.kind === 'pending') return unknown('the look-up is not done yet');
  if (outcome.kind !== 'ok') return outcome;
  const { value } = outcome;
  return ok(value === undefined ? { kind: 'absent' } : { kind: 'found', value });
}

/** For deeds that do no harm when repeated: nothing is looked for. */
export const repeatable = async (): Promise<Outcome<{ readonly kind: 'absent' }>> => ok({ kind: 'absent' });

/** The outcome with another value, where it has one. */
export function mapOk<A, B>(outcome: Outcome<A>, to: (value: A) => B): Outcome<B> {
  if (outcome.kind === 'ok') return ok(to(outcome.value));
  if (outcome.kind !== 'pending') return outcome;
  const { value, ...rest } = outcome;
  return { ...rest, ...(value === undefined ? {} : { value: to(value) }) };
}
