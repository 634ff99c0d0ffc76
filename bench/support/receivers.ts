import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Receivers {
  readonly urls: Readonly<Record<'healthy' | 'dead' | 'dripping', string>>;
  /** What the healthy one got since it was asked last: when the head of each request had arrived, unix ms. */
  arrivals(): Promise<ReadonlyMap<string, number>>;
  requests(): Promise<readonly (readonly [eventId: string, atMs: number])[]>;
  close(): void;
}

export async function startReceivers(): Promise<Receivers> {
  const child = fork(fileURLToPath(new URL('./receivers-process.ts', import.meta.url)), [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const { urls } = await message<{ urls: Receivers['urls'] }>(child);
  return {
    urls,
    async arrivals() {
      child.send('arrivals');
      const { arrivals } = await message<{ arrivals: [string, number][] }>(child);
      // The first arrival counts: a repetition is no delivery.
      return new Map(arrivals.reverse());
    },
    /** The same, repetitions included, in order. */
    async requests() {
      child.send('arrivals');
      return (await message<{ arrivals: [string, number][] }>(child)).arrivals;
    },
    close: () => child.disconnect(),
  };
}

async function message<T>(child: ChildProcess): Promise<T> {
  const [first] = await once(child, 'message');
  return first as T;
}
