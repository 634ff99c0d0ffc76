import {
  CompiledQuery,
  type DatabaseConnection,
  type Kysely,
  type KyselyPlugin,
  type QueryResult,
  type RawBuilder,
  sql,
} from 'kysely';
import type { Tx } from './executor.ts';

/** What the beginning of a transaction does besides: on every request's path each round trip counts. */
export interface Opening {
  /** Expressions with names, selected by the statement that takes on role and tenant, in this order. */
  readonly select?: RawBuilder<unknown>;
  /** A statement that runs after that one as the tenant, without a round trip of its own. It must not write. */
  readonly read?: RawBuilder<unknown>;
  /** What the work reads first: on a server its first statement goes out behind those. It must not write. */
  readonly ahead?: (tx: Tx) => Promise<unknown>;
}

export interface Opened {
  /** Values of `Opening.select`. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Rows of `Opening.read`. */
  readonly rows: readonly unknown[];
  /** What `Opening.ahead` comes to; undefined without one. Nobody needs to ask. */
  readonly ahead: () => Promise<unknown>;
}

/**
 * Runs `work` in a transaction as the API role of one tenant: row-level security holds whatever it says.
 * Rejects with the error of the first statement that failed, and then nothing is written.
 */
export type TenantTransaction = <T>(
  tenantId: string,
  work: (tx: Tx, opened: Opened) => Promise<T>,
  opening?: Opening,
) => Promise<T>;

export interface Transactions {
  /** A transaction under the worker role, which may see every tenant. Never open across a network call. */
  readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** The same, but that on a server `first` goes out with begin. It may read and lock; it must not write. */
  readonly beginWith: <A, T>(
    first: (tx: Tx) => Promise<A>,
    work: (tx: Tx, found: A) => Promise<T>,
  ) => Promise<T>;
  readonly tenantTransaction: TenantTransaction;
}

const API_ROLE = 'a2p_api';
const BEGIN = CompiledQuery.raw('begin');
const COMMIT = CompiledQuery.raw('commit');
const ROLLBACK = CompiledQuery.raw('rollback');

/** What sends without waiting, by transaction; none where a round trip costs nothing. */
const senders = new WeakMap<Tx, Send>();
type Send = (statement: CompiledQuery, told: (error: unknown) => unknown) => () => readonly unknown[];

/**
 * Carries out a statement whose answer the transaction does not need. On a server it goes out together with what is
 * sent next, the commit at the latest: should it fail, the transaction is rolled back and rejects with its error,
 * whatever else its work met or made of it. On the embedded engine it is waited for.
 * @param told makes of the database's error what the caller is told, the same error when left out.
 * @returns its rows, for whoever asks when the transaction is committed.
 */
export async function sendOnly<R>(
  tx: Tx,
  statement: CompiledQuery<R>,
  told: (error: unknown) => unknown = (error) => error,
): Promise<() => readonly R[]> {
  const send = senders.get(tx);
  if (send) return send(statement, told) as () => readonly R[];
  try {
    const { rows } = await tx.getExecutor().executeQuery<R>(statement);
    return () => rows;
  } catch (error) {
    throw told(error);
  }
}

/**
 * On a server: begin goes out with the opening, and the statements that nobody waits for with the commit, and each
 * group is answered in one round trip. Needs connections that send without waiting for the answer before (`pipeline`
 * of pg).
 * Should `begin` fail, the opening is done outside of a transaction, where it leaves nothing: its settings are local,
 * and nobody is given what it or what was sent ahead has read.
 */
export function pipelinedTransactions(kysely: Kysely<unknown>): Transactions {
  return {
    transaction: (work) => pipelined(kysely, {}, work),
    beginWith: (first, work) =>
      pipelined(kysely, { ahead: first }, async (tx, _, found) => work(tx, await found())),
    tenantTransaction: (tenantId, work, { ahead, ...opening } = {}) => {
      const statements = openingStatements(tenantId, opening);
      return pipelined(kysely, { statements, ahead }, (tx, results, found) =>
        work(tx, opened(results, found)),
      );
    },
  };
}

interface Beginning<A> {
  readonly statements?: readonly RawBuilder<unknown>[];
  readonly ahead?: ((tx: Tx) => Promise<A>) | undefined;
}

