import { createHash } from 'node:crypto';
import { EVENT_TYPES } from '../../registration/inbound/event-types.ts';
import { EVENTS_PATH } from '../../registration/inbound/paths.ts';
import type { Sink, TwilioCalls } from '../../registration/provider/twilio/calls.ts';
import { CallFailed, valueFrom } from './twilio-calls.ts';

export type EventCalls = Pick<
  TwilioCalls,
  'sinks' | 'createSink' | 'deleteSink' | 'subscriptions' | 'createSubscription'
>;

export interface SetupTarget {
  /** Where the provider reaches us, without a trailing slash. */
  readonly publicUrl: string;
  /** Tells installations apart that share an account: each leaves the others' sinks alone. */
  readonly label: string;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** One thing that is as it should be now, and whether that took anything. */
export interface SetupStep {
  readonly object: 'sink' | 'subscription';
  readonly sid: string;
  readonly result: 'kept' | 'created' | 'removed';
}

/** A new sink is checked by the provider before it may be subscribed to (docs/twilio.md 10.4). */
const ACTIVE_WITHIN_ROUNDS = 30;
const ROUND_MS = 1_000;

/** How an installation's sink is called, since a sink has no name that is unique. */
export const sinkDescription = (label: string): string => `a2p-registration ${label}`;

/** Types cannot be read with the subscription: its description says which they are. */
export function subscriptionDescription(label: string): string {
  const digest = createHash('sha256').update(EVENT_TYPES.join('\n')).digest('hex').slice(0, 8);
  return `a2p-registration ${label}: ${EVENT_TYPES.length} types, ${digest}`;
}

export const eventsDestination = (publicUrl: string): string => `${publicUrl}${EVENTS_PATH}`;

/**
 * Has the account's events sent to this installation, once: a sink for the present URL with a subscription to all
 * types. The new one is there before an old one goes, and what comes by both is told apart by its id. Run again it
 * changes nothing, and after a failure it goes on where it stopped. Answers what there is now, and what went wrong.
 */
export async function setUpEvents(
  calls: EventCalls,
  target: SetupTarget,
): Promise<{ readonly steps: readonly SetupStep[]; readonly fault?: string }> {
  const steps: SetupStep[] = [];
  try {
    const description = sinkDescription(target.label);
    const all = valueFrom('reading the sinks', await calls.sinks());
    const ours = all.filter((sink) => sink.description === description);
    const kept = (await usable(calls, ours, target, steps)) ?? (await create(calls, target, steps));
    for (const { sid } of ours.filter((sink) => sink.sid !== kept)) {
      valueFrom(`removing the sink ${sid}`, await calls.deleteSink(sid));
      steps.push({ object: 'sink', sid, result: 'removed' });
    }
    return { steps };
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    return { steps, fault: error.message };
  }
}

/** The sid of a sink that is subscribed as it should be; one that an earlier run left without is completed. */
async function usable(
  calls: EventCalls,
  ours: readonly Sink[],
  target: SetupTarget,
  steps: SetupStep[],
): Promise<string | undefined> {
  const destination = eventsDestination(target.publicUrl);
  const good = ours.filter((sink) => sink.destination === destination && sink.status !== 'failed');
  const bare: Sink[] = [];
  for (const sink of good) {
    const there = valueFrom('reading the subscriptions', await calls.subscriptions(sink.sid));
    const description = subscriptionDescription(target.label);
    const subscription = there.find((one) => one.description === description);
    if (subscription) {
      steps.push({ object: 'sink', sid: sink.sid, result: 'kept' });
      steps.push({ object: 'subscription', sid: subscription.sid, result: 'kept' });
      return sink.sid;
    }
    // One with other types is left to be replaced as a whole.
    if (there.length === 0) bare.push(sink);
  }
  const [sink] = bare;
  if (!sink) return undefined;
  steps.push({ object: 'sink', sid: sink.sid, result: 'kept' });
  await subscribe(calls, sink, target, steps);
  return sink.sid;
}

async function create(calls: EventCalls, target: SetupTarget, steps: SetupStep[]): Promise<string> {
  const sink = valueFrom(
    'creating the sink',
    await calls.createSink({
      description: sinkDescription(target.label),
      destination: eventsDestination(target.publicUrl),
    }),
  );
  steps.push({ object: 'sink', sid: sink.sid, result: 'created' });
  await subscribe(calls, sink, target, steps);
  return sink.sid;
}

async function subscribe(
  calls: EventCalls,
  sink: Sink,
  target: SetupTarget,
  steps: SetupStep[],
): Promise<void> {
  await untilActive(calls, sink, target);
  const subscription = valueFrom(
    'subscribing',
    await calls.createSubscription({
      description: subscriptionDescription(target.label),
      sinkSid: sink.sid,
      types: EVENT_TYPES,
    }),
  );
  steps.push({ object: 'subscription', sid: subscription.sid, result: 'created' });
}

async function untilActive(calls: EventCalls, sink: Sink, { wait, signal }: SetupTarget): Promise<void> {
  let { status } = sink;
  for (let round = 0; status !== 'active'; round++) {
    if (status === 'failed') {
      throw new CallFailed(`the sink ${sink.sid} failed: the provider could not reach ${sink.destination}`);
    }
    if (round === ACTIVE_WITHIN_ROUNDS || signal.aborted) {
      throw new CallFailed(`the sink ${sink.sid} is ${status}: run this again when it is active`);
    }
    await wait(ROUND_MS, signal);
    const all = valueFrom('reading the sinks', await calls.sinks());
    // Just made, it may not be listed yet.
    status = all.find(({ sid }) => sid === sink.sid)?.status ?? status;
  }
}
