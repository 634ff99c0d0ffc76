import { setTimeout as sleep } from 'node:timers/promises';
import type { Drive } from './drive.ts';
import type { Fleet } from './fleet.ts';
import type { Span } from './inject.ts';

export interface InjectedFault extends Span {
  /** From its end to the next acknowledged write and the next settled business; undefined: none came. */
  readonly writeMs: number | undefined;
  readonly settledMs: number | undefined;
  /** From its end until everything that was begun before was settled. */
  readonly drainedMs: number | undefined;
}

/** A fault that is not recovered from by then is reported, and the next one comes. */
const DEADLINE_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** Waits until a write is acknowledged and a business settled after a fault, or for a minute. */
export async function recovered(fleet: Fleet, drive: Drive, endedMs: number): Promise<void> {
  const until = performance.now() + DEADLINE_MS;
  while (performance.now() < until) {
    if (firstWrite(fleet, endedMs) !== undefined && firstSettled(drive, endedMs) !== undefined) return;
    await sleep(LOOK_EVERY_MS);
  }
}

/** What is known of the recovery by now. */
export function recoveryOf(
  span: Span,
  fleet: Pick<Fleet, 'writes'>,
  drive: Pick<Drive, 'businesses' | 'purchases'>,
): InjectedFault {
  const { endedMs } = span;
  const after = (at: number | undefined) => (at === undefined ? undefined : at - endedMs);
  const before = [...drive.businesses, ...drive.purchases].filter(({ beganMs }) => beganMs < endedMs);
  const isDrained = before.every(({ settledMs }) => settledMs !== undefined);
  return {
    ...span,
    writeMs: after(firstWrite(fleet, endedMs)),
    settledMs: after(firstSettled(drive, endedMs)),
    drainedMs: isDrained ? Math.max(0, ...before.map(({ settledMs = 0 }) => settledMs - endedMs)) : undefined,
  };
}

function firstWrite({ writes }: Pick<Fleet, 'writes'>, afterMs: number): number | undefined {
  return earliest(writes.acknowledged.map(({ answeredMs }) => answeredMs).filter((at) => at > afterMs));
}

function firstSettled({ businesses }: Pick<Drive, 'businesses'>, afterMs: number): number | undefined {
  return earliest(
    businesses.flatMap(({ settledMs }) => (settledMs && settledMs > afterMs ? [settledMs] : [])),
  );
}

function earliest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : times.reduce((one, other) => Math.min(one, other));
}

export function seconds(ms: number | undefined): string {
  return ms === undefined ? 'never' : `${(ms / 1_000).toFixed(2)} s`;
}
