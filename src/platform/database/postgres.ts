import { randomUUID } from 'node:crypto';
import { type Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { BECOME_WORKER, type Database, databaseOver, type Hints, kyselyOver } from './database.ts';
import { preparing } from './prepared.ts';
import { UNFLUSHED_TEXT } from './unflushed.ts';

const CONNECT_DEADLINE_MS = 5_000;
/** No statement of ours is long; one that hangs must not hold a request, a lease or a shutdown. */
const STATEMENT_DEADLINE_MS = 30_000;
/** Past the server's own deadline: it is gone without a word, and its connection is given up. */
const ANSWER_DEADLINE_MS = STATEMENT_DEADLINE_MS + 5_000;
/** The first hint goes at once, those that follow together, whichever channels: a NOTIFY holds a lock of the whole server. */
const NOTIFY_EVERY_MS = 10;
/** There is nothing in it that a server which dies might forget, so it need not wait for the disk. */
const NOTIFY = `select ${UNFLUSHED_TEXT}, pg_notify(channel, $2) from unnest($1::text[]) as channel`;

/**
 * Rows are found by an index, whatever the planner believes of a table's size. It would read a small one whole: for each
 * lane anew, say, all the endpoints that there are; and by a plan that is kept (prepared.ts), also when it is small no more,
 * until it is analysed. Where no index serves it is read whole all the same, up to PostgreSQL 17 at a price that would have
 * the statement compiled.
 */
const FIND_BY_INDEX = sql`set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false)`;

// int8 as number: counters, sequences and counts stay far below 2^53.
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === 20 ? Number : pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig;

/**
 * The registration or provisioning database on a PostgreSQL server.
 * @param url `postgres://user:password@host:port/name`; the user owns the schema and may set the two roles.
 * @param onError told of failures of idle connections and of the hint channel; both heal by themselves.
 * @param answerDeadlineMs after which a statement rejects whose server says nothing any more; 35 s when left out.
 */
export function openPostgres(
  url: string,
  options: { poolSize?: number; answerDeadlineMs?: number; onError: (error: unknown) => void },
): Database {
  const pool = newPool(url, options.poolSize ?? 10, {
    query_timeout: options.answerDeadlineMs ?? ANSWER_DEADLINE_MS,
  });
  pool.on('error', options.onError);
  // A connection that breaks while it is in use tells its client, not the pool: unheard, that ends the process.
  pool.on('connect', (client) => client.on('error', options.onError));
  const kysely = kyselyOver(
    new PostgresDialect({
      pool: preparing(pool),
      onCreateConnection: async (connection) => {
        await connection.executeQuery(sql`${BECOME_WORKER}, ${FIND_BY_INDEX}`.compile(kysely));
      },
    }),
  );
  const hints = postgresHints(url, pool, options.onError);
  return databaseOver(kysely, {
    engine: 'postgres',
    hints,
    close: async () => {
      await hints.close();
      await kysely.destroy();
    },
  });
}

/** One connection with the owner's power, for migrations only. The caller destroys it. */
export function openPostgresOwner(url: string): Kysely<unknown> {
  const pool = newPool(url, 1);
  // A connection that breaks while nobody uses it is made anew; unheard, the event would end the process.
  pool.on('error', () => {});
  return kyselyOver(new PostgresDialect({ pool }));
}

function newPool(url: string, max: number, more: pg.PoolConfig = {}): pg.Pool {
  return new pg.Pool({
    ...more,
    connectionString: url,
    max,
    types,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_DEADLINE_MS,
    // Statements that need no answer between them go out together (transactions.ts).
    pipeline: true,
    statement_timeout: STATEMENT_DEADLINE_MS,
    idle_in_transaction_session_timeout: STATEMENT_DEADLINE_MS,
    application_name: 'a2p',
  });
}

/** LISTEN on a connection of its own, reconnected when it breaks; NOTIFY held down and outside transactions. */
function postgresHints(url: string, pool: pg.Pool, onError: (error: unknown) => void) {
  const callbacks = new Map<string, Set<() => void>>();
  const pending = new Set<string>();
  const sender = randomUUID();
  let sentAt = Number.NEGATIVE_INFINITY;
  let sending = false;
  let listener: pg.Client | undefined;
  let reconnect: NodeJS.Timeout | undefined;
  let closed = false;

  const connect = async () => {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_DEADLINE_MS,
      // It only listens: without this it would never notice that nobody is there.
      keepAlive: true,
    });
    const lost = (error?: unknown) => {
      if (listener !== client) return;
      listener = undefined;
      if (error) onError(error);
      client.end().catch(onError);
      if (!closed) reconnect = setTimeout(() => void listen(), 1_000);
    };
    listener = client;
    client.on('error', lost);
    client.on('end', () => lost());
    client.on('notification', ({ channel, payload }) => {
      // What comes back was told to our own workers when it was sent.
      if (payload === sender) return;
      for (const callback of callbacks.get(channel) ?? []) callback();
    });
    try {
      await client.connect();
      for (const channel of callbacks.keys())
        await client.query(`listen ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      lost(error);
    }
  };
  const listen = async () => {
    if (!closed && !listener) await connect();
  };

  const notify = () => {
    if (closed) return;
    const channels = [...pending];
    pending.clear();
    sending = false;
    sentAt = performance.now();
    pool.query(NOTIFY, [channels, sender]).catch(onError);
  };
  const send: Hints['send'] = (channel) => {
    if (closed) return;
    // Own workers need not wait for the round trip.
    for (const callback of callbacks.get(channel) ?? []) callback();
    pending.add(channel);
    if (sending) return;
    sending = true;
    const early = sentAt + NOTIFY_EVERY_MS - performance.now();
    // At once means with what the same turn of the event loop sends on other channels.
    if (early > 0) setTimeout(notify, early);
    else setImmediate(notify);
  };
  const onHint: Hints['onHint'] = (channel, callback) => {
    const set = callbacks.get(channel) ?? new Set();
    callbacks.set(channel, set.add(callback));
    if (set.size === 1 && listener) {
      listener.query(`listen ${listener.escapeIdentifier(channel)}`).catch(onError);
    } else {
      void listen();
    }
    return () => void set.delete(callback);
  };
  const close = async () => {
    closed = true;
    clearTimeout(reconnect);
    const client = listener;
    listener = undefined;
    await client?.end();
  };
  return { send, onHint, close };
}
