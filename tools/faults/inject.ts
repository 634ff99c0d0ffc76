import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckResult } from './checks.ts';
import type { Injector, World } from './world.ts';

/** When a fault held, by `performance.now()`. */
export interface Span {
  readonly name: string;
  readonly beganMs: number;
  readonly endedMs: number;
  /** Why it was not injected, or is not undone. */
  readonly failure?: string;
}

const HOLD_MS = [500, 2_000] as const;

/** Begins a fault, holds it for a time that chance decides, and ends it. Never rejects. */
export async function injectOne(
  { name, holdMs = HOLD_MS, inject }: Injector,
  world: World,
  random: () => number,
): Promise<Span> {
  const beganMs = performance.now();
  const span = () => ({ name, beganMs, endedMs: performance.now() });
  const hold = between(holdMs, random);
  try {
    const undo = await inject(world, random);
    await sleep(hold);
    await undo();
    return span();
  } catch (error) {
    return { ...span(), failure: error instanceof Error ? error.message : String(error) };
  }
}

/** A fault that did not happen proves nothing, and one that stays bends all that comes after it. */
export function injectionCheck(spans: readonly Span[]): CheckResult {
  return {
    name: 'every fault was injected and ended',
    failures: spans.flatMap(({ name, failure }) => (failure === undefined ? [] : [`${name}: ${failure}`])),
  };
}

/** Evenly distributed; `random` in [0, 1). */
export function between([least, most]: readonly [number, number], random: () => number): number {
  return least + random() * (most - least);
}
