// The worker process of BullMQ.
import { Worker } from 'bullmq';
import { createClient } from 'redis';
import { type PeerJob, peerSender, peerSettings, QUEUE } from './delivery-peer.ts';

const settings = peerSettings();
const send = peerSender(settings);
const worker = new Worker<PeerJob>(QUEUE, (job) => send(job.data), {
  connection: createClient({ url: settings.store }),
  concurrency: settings.concurrency,
  // As the other peer does; keeping them costs more.
  removeOnComplete: { count: 0 },
});
worker.on('error', (error) => console.error(error));
worker.on('failed', (_job, error) => console.error(error));
await worker.waitUntilReady();
process.send?.('ready');
process.on('disconnect', () => void worker.close().then(() => process.exit(0)));
