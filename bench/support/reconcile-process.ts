// A worker process of one contender of the reconcile section: does the job that it is told, and answers.

import type { PeerJob } from './reconcile-child.ts';
import { graphilePeer } from './reconcile-graphile.ts';
import { hotKeys } from './reconcile-hot.ts';
import { ours } from './reconcile-ours.ts';
import { pgBossPeer, sendOne, workWithHeartbeat } from './reconcile-pg-boss.ts';
import { drainWithOurPass } from './reconcile-pg-boss-pass.ts';

const peers = { 'pg-boss': pgBossPeer, graphile: graphilePeer };
const queues = { ...peers, ours };

process.on('disconnect', () => process.exit(1));
process.once('message', (job: PeerJob) => {
  done(job).then(
    (answer) => process.send?.({ answer }, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function done(job: PeerJob): Promise<unknown> {
  switch (job.do) {
    case 'prepare':
      return peers[job.peer].prepare(job.url);
    case 'drain':
      return peers[job.peer].drain(job.url);
    case 'drainWithOurPass':
      return drainWithOurPass(job.url, job.encryptionKeys);
    case 'schedule':
      return queues[job.peer].schedule(job.url, job.count);
    case 'idle':
      return queues[job.peer].idle(job.url, job.polls);
    case 'hot':
      return hotKeys(job.url, queues[job.peer].open, job.bursts);
    case 'sendOne':
      return sendOne(job.url);
    case 'hang':
      await workWithHeartbeat(job.url, async () => {
        // It answers never: whoever holds the job is killed, or is the one that took over.
        await fetch(job.askedUrl).catch(() => {});
      });
      return new Promise(() => {});
  }
}
