import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { machineSeconds, processSeconds } from './process-time.ts';
import { openPool } from './reconcile-peer.ts';

const FIRST_DEADLINE_MS = 60_000;

export interface DrainOptions {
  readonly url: string;
  /** How many aggregates are due. */
  readonly count: number;
  /** Measured for so long, or until nothing is due. */
  readonly seconds: number;
  /** After the first aggregate: compiled code, open connections. */
  readonly warmUpSeconds: number;
  /** A transaction elsewhere keeps vacuum from taking away whatever dies from now on. */
  readonly pinned: boolean;
}

export interface Drained {
  readonly perSecond: number;
  /** Processors in use, by the worker process and by the whole machine; NaN where the system does not tell. */
  readonly worker: number;
  readonly machine: number;
}

interface Sample {
  readonly atMs: number;
  readonly done: number;
  readonly workerSeconds: number;
  readonly busySeconds: number;
}

/** Aggregates a second that a worker process gets done, counted in the database, from the first to the last look. */
export async function drainRate(
  options: DrainOptions,
  start: () => Promise<{ readonly pid: number; kill(): Promise<void> }>,
): Promise<Drained> {
  const pool = openPool(options.url);
  const unpin = options.pinned ? await pin(pool) : undefined;
  const worker = await start();
  try {
    return rateOf(await samples(pool, worker.pid, options), options.count);
  } finally {
    await worker.kill();
    await unpin?.();
    await pool.end();
  }
}

async function samples(
  pool: pg.Pool,
  pid: number,
  { count, seconds, warmUpSeconds }: DrainOptions,
): Promise<readonly Sample[]> {
  // A look costs milliseconds of the server's time: few, and the same for every contender.
  const everyMs = (seconds * 1_000) / 16;
  let first = await look(pool, pid);
  const deadline = first.atMs + FIRST_DEADLINE_MS;
  while (first.done === 0) {
    if (performance.now() > deadline) throw new Error('no aggregate was done in a minute');
    await sleep(10);
    first = await look(pool, pid);
  }
  const all = [first];
  const warm = first.atMs + warmUpSeconds * 1_000;
  let last = first;
  while (last.done < count && last.atMs < warm + seconds * 1_000) {
    await sleep(everyMs);
    last = await look(pool, pid);
    all.push(last);
  }
  const measured = all.filter(({ atMs, done }) => atMs >= warm && done < count);
  return measured.length >= 3 ? measured : all;
}

function rateOf(samples: readonly Sample[], count: number): Drained {
  const first = samples.at(0);
  const last = samples.at(-1);
  if (!first || !last || last.done <= first.done) {
    throw new Error(`too few aggregates to measure a rate: ${count}`);
  }
  const seconds = (last.atMs - first.atMs) / 1_000;
  return {
    perSecond: (last.done - first.done) / seconds,
    worker: (last.workerSeconds - first.workerSeconds) / seconds,
    machine: (last.busySeconds - first.busySeconds) / seconds,
  };
}

async function look(pool: pg.Pool, pid: number): Promise<Sample> {
  const { rows } = await pool.query<{ done: string }>(
    "select count(*) as done from brands where phase = 'VETTED'",
  );
  return {
    atMs: performance.now(),
    done: Number(rows[0]?.done),
    workerSeconds: await processSeconds(pid),
    busySeconds: machineSeconds(),
  };
}

/** As a long report or a forgotten session does it: a snapshot that is never let go. */
async function pin(pool: pg.Pool): Promise<() => Promise<void>> {
  const client = await pool.connect();
  await client.query('begin isolation level repeatable read');
  await client.query('select count(*) from tenants');
  return async () => {
    await client.query('rollback');
    client.release();
  };
}
