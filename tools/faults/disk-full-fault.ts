import type { CheckResult } from './checks.ts';
import { type DiskFull, runDiskFull } from './disk-full.ts';
import type { InjectedFault } from './recovery.ts';

export const DISK_FULL = 'disk full (embedded)';
const CHECK = 'a full disk takes no acknowledged write and no business with it';

interface EmbeddedResult {
  readonly faults: readonly InjectedFault[];
  readonly checks: readonly CheckResult[];
  /** Why it was not injected. */
  readonly skipped: readonly string[];
}

/**
 * The embedded service on a disk that gets full (disk-full.ts), as a fault of a run among others and a check of its
 * own: it has nothing to do with the fleet.
 */
export async function injectDiskFull(log: (line: string) => void): Promise<EmbeddedResult> {
  const beganMs = performance.now();
  try {
    const result = await runDiskFull(log);
    if ('skipped' in result) return { faults: [], checks: [], skipped: [`${DISK_FULL}: ${result.skipped}`] };
    const unfilled = result.refused > 0 ? [] : ['no write was refused: the disk was never full'];
    return { faults: [faultOf(result)], checks: [{ name: CHECK, failures: unfilled }], skipped: [] };
  } catch (error) {
    const endedMs = performance.now();
    const never = { writeMs: undefined, settledMs: undefined, drainedMs: undefined };
    return {
      faults: [{ name: DISK_FULL, beganMs, endedMs, ...never }],
      checks: [{ name: CHECK, failures: [causesOf(error)] }],
      skipped: [],
    };
  }
}

function faultOf({ beganMs, freedMs, recoveryMs, readyMs }: DiskFull): InjectedFault {
  return {
    name: DISK_FULL,
    beganMs,
    endedMs: freedMs,
    writeMs: recoveryMs,
    settledMs: Math.min(...readyMs),
    drainedMs: Math.max(...readyMs),
  };
}

function causesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${causesOf(error.cause)}`;
}
