import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import {
  brandIds,
  CONNECTIONS,
  inTransaction,
  laterTime,
  NEXT_RUN_SECONDS,
  NOTE_TRIGGER,
  openPool,
  type Peer,
  pieces,
  STATUS_WRITE,
} from './reconcile-peer.ts';

export const QUEUE = 'reconcile';
const BATCH = 50;
/** Fetching loops of the one process: more of them were no faster on two cores. */
const LOOPS = 4;
/** Short: as its own poll goes down to half a second only, which no figure here should have to wait for. */
const EMPTY_WAIT_MS = 5;
const INSERT_PIECE = 10_000;

interface Subject {
  readonly key: string;
}

/** pg-boss as a reconciler would use it: batches, and status, completion and next run in one transaction. */
export const pgBossPeer: Peer = {
  async prepare(url) {
    const boss = await opened(url);
    await boss.createQueue(QUEUE, { policy: 'standard' });
    const pool = openPool(url);
    for (const piece of pieces(await brandIds(pool), INSERT_PIECE)) {
      await boss.insert(
        QUEUE,
        piece.map((key) => ({ data: { key } })),
      );
    }
    // For a worker under our roles (reconcile-pg-boss-pass.ts).
    await pool.query('grant usage on schema pgboss to public');
    await pool.query('grant all on all tables in schema pgboss to public');
    await pool.query('vacuum analyze');
    await pool.end();
    await boss.stop({ graceful: false });
  },

  async drain(url) {
    const boss = await opened(url);
    const pool = openPool(url);
    await loops(boss, async (jobs) => {
      const ids = jobs.map((job) => job.id);
      const startAfter = new Date(Date.now() + NEXT_RUN_SECONDS * 1_000);
      await inTransaction(pool, async (client) => {
        const db = over(client);
        await client.query({
          name: 'status',
          text: STATUS_WRITE,
          values: [jobs.map(({ data }) => data.key)],
        });
        await boss.complete(QUEUE, ids, null, { db });
        await boss.insert(
          QUEUE,
          jobs.map(({ data }) => ({ data, startAfter })),
          { db },
        );
      });
    }).done;
  },

  async schedule(url, count) {
    const boss = await opened(url);
    await boss.createQueue(QUEUE, { policy: 'short' });
    for (let from = 0; from < count; from += INSERT_PIECE) {
      const jobs = Array.from({ length: Math.min(INSERT_PIECE, count - from) }, (_, n) => ({
        data: { key: `key_${from + n}` },
        singletonKey: `key_${from + n}`,
        startAfter: laterTime(from + n, count),
        retentionSeconds: 7 * 86_400,
      }));
      await boss.insert(QUEUE, jobs);
    }
    const pool = openPool(url);
    await pool.query('vacuum analyze');
    await pool.end();
    await boss.stop({ graceful: false });
  },

  async idle(url, polls) {
    const boss = await opened(url);
    const took: number[] = [];
    for (let n = 0; n < polls; n++) {
      const begun = performance.now();
      const jobs = await boss.fetch(QUEUE, { batchSize: BATCH });
      took.push(performance.now() - begun);
      if (jobs.length > 0) throw new Error('pg-boss found work where none is due');
    }
    await boss.stop({ graceful: false });
    return took;
  },

  async open(url, visit) {
    const boss = await opened(url);
    // One job of a key waits at most; what asks while it runs makes a second one.
    await boss.createQueue(QUEUE, { policy: 'short' });
    const pool = openPool(url);
    const working = loops(boss, async (jobs) => {
      await Promise.all(jobs.map(({ data }) => visit(data.key)));
      await boss.complete(
        QUEUE,
        jobs.map((job) => job.id),
      );
    });
    return {
      trigger: (key) =>
        inTransaction(pool, async (client) => {
          await client.query(NOTE_TRIGGER, [key]);
          const id = await boss.send(QUEUE, { key }, { singletonKey: key, db: over(client) });
          return id !== null;
        }),
      async quiet() {
        const { rowCount } = await pool.query(
          "select from pgboss.job where state in ('created', 'retry', 'active') limit 1",
        );
        return rowCount === 0;
      },
      async close() {
        await working.stop();
        await boss.stop({ graceful: false });
        await pool.end();
      },
    };
  },
};

/**
 * pg-boss' fastest way to take a dead worker's job over: a heartbeat of 10 s, the least it allows, and a look for
 * missed ones each second; by default it is 15 minutes.
 */
export async function workWithHeartbeat(url: string, visit: () => Promise<void>): Promise<void> {
  const boss = await opened(url, { supervise: true, superviseIntervalSeconds: 1, monitorIntervalSeconds: 1 });
  await boss.createQueue(QUEUE, { heartbeatSeconds: 10, retryLimit: 5, retryDelay: 0 });
  await boss.work<Subject>(QUEUE, { pollingIntervalSeconds: 0.5 }, visit);
}

/** One job for `workWithHeartbeat`. */
export async function sendOne(url: string): Promise<void> {
  const boss = await opened(url);
  await boss.createQueue(QUEUE, { heartbeatSeconds: 10, retryLimit: 5, retryDelay: 0 });
  await boss.send(QUEUE, { key: 'only' });
  await boss.stop({ graceful: false });
}

export async function opened(
  url: string,
  options: Partial<ConstructorParameters<typeof PgBoss>[0] & object> = {},
): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: url,
    max: CONNECTIONS,
    supervise: false,
    schedule: false,
    ...options,
  });
  // It has to be listened to; a call that fails throws as well.
  boss.on('error', (error) => console.error(String(error)));
  return boss.start();
}

interface Fetched {
  readonly id: string;
  readonly data: Subject;
}

/** Fetches and handles until it is stopped. */
export function loops(boss: PgBoss, handle: (jobs: readonly Fetched[]) => Promise<void>) {
  let stopping = false;
  const one = async () => {
    while (!stopping) {
      const jobs = await boss.fetch<Subject>(QUEUE, { batchSize: BATCH });
      if (jobs.length > 0) await handle(jobs);
      else await sleep(EMPTY_WAIT_MS);
    }
  };
  const done = Promise.all(Array.from({ length: LOOPS }, one));
  return {
    done,
    async stop() {
      stopping = true;
      await done;
    },
  };
}

function over(client: pg.PoolClient) {
  return { executeSql: (text: string, values?: unknown[]) => client.query(text, values) };
}
