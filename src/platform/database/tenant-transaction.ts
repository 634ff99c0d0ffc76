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

const API_ROLE = 'a2p_api';
const BEGIN = CompiledQuery.raw('begin');
const COMMIT = CompiledQuery.raw('commit');
const ROLLBACK = CompiledQuery.raw('rollback');

/** What sends without waiting, by transaction; none where a round trip costs nothing. */
const senders = new WeakMap<Tx, Send>();
type Send = (statement: CompiledQuery, told: (error: unknown) => unknown) => void;

/**
 * Carries out a statement whose answer nobody needs. In a tenant's transaction on a server it goes out together with
 * what is sent next, the commit at the latest: should it fail, the transaction is rolled back and rejects with its
 * error, whatever else its work met or made of it. In every other transaction it is waited for.
 * @param told makes of the database's error what the caller is told, the same error when left out.
 */
export async function sendOnly(
  tx: Tx,
  statement: CompiledQuery,
  told: (error: unknown) => unknown = (error) => error,
): Promise<void> {
  const send = senders.get(tx);
  if (send) return send(statement, told);
  try {
    await tx.getExecutor().executeQuery(statement);
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
export function pipelinedTransactions(kysely: Kysely<unknown>): TenantTransaction {
  return (tenantId, work, opening = {}) =>
    kysely.connection().execute(async (session) => {
      const connection = await session.getExecutor().provideConnection(async (own) => own);
      const end = ending();
      const tx = session.withPlugin(end.guard) as unknown as Tx;
      const sent = sending(connection, end.check);
      senders.set(tx, sent.send);
      let inside = true;
      try {
        const first = openingStatements(tenantId, opening).map((statement) => statement.compile(session));
        const answered = together(connection, [BEGIN, ...first]);
        const ahead = opening.ahead?.(tx);
        // Told to whoever asks.
        ahead?.catch(() => {});
        const [, ...results] = await answered;
        const value = await work(
          tx,
          opened(results, async () => ahead),
        );
        inside = false;
        end.over();
        const [committed] = await together(connection, [COMMIT]);
        if (!isCommit(committed?.rows[0]))
          throw new Error('the transaction was aborted: nothing is committed');
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
export function plainTransactions(kysely: Kysely<unknown>): TenantTransaction {
  return (tenantId, work, opening = {}) =>
    kysely.transaction().execute(async (tx) => {
      const results: QueryResult<unknown>[] = [];
      for (const statement of openingStatements(tenantId, opening)) results.push(await statement.execute(tx));
      const own = tx as unknown as Tx;
      return work(
        own,
        opened(results, async () => opening.ahead?.(own)),
      );
    });
}

/** Role and tenant in one statement, local to the transaction. */
function openingStatements(tenantId: string, { select, read }: Opening): readonly RawBuilder<unknown>[] {
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
  return {
    send: (statement: CompiledQuery, told: (error: unknown) => unknown) => {
      check();
      answers.push(connection.executeQuery(statement).then(() => undefined, told));
    },
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