function pipelined<A, T>(
  kysely: Kysely<unknown>,
  { statements = [], ahead }: Beginning<A>,
  work: (tx: Tx, results: readonly QueryResult<unknown>[], found: () => Promise<A>) => Promise<T>,
): Promise<T> {
  return kysely.connection().execute(async (session) => {
    const connection = await session.getExecutor().provideConnection(async (own) => own);
    const end = ending();
    // Kysely knows the transactions alone that it has begun itself.
    const tx = Object.defineProperty(session.withPlugin(end.guard), 'isTransaction', {
      value: true,
    }) as unknown as Tx;
    const sent = sending(connection, end.check);
    senders.set(tx, sent.send);
    let inside = true;
    try {
      const first = statements.map((statement) => statement.compile(session));
      const answered = together(connection, [BEGIN, ...first]);
      const reading = ahead?.(tx);
      // Told to whoever asks.
      reading?.catch(() => {});
      const [, ...results] = await answered;
      const value = await work(tx, results, async () => reading as Promise<A>);
      inside = false;
      end.over();
      const [committed] = await together(connection, [COMMIT]);
      const failure = await sent.failure();
      if (failure !== undefined) throw failure;
      if (!isCommit(committed?.rows[0])) throw new Error('the transaction was aborted: nothing is committed');
      return value;
    } catch (error) {
      end.over();
      // Whatever keeps this from working ends the connection, which is not given back inside a transaction.
      if (inside) await together(connection, [ROLLBACK]).catch(() => {});
      throw (await sent.failure()) ?? error;
    }
  });
}

/** On the embedded engine, where a round trip costs nothing: the same statements one by one. */
export function plainTransactions(kysely: Kysely<unknown>): Transactions {
  const inside = <T>(work: (tx: Tx) => Promise<T>) =>
    kysely.transaction().execute((tx) => work(tx as unknown as Tx));
  return {
    transaction: inside,
    beginWith: (first, work) => inside(async (tx) => work(tx, await first(tx))),
    tenantTransaction: (tenantId, work, { ahead, ...opening } = {}) =>
      inside(async (tx) => {
        const results: QueryResult<unknown>[] = [];
        for (const statement of openingStatements(tenantId, opening))
          results.push(await statement.execute(tx));
        return work(
          tx,
          opened(results, async () => ahead?.(tx)),
        );
      }),
  };
}

/** Role and tenant in one statement, local to the transaction. */
function openingStatements(
  tenantId: string,
  { select, read }: Omit<Opening, 'ahead'>,
): readonly RawBuilder<unknown>[] {
  const become = sql`
    select set_config('role', ${API_ROLE}, true) as role,
      set_config('app.tenant_id', ${tenantId}, true) as tenant
      ${select ? sql`, ${select}` : sql``}`;
  return read ? [become, read] : [become];
}

function opened([became, found]: readonly QueryResult<unknown>[], ahead: Opened['ahead']): Opened {
  return { values: Object(became?.rows[0] ?? {}), rows: found?.rows ?? [], ahead };
}

/** Statements that nobody waits for, and the error of the first of them that failed. */
function sending(connection: DatabaseConnection, check: () => void) {
  const answers: Promise<unknown>[] = [];
  const send: Send = (statement, told) => {
    check();
    let rows: readonly unknown[] | undefined;
    const keep = (result: QueryResult<unknown>) => {
      rows = result.rows;
    };
    answers.push(connection.executeQuery(statement).then(keep, told));
    return () => {
      if (!rows) throw new Error('the statement is not answered before the transaction is committed');
      return rows;
    };
  };
  return {
    send,
    failure: async () => (await Promise.all(answers)).find((error) => error !== undefined),
  };
}

/** Sends all at once and waits for every answer; throws the error of the first that failed. */
async function together(
  connection: DatabaseConnection,
  statements: readonly CompiledQuery[],
): Promise<readonly QueryResult<unknown>[]> {
  const ended = await Promise.allSettled(statements.map((statement) => connection.executeQuery(statement)));
  return ended.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

/** PostgreSQL answers the commit of an aborted transaction with ROLLBACK, and with no error. */
function isCommit(row: unknown): boolean {
  return typeof row === 'object' && row !== null && 'command' in row && row.command === 'COMMIT';
}

/** The connection goes to somebody else afterwards: whoever still holds the transaction must not write in theirs. */
function ending() {
  let over = false;
  const check = () => {
    if (over) throw new Error('the transaction is over');
  };
  const guard: KyselyPlugin = {
    transformQuery({ node }) {
      check();
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return {
    guard,
    check,
    over: () => {
      over = true;
    },
  };
}
