import { randomBytes } from 'node:crypto';
import { Logger, makeWorkerUtils, WorkerPreset } from 'graphile-worker';
import { sql } from 'kysely';
import { openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { startPeer } from './delivery-peer.ts';
import { type Contender, peerJobs, tidy, type Workload } from './delivery-workload.ts';
import type { BenchPostgres } from './postgres.ts';

export const GRAPHILE_TASK = 'deliver';
export const GRAPHILE_CONCURRENCY = 256;
/** From its performance page: jobs that one statement fetches. */
export const GRAPHILE_LOCAL_QUEUE = 500;
/** To wait longer for others to complete with keeps the queue of the aggregate shut. */
export const GRAPHILE_COMPLETE_DELAY_MS = 0;
/** A queue that opens again wakes nobody: with the 2 s of its defaults each aggregate gets on every 2 s. */
export const GRAPHILE_POLL_MS = 10;

export function graphilePreset(connectionString: string, concurrentJobs: number): GraphileConfig.Preset {
  return {
    extends: [WorkerPreset],
    worker: {
      connectionString,
      concurrentJobs,
      maxPoolSize: 10,
      pollInterval: GRAPHILE_POLL_MS,
      localQueue: { size: GRAPHILE_LOCAL_QUEUE },
      completeJobBatchDelay: GRAPHILE_COMPLETE_DELAY_MS,
      logger: new Logger(() => (level, message) => {
        if (level === 'error') console.error(message);
      }),
    },
  };
}

/** graphile-worker with a queue for each aggregate, which is how it keeps an order. */
export async function openGraphile(postgres: BenchPostgres, receiver: string): Promise<Contender> {
  const url = await postgres.database('delivery_graphile', 'empty');
  const utils = await makeWorkerUtils({ preset: graphilePreset(url, 1) });
  await utils.migrate();
  const owner = openPostgresOwner(url);
  return {
    start: () =>
      startPeer(new URL('./delivery-graphile-process.ts', import.meta.url), {
        store: url,
        concurrency: GRAPHILE_CONCURRENCY,
        key: randomBytes(32).toString('base64'),
      }),
    async load(workload: Workload) {
      const jobs = peerJobs(receiver, workload);
      const before = Date.now() - jobs.length;
      const specs = jobs.map((payload, index) => ({
        identifier: GRAPHILE_TASK,
        payload,
        queue_name: payload.aggregateId,
        // Its order within a queue is that of these times; those of one statement would be the same.
        run_at: new Date(before + index).toISOString(),
      }));
      // Each fetch goes over all queues that there are: those of earlier measurements are none of this one's.
      await utils.cleanup({ tasks: ['GC_JOB_QUEUES'] });
      await tidy(owner);
      // Their commit gives all of them to the worker at once.
      const tx = await owner.startTransaction().execute();
      await sql`select graphile_worker.add_jobs(array(
        select json_populate_recordset(null::graphile_worker.job_spec, ${JSON.stringify(specs)}::json)))`.execute(
        tx,
      );
      await sql`analyze`.execute(tx);
      return () => tx.commit().execute();
    },
    async close() {
      await utils.release();
      await owner.destroy();
    },
  };
}
