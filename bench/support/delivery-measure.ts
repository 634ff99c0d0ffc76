import { setTimeout as pause } from 'node:timers/promises';
import type { Ours } from './delivery-ours.ts';
import type { DeliveryReceiver } from './delivery-receiver.ts';
import type { Contender, Workload } from './delivery-workload.ts';
import { percentile } from './figures.ts';
import { machineSeconds } from './process-time.ts';
import { interleaved } from './rounds.ts';
import type { BenchOptions } from './section.ts';

/** Of one contender, one value a round. */
export interface Drained {
  readonly perSecond: readonly number[];
  readonly inversions: readonly number[];
  readonly duplicates: readonly number[];
}

/** Compiles the code, opens the connections, and tells a dispatcher of ours that every endpoint is well. */
const WARM_UP: Workload = { aggregates: 400, each: 2 };

/** Lets each contender deliver the workload, by turns, and answers what each came to, by name. */
export async function compare(
  contenders: Readonly<Record<string, Contender>>,
  receiver: DeliveryReceiver,
  workload: Workload,
  { rounds, log }: BenchOptions,
): Promise<ReadonlyMap<string, Drained>> {
  const arrived: Record<string, { inversions: number[]; duplicates: number[] }> = {};
  const turns = Object.entries(contenders).map(([name, contender]) => {
    const counts = { inversions: [] as number[], duplicates: [] as number[] };
    arrived[name] = counts;
    const turn = async () => {
      const { perSecond, inversions, duplicates } = await drain(contender, receiver, workload);
      counts.inversions.push(inversions);
      counts.duplicates.push(duplicates);
      log(`  ${name}, ${sizeOf(workload)}: ${Math.round(perSecond)} a second`);
      return perSecond;
    };
    return [name, turn] as const;
  });
  const perSecond = await interleaved(rounds, Object.fromEntries(turns));
  return new Map(
    Object.entries(arrived).map(([name, counts]) => [name, { ...counts, perSecond: perSecond[name] ?? [] }]),
  );
}

export function sizeOf({ aggregates, each }: Workload): string {
  return `${aggregates.toLocaleString('en')} aggregates x ${each}`;
}

/** A new process, warm: events a second from the moment that it may have the workload until the last arrived. */
async function drain(contender: Contender, receiver: DeliveryReceiver, workload: Workload) {
  const stop = await contender.start();
  try {
    await deliver(contender, receiver, WARM_UP);
    return await deliver(contender, receiver, workload);
  } finally {
    await stop();
  }
}

async function deliver(contender: Contender, receiver: DeliveryReceiver, workload: Workload) {
  const events = workload.aggregates * workload.each;
  const release = await contender.load(workload);
  const arriving = receiver.expect(events);
  await release();
  const begun = performance.timeOrigin + performance.now();
  const { lastAtMs, duplicates, inversions } = await arriving;
  return { perSecond: (events * 1_000) / (lastAtMs - begun), duplicates, inversions };
}

export interface Latencies {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  /** Events a second that were committed, which a slow machine may keep below what was wanted. */
  readonly emitted: number;
  /** Processors in use by everything on the machine meanwhile. */
  readonly processors: number;
}

/** At the rate that is measured: compiling goes on for thousands of events. */
const WARM_UP_SECONDS = 10;
/** What became due meanwhile is written so often, in one transaction. */
const WRITE_EVERY_MS = 10;

/** From the commit of an event to its arrival, in ms, while this process writes events at a steady rate. */
export async function latenciesAt(
  ours: Ours,
  receiver: DeliveryReceiver,
  { perSecond, seconds, aggregates }: { perSecond: number; seconds: number; aggregates: number },
): Promise<Latencies> {
  const stop = await ours.start();
  try {
    await deliver(ours, receiver, WARM_UP);
    const emit = ours.emitter(aggregates);
    // As long at this rate as it takes until nothing is new to anybody.
    await steadily(emit, receiver, perSecond, Math.ceil(perSecond * Math.min(WARM_UP_SECONDS, seconds / 2)));
    const busy = machineSeconds();
    const { committed, arrivals, tookMs } = await steadily(
      emit,
      receiver,
      perSecond,
      Math.ceil(perSecond * seconds),
    );
    const waits = arrivals.map(([eventId, atMs]) => Math.max(0, atMs - (committed.get(eventId) ?? atMs)));
    const [p50 = 0, p90 = 0, p99 = 0] = [50, 90, 99].map((p) => percentile(waits, p));
    const processors = ((machineSeconds() - busy) * 1_000) / tookMs;
    return { p50, p90, p99, emitted: (committed.size * 1_000) / tookMs, processors };
  } finally {
    await stop();
  }
}

async function steadily(
  emit: ReturnType<Ours['emitter']>,
  receiver: DeliveryReceiver,
  perSecond: number,
  events: number,
) {
  const arriving = receiver.expect(events, { arrivals: true });
  const committed = new Map<string, number>();
  const begun = performance.now();
  while (committed.size < events) {
    const soFar = Math.ceil(((performance.now() - begun) * perSecond) / 1_000);
    const due = Math.min(events, soFar) - committed.size;
    if (due > 0) {
      const { eventIds, committedAtMs } = await emit(due);
      for (const eventId of eventIds) committed.set(eventId, committedAtMs);
    }
    await pause(WRITE_EVERY_MS);
  }
  const tookMs = performance.now() - begun;
  const { arrivals } = await arriving;
  return { committed, arrivals, tookMs };
}
