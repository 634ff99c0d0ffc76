import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../test/support/client.ts';
import { seeded } from '../../test/support/random.ts';
import { REDIS_SERVER } from '../../test/support/redis-server.ts';
import { CHECKS } from './checks.ts';
import { type Drive, startDrive } from './drive.ts';
import { collect, type Evidence } from './evidence.ts';
import { type Fleet, openFleet } from './fleet.ts';
import type { Injector } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  readonly faults: number;
  readonly injectors: readonly Injector[];
  readonly log: (line: string) => void;
  /** Without: the seed decides, as far as there is a redis-server. */
  readonly ledger?: 'postgres' | 'redis';
  /** Also registers at the simulator, which takes a minute and a half. */
  readonly twilio?: boolean;
  /** Ends the run early: what was injected until then is checked. */
  readonly signal?: AbortSignal;
  /** Ends everything at once and makes the run fail. */
  readonly abandon?: AbortSignal;
}

export interface InjectedFault {
  readonly name: string;
  readonly beganMs: number;
  readonly endedMs: number;
  /** From its end to the next acknowledged write and the next settled business; undefined: none came. */
  readonly writeMs: number | undefined;
  readonly settledMs: number | undefined;
  /** From its end until everything that was begun before was settled. */
  readonly drainedMs: number | undefined;
}

export interface RunResult {
  readonly seed: number;
  readonly ledger: 'postgres' | 'redis';
  readonly tookMs: number;
  readonly faults: readonly InjectedFault[];
  readonly checks: readonly { readonly name: string; readonly failures: readonly string[] }[];
  readonly evidence: Evidence;
}

const HOLD_MS = [500, 2_000] as const;
const GAP_MS = [500, 2_000] as const;
/** Work that everything is measured by has to be under way before the first fault. */
const WARM_UP_MS = 3_000;
/** A fault that is not recovered from by then is reported, and the next one comes. */
const RECOVERY_DEADLINE_MS = 60_000;
/** Retries of a delivery may wait for half a minute and more after faults of our own and the receiver's. */
const DELIVERY_DEADLINE_MS = 180_000;
const SAY_EVERY_MS = 10_000;
/** So that streams of choices do not go alike. */
const STREAM = { order: 0, load: 0x51ed27, network: 0x2f1b3d, fault: 0x9e3779 } as const;

/** One run: starts the fleet, drives the load, injects the faults one after the other, and checks what is left. */
export async function runFaults(options: RunOptions): Promise<RunResult> {
  const { seed, log, twilio = false, abandon } = options;
  const beganMs = performance.now();
  const random = seeded(seed + STREAM.order);
  const chosen = random() < 0.5 && REDIS_SERVER !== undefined ? 'redis' : 'postgres';
  const ledger = options.ledger ?? chosen;
  const fleet = await openFleet({ random: seeded(seed + STREAM.network), ledger, twilio, log });
  try {
    log(`fleet of ${fleet.processes().length} processes, ledger ${ledger}, after ${since(beganMs)}`);
    const abandoned = new Promise<never>((_, reject) => {
      abandon?.addEventListener('abort', () => reject(new Error('abandoned')), { once: true });
    });
    const result = await Promise.race([runOn(fleet, options, random), abandoned]);
    return { seed, ledger, tookMs: performance.now() - beganMs, ...result };
  } finally {
    await fleet.close();
  }
}

async function runOn(fleet: Fleet, options: RunOptions, random: () => number) {
  const { seed, faults: wanted, injectors, log, signal } = options;
  const drive = startDrive(fleet, seeded(seed + STREAM.load));
  await sleep(WARM_UP_MS);
  const applicable = injectors.filter(({ applies }) => applies?.(fleet) ?? true);
  const spans: { name: string; beganMs: number; endedMs: number }[] = [];
  for (const [at, injector] of sequence(applicable, wanted, random).entries()) {
    if (signal?.aborted) break;
    // Its own stream: what one fault draws changes nothing for the next.
    const choices = seeded(seed + (at + 1) * STREAM.fault);
    await sleep(between(GAP_MS, choices));
    const span = await injectOne(injector, fleet, choices);
    spans.push(span);
    for (const process of fleet.processes()) await process.revive();
    await recovered(fleet, drive, span.endedMs);
    log(`${spans.length}/${wanted} ${span.name}, ${line(recoveryOf(span, fleet, drive))}`);
  }
  log('waiting for everything to settle');
  const watch = setInterval(() => {
    log(`not settled: ${unsettledOf(drive).join(', ') || 'deliveries'}`);
  }, SAY_EVERY_MS);
  try {
    await drive.stop();
    await delivered(fleet);
  } finally {
    clearInterval(watch);
  }
  const evidence = await collect(fleet, drive);
  return {
    faults: spans.map((span) => recoveryOf(span, fleet, drive)),
    checks: CHECKS.map(({ name, find }) => ({ name, failures: find(evidence) })),
    evidence,
  };
}

