import {
  CompiledQuery,
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
}

export interface Opened {
  /** Values of `Opening.select`. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Rows of `Opening.read`. */
  readonly rows: readonly unknown[];
  /**
   * Keeps a statement for the end, to be sent together with the commit. Nobody sees what it answers; where it fails
   * the transaction is rolled back and rejects with its error.
   */
  readonly lastly: (statement: RawBuilder<unknown>) => void;
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

/**
 * On a server: begin goes out with the opening, and the last statements with the commit, and each group is answered in
 * one round trip. Needs connections that send without waiting for the answer before (`pipeline` of pg).
 * Should `begin` fail, the opening is done outside of a transaction, where it leaves nothing: its settings are local.
 */
export function pipelinedTransactions(kysely: Kysely<unknown>): TenantTransaction {
  return (tenantId, work, opening = {}) =>
    kysely.connection().execute(async (session) => {
      const { last, opened } = gathering();
      const end = ending();
      let inside = true;
      try {
        const first = openingStatements(tenantId, opening).map((statement) => statement.compile(session));
        const [, ...results] = await together(session, [BEGIN, ...first]);
        const value = await work(session.withPlugin(end.guard) as unknown as Tx, opened(results));
        const closing = last.map((statement) => statement.compile(session));
        inside = false;
        end.over();
        const committed = (await together(session, [...closing, COMMIT])).at(-1);
        if (!isCommit(committed?.rows[0]))
          throw new Error('the transaction was aborted: nothing is committed');
        return value;
      } catch (error) {
        end.over();
        // Whatever keeps this from working ends the connection, which is not given back inside a transaction.
        if (inside) await together(session, [ROLLBACK]).catch(() => {});
        throw error;
      }
    });
}

/** On the embedded engine, where a round trip costs nothing: the same statements one by one. */
export function plainTransactions(kysely: Kysely<unknown>): TenantTransaction {
  return (tenantId, work, opening = {}) =>
    kysely.transaction().execute(async (tx) => {
      const { last, opened } = gathering();
      const results: QueryResult<unknown>[] = [];
      for (const statement of openingStatements(tenantId, opening)) results.push(await statement.execute(tx));
      const value = await work(tx as unknown as Tx, opened(results));
      for (const statement of last) await statement.execute(tx);
      return value;
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

function gathering() {
  const last: RawBuilder<unknown>[] = [];
  const opened = ([became, found]: readonly QueryResult<unknown>[]): Opened => ({
    values: Object(became?.rows[0] ?? {}),
    rows: found?.rows ?? [],
    lastly: (statement) => void last.push(statement),
  });
  return { last, opened };
}

/** Sends all at once and waits for every answer; throws the error of the first that failed. */
async function together(
  session: Kysely<unknown>,
  statements: readonly CompiledQuery[],
): Promise<readonly QueryResult<unknown>[]> {
  return session.getExecutor().provideConnection(async (connection) => {
    const ended = await Promise.allSettled(statements.map((statement) => connection.executeQuery(statement)));
    return ended.map((end) => {
      if (end.status === 'rejected') throw end.reason;
      return end.value;
    });
  });
}

/** PostgreSQL answers the commit of an aborted transaction with ROLLBACK, and with no error. */
function isCommit(row: unknown): boolean {
  return typeof row === 'object' && row !== null && 'command' in row && row.command === 'COMMIT';
}

/** The connection goes to somebody else afterwards: whoever still holds the transaction must not write in theirs. */
function ending() {
  let over = false;
  const guard: KyselyPlugin = {
    transformQuery({ node }) {
      if (over) throw new Error('the transaction is over');
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return {
    guard,
    over: () => {
      over = true;
    },
  };
}
