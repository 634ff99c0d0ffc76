import { randomBytes } from 'node:crypto';
import { Queue } from 'bullmq';
import { createClient } from 'redis';
import { startRedis } from '../../test/support/redis-server.ts';
import { QUEUE, startPeer } from './delivery-peer.ts';
import { type Contender, peerJobs, type Workload } from './delivery-workload.ts';

/** Of 32, 64, 128 and 256 none is faster. */
export const BULLMQ_CONCURRENCY = 128;
/** Jobs that are added by one call: all of them in one would hold Redis for seconds. */
const ADDED_TOGETHER = 1_000;

/** BullMQ on a Redis that keeps nothing on disk: as fast as it can be, and in no order. */
export async function openBullmq(receiver: string): Promise<Contender> {
  const redis = await startRedis();
  const client = createClient({ url: redis.url });
  const queue = new Queue(QUEUE, { connection: client });
  await queue.waitUntilReady();
  return {
    start: () =>
      startPeer(new URL('./delivery-bullmq-process.ts', import.meta.url), {
        store: redis.url,
        concurrency: BULLMQ_CONCURRENCY,
        key: randomBytes(32).toString('base64'),
      }),
    async load(workload: Workload) {
      const jobs = peerJobs(receiver, workload).map((data) => ({ name: 'deliver', data }));
      await queue.pause();
      for (let from = 0; from < jobs.length; from += ADDED_TOGETHER) {
        await queue.addBulk(jobs.slice(from, from + ADDED_TOGETHER));
      }
      return () => queue.resume();
    },
    async close() {
      await queue.close();
      // Ours, so not its to close.
      if (client.isOpen) await client.close();
      await redis.stop();
    },
  };
}
