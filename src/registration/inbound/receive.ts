import type { FastifyRequest } from 'fastify';
import type { Clock } from '#kernel/clock.ts';
import { Problem } from '#kernel/problem.ts';
import type { Database, Tx } from '#platform/database/database.ts';
import type { Logger } from '#platform/telemetry/log.ts';
import type { ProviderRef } from '../ports.ts';
import { bodyOf, formOf, parsed, signatureOf, urlOf } from './http-edge.ts';
import { CALLBACKS_PATH, EVENTS_PATH } from './paths.ts';
import type {
  InboundMetrics,
  NumberRegistrationLog,
  ProviderEvents,
  VerifySignature,
  Wake,
} from './ports.ts';
import { readCallback } from './read-callback.ts';
import { type ProviderEvent, readEvents } from './read-events.ts';
import { within } from './within.ts';

export interface TwilioInboundDependencies {
  /** Where the provider reaches us, without a trailing slash: signatures are over it. */
  readonly publicUrl: string;
  /** Auth tokens that may sign; two while they are rotated. API keys never sign. */
  readonly tokens: readonly string[];
  readonly accountSids: readonly string[];
  readonly verify: VerifySignature;
  readonly transaction: Database['transaction'];
  readonly events: ProviderEvents;
  readonly numberRegistrations: NumberRegistrationLog;
  readonly wake: Wake;
  /** Hint to the workers, after a commit. */
  readonly afterCommit: () => void;
  readonly clock: Clock;
  readonly metrics: InboundMetrics;
  readonly log: Pick<Logger, 'warn'>;
  /** Time for the database, to the commit. */
  readonly deadlineMs?: number;
}

export type Kind = 'callback' | 'event';
/** Answers when all that is to be done is committed; throws a Problem otherwise. */
export type Receive = (request: FastifyRequest) => Promise<void>;

/** The provider waits 5 s (docs/twilio.md 10.4); an answer within 1 s leaves time for the way. */
const DEADLINE_MS = 900;
/**
 * A status comes more than once in a moment (docs/twilio.md 10.3); the same one later may be of another
 * submission.
 */
const SAME_CALLBACK_MS = 2_000;

/** A status of a bundle: has the aggregate looked at that has the bundle. */
export function callbackReceiver(deps: TwilioInboundDependencies): Receive {
  return async (request) => {
    const form = formOf(bodyOf(request));
    const header = signatureOf(request);
    const url = urlOf(deps.publicUrl, CALLBACKS_PATH, request);
    if (!deps.verify({ url, header, form, tokens: deps.tokens })) throw refusal(deps, 'callback', 'forged');
    const { accountSid, refs } = readCallback(form);
    checkAccounts(deps, 'callback', [accountSid]);
    if (refs.length === 0) return deps.metrics.providerInbound('callback', 'ignored');

    const id = `callback/${header}/${Math.floor(deps.clock.now().getTime() / SAME_CALLBACK_MS)}`;
    const isNew = await commit(deps, 'callback', async (tx) => {
      const seen = await deps.events.firstSeen(tx, [id]);
      if (seen.has(id)) await deps.wake(tx, refs);
      return seen.has(id);
    });
    deps.metrics.providerInbound('callback', isNew ? 'accepted' : 'duplicate');
  };
}

/** Events, each once: has the aggregates looked at that they concern, and keeps what they say of numbers. */
export function eventReceiver(deps: TwilioInboundDependencies): Receive {
  return async (request) => {
    const rawJson = bodyOf(request);
    const header = signatureOf(request);
    const url = urlOf(deps.publicUrl, EVENTS_PATH, request);
    if (!deps.verify({ url, header, rawJson, tokens: deps.tokens })) throw refusal(deps, 'event', 'forged');
    const all = readEvents(parsed(rawJson), deps.clock.now());
    checkAccounts(
      deps,
      'event',
      all.map(({ accountSid }) => accountSid),
    );
    for (const { kind } of all) if (kind !== 'event') deps.metrics.providerInbound('event', kind);
    const events = all.filter((event) => event.kind === 'event');
    if (events.length === 0) return;

    const fresh = await commit(deps, 'event', (tx) => keep(deps, tx, events));
    for (const event of events) {
      deps.metrics.providerInbound('event', fresh.has(event) ? 'accepted' : 'duplicate');
    }
  };
}

/** Answers those that had not come before: of two with one id the first. */
async function keep(
  { events: log, numberRegistrations, wake }: TwilioInboundDependencies,
  tx: Tx,
  events: readonly ProviderEvent[],
): Promise<ReadonlySet<ProviderEvent>> {
  const keyOf = ({ id }: ProviderEvent) => `event/${id}`;
  const seen = await log.firstSeen(tx, events.map(keyOf));
  const firsts = new Map(events.toReversed().map((event) => [keyOf(event), event]));
  // In one order: two batches about the same numbers wait for each other and not in a circle.
  const fresh = [...firsts.values()]
    .filter((event) => seen.has(keyOf(event)))
    .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  for (const { ref, number } of fresh) {
    if (number) await numberRegistrations.record(tx, ref.value, number);
  }
  const refs = new Map<string, ProviderRef>(fresh.map(({ ref }) => [ref.value, ref]));
  if (refs.size > 0) await wake(tx, [...refs.values()]);
  return new Set(fresh);
}

/** What the event is kept under. */
function placeOf({ ref, number }: ProviderEvent): string {
  return `${ref.value} ${number?.messagingServiceSid ?? ''}`;
}

/** The signature names an account already; where the body does too it has to be one of ours. */
function checkAccounts(
  deps: TwilioInboundDependencies,
  kind: Kind,
  sids: readonly (string | undefined)[],
): void {
  if (sids.some((sid) => sid !== undefined && !deps.accountSids.includes(sid))) {
    throw refusal(deps, kind, 'foreignAccount');
  }
}

function refusal(
  { metrics, log }: TwilioInboundDependencies,
  kind: Kind,
  result: 'forged' | 'foreignAccount',
): Problem {
  metrics.providerInbound(kind, result);
  // Somebody tries, or PUBLIC_URL, a token or the account is not what the provider has.
  log.warn({ kind, result }, 'provider:inbound:refused');
  const message = result === 'forged' ? 'The signature does not fit' : 'This account is not served here';
  return new Problem('Forbidden', message);
}

/** Throws Problem 503 when it is not committed in time. It may be later: then the repetition is a duplicate. */
async function commit<T>(
  deps: TwilioInboundDependencies,
  kind: Kind,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const done = deps.transaction(work).then((value) => {
    deps.afterCommit();
    return value;
  });
  try {
    return await within(deps.deadlineMs ?? DEADLINE_MS, done, (error) =>
      deps.log.warn({ kind, ...(error === undefined ? {} : { err: error }) }, 'provider:inbound:late'),
    );
  } catch (error) {
    deps.metrics.providerInbound(kind, 'failed');
    throw new Problem('Internal', 'Not available right now; try again shortly', {
      status: 503,
      retryAfterSeconds: 1,
      cause: error,
    });
  }
}
