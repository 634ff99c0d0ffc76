import type { Logger } from 'pino';
import { createWaker } from './queue/waker.ts';
import type { Worker } from './supervisor.ts';

/** A worker that does a small thing again and again. A round that fails is logged; the next one is the retry. */
export function periodic(name: string, everyMs: number, log: Logger, round: () => Promise<void>): Worker {
  return {
    name,
    async run(signal) {
      const waker = createWaker();
      while (!signal.aborted) {
        try {
          await round();
        } catch (error) {
          log.error({ err: error, worker: name }, 'periodic:round:failed');
        }
        await waker.wait(everyMs, signal);
      }
    },
  };
}
