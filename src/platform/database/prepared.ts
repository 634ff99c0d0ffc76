import { createHash } from 'node:crypto';
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { sqlState } from './database.ts';

/** Ours are some hundred; a text that is made anew each time must not fill the server's memory. */
const MOST_STATEMENTS = 1_000;
/**
 * What looks for the few rows that are due among very many that are not is planned for the tables as they are: a plan
 * of general use cost 30 ms where no statistics were, and 3 ms otherwise. A statement that leaves the planner no other
 * way to its rows says `plan kept` before that, and has a test that it reads no more of them when its tables have grown.
 */
const PLANNED_ANEW = /\bskip locked\b(?<!plan kept.*)/is;
/** A table has other columns than when the statement was prepared: a migration under a running service. */
const STALE_PLAN = '0A000';

/** Transaction status of a connection that is in none (protocol message ReadyForQuery). */
const IDLE = 'I';

/**
 * The pool, but that its connections prepare each statement with parameters once and keep its plan: parsing and
 * planning are more work for the server than most statements themselves.
 */
export function preparing(pool: pg.Pool): PostgresPool {
  const names = new Map<string, string>();
  let generation = 0;
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined || names.size >= MOST_STATEMENTS || PLANNED_ANEW.test(text)) return known;
    const name = `${generation}_${createHash('sha256').update(text).digest('base64url')}`;
    names.set(text, name);
    return name;
  };
  const forget = () => {
    generation += 1;
    names.clear();
  };

  // The driver knows a connection by its identity, so each client has one face for as long as it lives.
  const faces = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  const faceOf = (client: pg.PoolClient): PostgresPoolClient => {
    const known = faces.get(client);
    if (known) return known;
    const { stream } = client.connection;
    const face = {
      ...('processID' in client && typeof client.processID === 'number'
        ? { processID: client.processID }
        : {}),
      async query(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<unknown>> {
        const name = values.length > 0 ? nameOf(text) : undefined;
        // What is asked in one turn of the event loop goes out in one write: each costs as much as a small statement.
        stream.cork();
        process.nextTick(() => stream.uncork());
        try {
          return await answerTo(client, text, values, name);
        } catch (error) {
          if (name !== undefined && sqlState(error) === STALE_PLAN) forget();
          throw error;
        }
      },
      // Never given back inside a transaction, whatever went wrong.
      release: (destroy?: boolean) =>
        client.release(destroy === true || client.getTransactionStatus() !== IDLE),
    } as PostgresPoolClient;
    faces.set(client, face);
    return face;
  };
  return {
    options: pool.options,
    connect: async () => faceOf(await pool.connect()),
    end: () => pool.end(),
  };
}

/** The driver copies a query that it is given as an object, property by property, and not one that is made for it. */
function answerTo(
  client: pg.PoolClient,
  text: string,
  values: readonly unknown[],
  name: string | undefined,
): Promise<PostgresQueryResult<unknown>> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query(text, [...values], (error, result) => {
      if (error) reject(error);
      else resolve(result as unknown as PostgresQueryResult<unknown>);
    });
    client.query(name === undefined ? query : Object.assign(query, { name }));
  });
}
