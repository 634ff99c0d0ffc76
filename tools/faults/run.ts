import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../test/support/client.ts';
import { seeded } from '../../test/support/random.ts';
import { REDIS_SERVER } from '../../test/support/redis-server.ts';
import { CHECKS, type CheckResult } from './checks.ts';
import { injectDiskFull } from './disk-full-fault.ts';
import { type Drive, startDrive } from './drive.ts';
import { collect, type Evidence } from './evidence.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { between, injectionCheck, injectOne, type Span } from './inject.ts';
import { type InjectedFault, recovered, recoveryOf, seconds } from './recovery.ts';
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
  /** Fills the disk of an embedded service first, which counts as one more fault. */
  readonly diskFull?: boolean;
  /** Ends the run early: what was injected until then is checked. */
  readonly signal?: AbortSignal;
  /** Ends everything at once and makes the run fail. */
  readonly abandon?: AbortSignal;
}

export interface RunResult {
  readonly seed: number;
  readonly ledger: 'postgres' | 'redis';
  readonly tookMs: number;
  readonly faults: readonly InjectedFault[];
  /** Why a fault was not injected, a line each. */
  readonly skipped: readonly string[];
  readonly checks: readonly CheckResult[];
  readonly evidence: Evidence;
}

const GAP_MS = [500, 2_000] as const;
/** Work that everything is measured by has to be under way before the first fault. */
const WARM_UP_MS = 3_000;
/** Retries of a delivery may wait for half a minute and more after faults of our own and the receiver's. */
const DELIVERY_DEADLINE_MS = 180_000;
const SAY_EVERY_MS = 10_000;
/** So that streams of choices do not go alike. */
const STREAM = { order: 0, load: 0x51ed27, network: 0x2f1b3d, fault: 0x9e3779 } as const;

/** One run: starts the fleet, drives the load, injects the faults one after the other, and checks what is left. */
export async function runFaults(options: RunOptions): Promise<RunResult> {
  const { seed, log, twilio = false } = options;
  const beganMs = performance.now();
  const random = seeded(seed + STREAM.order);
  const chosen = random() < 0.5 && REDIS_SERVER !== undefined ? 'redis' : 'postgres';
  const ledger = options.ledger ?? chosen;
  const embedded = options.diskFull ? await injectDiskFull(log) : undefined;
  const fleet = await openFleet({ random: seeded(seed + STREAM.network), ledger, twilio, log });
  try {
    log(
      `fleet of ${fleet.processes().length} processes, ledger ${ledger}, ${since(beganMs)} after the start`,
    );
    const { faults, checks, evidence } = await unlessAbandoned(
      options.abandon,
      runOn(fleet, options, random),
    );
    return {
      seed,
      ledger,
      tookMs: performance.now() - beganMs,
      faults: [...faults, ...(embedded?.faults ?? [])],
      checks: [...checks, ...(embedded?.checks ?? [])],
      skipped: embedded?.skipped ?? [],
      evidence,
    };
  } finally {
    await fleet.close();
  }
}

async function runOn(fleet: Fleet, options: RunOptions, random: () => number) {
  const drive = startDrive(fleet, seeded(options.seed + STREAM.load));
  await sleep(WARM_UP_MS);
  const spans = await injectAll(fleet, drive, options, random);
  await settle(fleet, drive, options.log);
  const evidence = await collect(fleet, drive);
  return {
    faults: spans.map((span) => recoveryOf(span, fleet, drive)),
    checks: [injectionCheck(spans), ...CHECKS.map(({ name, find }) => ({ name, failures: find(evidence) }))],
    evidence,
  };
}

/** Fault after fault, each begun when the one before has been recovered from; none after one that could not be ended. */
async function injectAll(
  fleet: Fleet,
  drive: Drive,
  { seed, faults: wanted, injectors, log, signal }: RunOptions,
  random: () => number,
): Promise<readonly Span[]> {
  const applicable = injectors.filter(({ applies }) => applies?.(fleet) ?? true);
  const spans: Span[] = [];
  for (const [at, injector] of sequence(applicable, wanted, random).entries()) {
    if (signal?.aborted) break;
    // Its own stream: what one fault draws changes nothing for the next.
    const choices = seeded(seed + (at + 1) * STREAM.fault);
    await sleep(between(GAP_MS, choices));
    const span = await injectOne(injector, fleet, choices);
    spans.push(span);
    for (const process of fleet.processes()) await process.revive();
    if (span.failure !== undefined) {
      log(`${span.name} failed, and nothing more is injected: ${span.failure}`);
      break;
    }
    await recovered(fleet, drive, span.endedMs);
    log(`${spans.length}/${wanted} ${span.name}, ${line(recoveryOf(span, fleet, drive))}`);
  }
  return spans;
}

/** Begins nothing more, and waits until nothing is under way; what still is after the deadlines is for the checks. */
async function settle(fleet: Fleet, drive: Drive, log: (line: string) => void): Promise<void> {
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
}

async function unlessAbandoned<T>(abandon: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  const abandoned = new Promise<never>((_, reject) => {
    const end = () => reject(new Error('abandoned'));
    if (abandon?.aborted) end();
    abandon?.addEventListener('abort', end, { once: true });
  });
  return Promise.race([work, abandoned]);
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

function line({ writeMs, settledMs }: InjectedFault): string {
  return `next write after ${seconds(writeMs)}, next settled after ${seconds(settledMs)}`;
}

function since(ms: number): string {
  return seconds(performance.now() - ms);
}
