import pg from 'pg';

/** What a contender of the reconcile section can do; ours is one as well where no whole service is needed. */
export interface Peer {
  /** Its schema and one run that is due for each brand of the database. */
  prepare(url: string): Promise<void>;
  /** Works off what is due until the process ends: status of the brand, the run done, the next one stored. */
  drain(url: string): Promise<void>;
  /** Stores `count` runs of as many aggregates, each at a time of its own, from an hour on. */
  schedule(url: string, count: number): Promise<void>;
  /** How long each of `polls` looks for due work took that found none, in ms. */
  idle(url: string, polls: number): Promise<readonly number[]>;
  /** Workers that call `visit` with the key of each run; at once for as many runs as it lets go. */
  open(url: string, visit: (key: string) => Promise<void>): Promise<OpenPeer>;
}

export interface OpenPeer {
  /** In one transaction: notes a trigger of the key (reconcile-hot.ts), and asks for a run. False: it was turned down. */
  trigger(key: string): Promise<boolean>;
  /** Whether nothing is due and nothing runs. */
  quiet(): Promise<boolean>;
  close(): Promise<void>;
}

/** As many as a process of ours has. */
export const CONNECTIONS = 10;
/** The same for every contender: how far ahead the next run is stored, seconds. */
export const NEXT_RUN_SECONDS = 300;

/** Where triggers are noted; a run of a key sees those that are committed when it begins. */
export const NOTE_TRIGGER = 'insert into bench_triggers (key) values ($1)';

const VETTED = JSON.stringify([
  {
    type: 'Vetted',
    status: 'True',
    reason: 'Vetted',
    message: 'The provider vetted the brand.',
    observedGeneration: 1,
    lastTransitionTime: '2026-01-05T12:00:00.000Z',
  },
]);

/** The status write that our pass makes, for one brand or for many in one statement. */
export const STATUS_WRITE = `
  update brands set phase = 'VETTED', conditions = '${VETTED}'::jsonb, external_refs = external_refs,
    observed_generation = 1, version = version + 1, updated_at = clock_timestamp()
  where brand_id = any($1::text[])`;

export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

export function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });
  // The server drops what is idle, or in use, when the measurement is over.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Ids of all brands. */
export async function brandIds(pool: pg.Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ brand_id: string }>('select brand_id from brands order by brand_id');
  return rows.map((row) => row.brand_id);
}

export function* pieces<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}

/** Times spread over a day from an hour on, all different. */
export function laterTime(n: number, count: number): Date {
  return new Date(Date.now() + 3_600_000 + (n * 86_400_000) / count);
}
