// The worker process of graphile-worker.
import { run } from 'graphile-worker';
import { GRAPHILE_TASK, graphilePreset } from './delivery-graphile.ts';
import { type PeerJob, peerSender, peerSettings } from './delivery-peer.ts';

const settings = peerSettings();
const send = peerSender(settings);
const runner = await run({
  preset: graphilePreset(settings.store, settings.concurrency),
  taskList: { [GRAPHILE_TASK]: async (payload) => send(payload as PeerJob) },
});
process.send?.('ready');
process.on('disconnect', () => void runner.stop().then(() => process.exit(0)));