async function injectOne({ name, holdMs = HOLD_MS, inject }: Injector, fleet: Fleet, random: () => number) {
  const beganMs = performance.now();
  const hold = between(holdMs, random);
  const undo = await inject(fleet, random);
  await sleep(hold);
  await undo();
  return { name, beganMs, endedMs: performance.now() };
}

/** Every kind comes before one comes again; the order is chance. */
function sequence(kinds: readonly Injector[], count: number, random: () => number): readonly Injector[] {
  const all: Injector[] = [];
  while (all.length < count && kinds.length > 0) {
    const deck = kinds.map((kind) => ({ kind, at: random() })).sort((one, other) => one.at - other.at);
    all.push(...deck.map(({ kind }) => kind));
  }
  return all.slice(0, count);
}

async function recovered(fleet: Fleet, drive: Drive, endedMs: number): Promise<void> {
  const until = performance.now() + RECOVERY_DEADLINE_MS;
  while (performance.now() < until) {
    if (firstWrite(fleet, endedMs) !== undefined && firstSettled(drive, endedMs) !== undefined) return;
    await sleep(50);
  }
}

function recoveryOf(
  span: { readonly name: string; readonly beganMs: number; readonly endedMs: number },
  fleet: Fleet,
  drive: Drive,
): InjectedFault {
  const { endedMs } = span;
  const after = (at: number | undefined) => (at === undefined ? undefined : at - endedMs);
  const before = drive.businesses.filter(({ beganMs }) => beganMs < endedMs);
  const isDrained = before.every(({ settledMs }) => settledMs !== undefined);
  return {
    ...span,
    writeMs: after(firstWrite(fleet, endedMs)),
    settledMs: after(firstSettled(drive, endedMs)),
    drainedMs: isDrained ? Math.max(0, ...before.map(({ settledMs = 0 }) => settledMs - endedMs)) : undefined,
  };
}

function firstWrite({ writes }: Fleet, afterMs: number): number | undefined {
  return earliest(writes.acknowledged.map(({ answeredMs }) => answeredMs).filter((at) => at > afterMs));
}

function firstSettled({ businesses }: Drive, afterMs: number): number | undefined {
  return earliest(
    businesses.flatMap(({ settledMs }) => (settledMs && settledMs > afterMs ? [settledMs] : [])),
  );
}

function earliest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : times.reduce((one, other) => Math.min(one, other));
}

function unsettledOf({ businesses, purchases }: Drive): string[] {
  return [
    ...businesses
      .filter(({ settledMs }) => settledMs === undefined)
      .map(({ n, kind, phases }) => `business ${n} (${kind}) at ${JSON.stringify(phases)}`),
    ...purchases.filter(({ settledMs }) => settledMs === undefined).map(({ key }) => `purchase ${key}`),
  ];
}

/** Until nothing more is owed to any receiver; what is still then is for the checks to tell. */
async function delivered(fleet: Fleet): Promise<void> {
  await eventually('every event is delivered', DELIVERY_DEADLINE_MS, async () => {
    const all = await Promise.all(fleet.tenants.map((tenant) => tenant.conserved()));
    return all.flat().every(({ pending }) => pending === 0);
  }).catch((error: unknown) => fleet.log(String(error)));
}

function between([least, most]: readonly [number, number], random: () => number): number {
  return least + random() * (most - least);
}

function line({ writeMs, settledMs }: InjectedFault): string {
  return `next write after ${seconds(writeMs)}, next settled after ${seconds(settledMs)}`;
}

export function seconds(ms: number | undefined): string {
  return ms === undefined ? 'never' : `${(ms / 1_000).toFixed(2)} s`;
}

function since(ms: number): string {
  return seconds(performance.now() - ms);
}
