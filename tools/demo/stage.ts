import timers from 'node:timers/promises';
import type { Client } from './client.ts';
import type { Receiver } from './receiver.ts';
import type { Screen } from './screen.ts';
import type { Watch } from './watch.ts';

/** What a story plays on. */
export interface Stage {
  readonly screen: Screen;
  readonly client: Client;
  readonly receiver: Receiver;
  readonly watch: Watch;
  /** Aborted when time is up, somebody gives up, or something is wrong; its reason says which. */
  readonly signal: AbortSignal;
}

/** Often enough to the eye; each look is a line in the log of the service. */
const LOOK_EVERY_MS = 200;

/** Looks again and again until it is there. Throws what `look` throws, or why the signal was aborted. */
export async function until(what: string, signal: AbortSignal, look: () => Promise<boolean>): Promise<void> {
  try {
    while (!(await look())) {
      await timers.setTimeout(LOOK_EVERY_MS);
      signal.throwIfAborted();
    }
  } catch (error) {
    throw signal.aborted ? new Error(`${messageOf(signal.reason)}, waiting for ${what}`) : error;
  }
}

/** What the promise gives, unless the signal is aborted first; what was begun is then left to itself. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason);
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted, { once: true });
    promise.then(resolve, reject);
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
