import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { pino } from 'pino';
import { databaseClock } from '../../src/platform/database/clock.ts';
import { BECOME_WORKER, databaseOver } from '../../src/platform/database/database.ts';
import type { Keyring } from '../../src/platform/secrets/keyring.ts';
import { inProcess } from '../../src/registration/connect.ts';
import { createFakeProvider } from '../../src/registration/provider/fake/fake-provider.ts';
import { createRegistration } from '../../src/registration/registration.ts';

/** A value of a statement: given as it is, bytes as hexadecimal digits, or one that must be new in every request. */
export type Value =
  | { readonly is: 'text'; readonly text: string | null }
  | { readonly is: 'bytes'; readonly hex: string }
  /** Text in which the id of the aggregate or its blind index has to be replaced. */
  | { readonly is: 'new'; readonly pattern: string }
  /** The blind index itself, 32 bytes. */
  | { readonly is: 'newIndex' };

export interface Statement {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** What one accepted request executes between begin and commit, without idempotency and row-level security. */
export interface Transaction {
  readonly statements: readonly Statement[];
  /** Body of the answer, sent by whoever does the statements alone. */
  readonly answer: string;
  /** How many statements were left out, begin and commit not counted. */
  readonly leftOut: number;
}

/** Placeholders within a `new` pattern. */
export const AGGREGATE = '<aggregate>';
export const INDEX = '<index>';
/** Of idempotency and of the change to the tenant's role: statements that the bare one does without. */
const LEFT_OUT = [/\bidempotency_keys\b/, /set_config\('role'/];
const INDEX_BYTES = 32;
const INT8 = 20;

/**
 * Logs what the registration service itself executes for one POST: the service runs in this process on `url`, asked
 * without a socket. Whatever changes in the product changes here with it.
 */
export async function captureTransaction(
  url: string,
  keyring: Keyring,
  request: { readonly path: string; readonly token: string; readonly body: object; readonly table: string },
): Promise<Transaction> {
  const executed: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    pipeline: true,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format === 'binary' ? 'text' : format),
    },
  });
  const kysely: Kysely<unknown> = new Kysely<unknown>({
    dialect: new PostgresDialect({
      pool,
      onCreateConnection: async (connection) => {
        await connection.executeQuery(BECOME_WORKER.compile(kysely));
      },
    }),
    log: ({ query }) => void executed.push(query),
  });
  const database = databaseOver(kysely, {
    engine: 'postgres',
    hints: { send: () => undefined, onHint: () => () => undefined },
    close: () => kysely.destroy(),
  });
  const registration = await createRegistration({
    database,
    clock: databaseClock,
    keyring,
    provider: inProcess(
      createFakeProvider({ clock: { now: () => new Date() }, approvalDelayMs: 0, seed: 1 }),
    ),
    roles: ['api'],
    allowPrivateWebhooks: true,
    log: pino({ level: 'silent' }),
  });
  try {
    executed.length = 0;
    const answer = await registration.app.inject({
      method: 'POST',
      url: request.path,
      headers: { authorization: `Bearer ${request.token}`, 'idempotency-key': request.path },
      payload: request.body,
    });
    if (answer.statusCode !== 201) throw new Error(`${request.path} answered ${answer.statusCode}`);
    return transactionOf(executed, answer.payload, request.table);
  } finally {
    await registration.stop(5_000);
    await database.close();
  }
}

function transactionOf(
  executed: readonly { readonly sql: string; readonly parameters: readonly unknown[] }[],
  answer: string,
  table: string,
): Transaction {
  const [aggregateId] = /^(?:brand|camp)_[0-9a-f]{32}$/.exec(answerId(answer, table)) ?? [];
  if (aggregateId === undefined) throw new Error(`the answer names nothing new: ${answer}`);
  const begun = executed.findIndex(({ sql }) => /set_config\('role'/.test(sql));
  const inside = executed.slice(Math.max(0, begun)).filter(({ sql }) => !/^(begin|commit)/i.test(sql));
  const kept = inside.filter(({ sql }) => !LEFT_OUT.some((pattern) => pattern.test(sql)));
  if (!kept.some(({ sql }) => sql.includes(`insert into "${table}"`))) {
    throw new Error(`nothing is written to ${table}: the way of telling statements apart is out of date`);
  }
  const index = kept.flatMap(({ parameters }) => parameters).find(isIndex);
  const asValue = (value: unknown): Value => {
    if (isIndex(value)) return { is: 'newIndex' };
    if (Buffer.isBuffer(value)) return { is: 'bytes', hex: value.toString('hex') };
    if (value === null || value === undefined) return { is: 'text', text: null };
    const text = textOf(value);
    const named = text.replaceAll(aggregateId, AGGREGATE);
    const pattern = index ? named.replaceAll(index.toString('hex'), INDEX) : named;
    return pattern === text ? { is: 'text', text } : { is: 'new', pattern };
  };
  return {
    statements: kept.map(({ sql, parameters }) => ({ sql, values: parameters.map(asValue) })),
    answer,
    leftOut: inside.length - kept.length,
  };
}

/** A value as a server reads it; a list as an array literal. */
function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (!Array.isArray(value)) return String(value);
  return `{${value.map((item) => `"${textOf(item).replaceAll(/[\\"]/g, '\\$&')}"`).join()}}`;
}

function answerId(answer: string, table: string): string {
  const body: { brandId?: string; campaignId?: string } = JSON.parse(answer);
  return (table === 'brands' ? body.brandId : body.campaignId) ?? '';
}

function isIndex(value: unknown): value is Buffer {
  return Buffer.isBuffer(value) && value.length === INDEX_BYTES;
}
