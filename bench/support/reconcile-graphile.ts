import { EventEmitter } from 'node:events';
import { Logger, makeWorkerUtils, type Runner, run, type WorkerEvents } from 'graphile-worker';
import type pg from 'pg';
import {
  CONNECTIONS,
  inTransaction,
  laterTime,
  NEXT_RUN_SECONDS,
  NOTE_TRIGGER,
  openPool,
  type Peer,
  STATUS_WRITE,
} from './reconcile-peer.ts';

const TASK = 'reconcile';
const LOCAL_QUEUE = 500;
/** As its documentation advises for many short jobs: more jobs at once than connections. */
const JOBS_AT_ONCE = 24;
const ADD_PIECE = 10_000;

const silent = new Logger(() => () => {});

/** graphile-worker in its fastest form: 500 jobs a fetch, completions in batches, status and next job in one statement. */
export const graphilePeer: Peer = {
  async prepare(url) {
    await migrated(url);
    const pool = openPool(url);
    await pool.query(
      `select count(*) from graphile_worker.add_jobs(array(
         select ($1, json_build_object('key', brand_id), null, null, null, null, null, null)::graphile_worker.job_spec
         from brands order by brand_id))`,
      [TASK],
    );
    await pool.query('vacuum analyze');
    await pool.end();
  },

  async drain(url) {
    const pool = openPool(url);
    const runner = await started(pool, new EventEmitter(), { localQueue: true }, async (key) => {
      await pool.query({
        name: 'pass',
        text: `with saved as (${STATUS_WRITE} returning 1)
          select count(*), (graphile_worker.add_job($2, $3::json, run_at := now() + interval '${NEXT_RUN_SECONDS} s')).id
          from saved group by 2`,
        values: [[key], TASK, JSON.stringify({ key })],
      });
    });
    await runner.promise;
  },

  async schedule(url, count) {
    await migrated(url);
    const pool = openPool(url);
    const [first, last] = [laterTime(0, count), laterTime(1, count)];
    for (let from = 0; from < count; from += ADD_PIECE) {
      await pool.query(
        `select count(*) from graphile_worker.add_jobs(array(
           select ($1, json_build_object('key', 'key_' || n), null,
             $2::timestamptz + n * $3::float8 * interval '1 ms', null, 'key_' || n, null, null)::graphile_worker.job_spec
           from generate_series($4::int, $5::int) n))`,
        [TASK, first, last.getTime() - first.getTime(), from, Math.min(count, from + ADD_PIECE) - 1],
      );
    }
    await pool.query('vacuum analyze');
    await pool.end();
  },

  async idle(url, polls) {
    const pool = openPool(url);
    const events: WorkerEvents = new EventEmitter();
    const took: number[] = [];
    let begun = 0;
    const enough = new Promise<void>((resolve) => {
      events.on('worker:getJob:start', () => {
        begun = performance.now();
      });
      events.on('worker:getJob:empty', () => {
        took.push(performance.now() - begun);
        if (took.length >= polls) resolve();
      });
    });
    const runner = await started(pool, events, { jobs: 1, pollInterval: 1 }, async () => {
      throw new Error('graphile-worker found work where none is due');
    });
    await enough;
    await runner.stop();
    await pool.end();
    return took;
  },

  async open(url, visit) {
    await migrated(url);
    const pool = openPool(url);
    const runner = await started(pool, new EventEmitter(), { pollInterval: 20 }, visit);
    return {
      trigger: (key) =>
        inTransaction(pool, async (client) => {
          await client.query(NOTE_TRIGGER, [key]);
          const { rows } = await client.query<{ id: string | null }>(
            'select (graphile_worker.add_job($1, $2::json, job_key := $3)).id',
            [TASK, JSON.stringify({ key }), key],
          );
          return rows[0]?.id != null;
        }),
      async quiet() {
        const { rowCount } = await pool.query('select from graphile_worker._private_jobs limit 1');
        return rowCount === 0;
      },
      async close() {
        await runner.stop();
        await pool.end();
      },
    };
  },
};

async function migrated(url: string): Promise<void> {
  const utils = await makeWorkerUtils({ connectionString: url, logger: silent });
  await utils.migrate();
  await utils.release();
}

function started(
  pool: pg.Pool,
  events: WorkerEvents,
  options: { readonly localQueue?: boolean; readonly jobs?: number; readonly pollInterval?: number },
  handle: (key: string) => Promise<void>,
): Promise<Runner> {
  return run({
    pgPool: pool,
    events,
    logger: silent,
    noHandleSignals: true,
    preset: {
      worker: {
        concurrentJobs: options.jobs ?? JOBS_AT_ONCE,
        maxPoolSize: CONNECTIONS,
        pollInterval: options.pollInterval ?? 250,
        ...(options.localQueue ? { localQueue: { size: LOCAL_QUEUE }, completeJobBatchDelay: 0 } : {}),
      },
    },
    taskList: {
      [TASK]: (payload) => handle((payload as { key: string }).key),
    },
  });
}
