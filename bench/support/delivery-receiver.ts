import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What the receiver is to wait for. */
export interface Expect {
  /** Different ones; repetitions are counted apart. */
  readonly events: number;
  /** Answer when each of them came. */
  readonly arrivals: boolean;
}

/** What had come when the last expected event was there. Times in unix milliseconds. */
export interface Arrived {
  readonly lastAtMs: number;
  readonly duplicates: number;
  /** Events that came behind a later one of their aggregate. */
  readonly inversions: number;
  readonly arrivals: readonly (readonly [eventId: string, atMs: number])[];
}

export interface DeliveryReceiver {
  readonly url: string;
  /** Forgets what came before, and resolves when so many events have come; rejects when they do not in time. */
  expect(events: number, options?: { readonly arrivals?: boolean }): Promise<Arrived>;
  close(): Promise<void>;
}

/** Far above what the slowest contender takes for one measurement. */
const ARRIVAL_DEADLINE_MS = 180_000;

export async function startDeliveryReceiver(): Promise<DeliveryReceiver> {
  const child = fork(fileURLToPath(new URL('./delivery-receiver-process.ts', import.meta.url)), [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return {
    url,
    async expect(events, { arrivals = false } = {}) {
      const expected: Expect = { events, arrivals };
      const arrived = once(child, 'message', { signal: AbortSignal.timeout(ARRIVAL_DEADLINE_MS) });
      child.send(expected);
      return ((await arrived) as [Arrived])[0];
    },
    async close() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
