import { type RawBuilder, sql } from 'kysely';
import { canonicalJson } from '#kernel/canonical-json.ts';
import { conflict, Problem } from '#kernel/problem.ts';
import { type DatabaseClock, shifted } from '../database/clock.ts';
import { type Database, type Executor, sqlState, type Tx, uniqueViolation } from '../database/database.ts';
import { type Opened, type Opening, sendOnly } from '../database/transactions.ts';

/** An answer as it goes out: the exact bytes, so that a replay can send the same. */
export interface WrittenAnswer {
  readonly status: number;
  /** Names in lower case; those of the answer itself, not of the connection or the caller's limit. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** What makes a key one (C7): the same key elsewhere is another one. */
export interface KeyScope {
  readonly tenantId: string;
  readonly method: string;
  readonly path: string;
  readonly key: string;
}

export interface AnswerVault {
  /** Answers carry PII and secrets that are shown once: they rest sealed. */
  seal(plaintext: Uint8Array, context: string): Buffer;
  open(sealed: Uint8Array, context: string): Buffer;
  /** Keyed hash: a body holds tax ids, and a bare hash of nine digits is no secret (C15). */
  fingerprint(text: string): Buffer;
}

export interface AnswerOnceDependencies {
  readonly database: Pick<Database, 'tenantTransaction'>;
  readonly clock: DatabaseClock;
  readonly vault: AnswerVault;
  /**
   * Selected where each transaction opens (transactions.ts): `now` of the clock, and perhaps a `lock_timeout`,
   * which bounds the wait for a key, too.
   */
  readonly opening: RawBuilder<unknown>;
  /** What the work reads first (transactions.ts). */
  readonly ahead?: Opening['ahead'];
}

/** What is done for a key: the caller's work in a transaction of its own, or a refusal that is to be stored. */
type Work = (tx: Tx, opened: Opened) => Promise<WrittenAnswer>;

/** C12. */
const LIFETIME_MS = 24 * 60 * 60 * 1_000;
/** One for the work, one for its refusal, and more for whoever loses the key to an older version of the service. */
const ATTEMPTS = 4;
const LOCK_NOT_AVAILABLE = '55P03';
const KEY_INDEX = 'idempotency_keys_pkey';
/** Apart from every other advisory lock. */
const LOCK_SEED = 1;

/** What a stored answer is sealed for: its bytes open in no other row. */
export function answerContext({ tenantId, method, path, key }: KeyScope): string {
  return `idempotency_keys/${tenantId}/${method}/${path}/${key}`;
}

/**
 * Does `work` once per key (C6-C12, R114), in a transaction that stores its answer, too. A second request waits for
 * the first one's end (as long as lock_timeout) and then gets its answer; a crash leaves nothing.
 * A Problem that `work` throws takes the transaction back and is stored as the answer in another one, unless somebody
 * else has stored his there meanwhile; one of status 429 or from 500 on, and every other error, leaves nothing stored.
 * @param write turns a Problem into its answer.
 * @returns the answer, and whether it is an earlier one.
 * Throws Problem 409 when the key was used with another body, or when the first request is still running.
 */
export async function answerOnce(
  deps: AnswerOnceDependencies,
  request: KeyScope & { readonly body: unknown },
  work: Work,
  write: (problem: Problem) => WrittenAnswer,
): Promise<{ readonly answer: WrittenAnswer; readonly replayed: boolean }> {
  const fingerprint = deps.vault.fingerprint(canonicalJson(request.body ?? null));
  let next = work;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const ended = await underKey(deps, request, fingerprint, next);
    if (ended === 'lost') continue;
    if (!('refusal' in ended)) return ended;
    const answer = write(ended.refusal);
    next = async () => answer;
  }
  throw inFlight();
}

/**
 * Removes up to `limit` keys whose time is over; answers how many. For the worker role, now and then: an old
 * key is taken for absent in any case.
 */
export async function purgeIdempotencyKeys(
  executor: Executor,
  clock: DatabaseClock,
  limit: number,
): Promise<number> {
  const expiry = shifted(clock, -LIFETIME_MS);
  const { numAffectedRows } = await sql`
    delete from idempotency_keys where created_at <= ${expiry} and (tenant_id, method, path, key) in (
      select tenant_id, method, path, key from idempotency_keys where created_at <= ${expiry}
      order by created_at limit ${limit} for update skip locked)`.execute(executor);
  return Number(numAffectedRows ?? 0);
}

/**
 * One transaction under the key's lock. The lock keeps a second request waiting; that the key is stored once rests on
 * the table alone: whoever came by another way, or saw the table as it was before he waited for the lock, loses.
 */
async function underKey(
  { database, clock, vault, opening, ahead }: AnswerOnceDependencies,
  scope: KeyScope,
  fingerprint: Buffer,
  work: Work,
): Promise<{ answer: WrittenAnswer; replayed: boolean } | { refusal: Problem } | 'lost'> {
  let stage = 'opening' as 'opening' | 'looking' | 'working';
  try {
    return await database.tenantTransaction(
      scope.tenantId,
      async (tx, opened) => {
        stage = 'looking';
        const [row] = opened.rows as readonly StoredRow[];
        if (row && !isOver(row, opened.values.now))
          return { answer: storedAnswer(row, vault, scope, fingerprint), replayed: true };
        stage = 'working';
        const answer = await work(tx, opened);
        if (row) await sendOnly(tx, removal(clock, scope).compile(tx));
        await sendOnly(tx, insertion(clock, vault, scope, fingerprint, answer).compile(tx));
        return { answer, replayed: false };
      },
      {
        select: sql`${opening}, pg_advisory_xact_lock(hashtextextended(${answerContext(scope)}, ${LOCK_SEED}))`,
        read: selection(scope),
        ...(ahead ? { ahead } : {}),
      },
    );
  } catch (error) {
    // Also what a statement says that was sent with the commit.
    if (stage === 'working' && isRefusal(error)) return { refusal: error };
    if (stage === 'opening' && sqlState(error) === LOCK_NOT_AVAILABLE) throw inFlight(error);
    if (uniqueViolation(error) === KEY_INDEX) return 'lost';
    throw error;
  }
}

function isRefusal(error: unknown): error is Problem {
  return error instanceof Problem && error.status !== 429 && error.status < 500;
}

interface StoredRow {
  readonly created_at: Date;
  readonly fingerprint: Uint8Array;
  readonly status_code: number | null;
  readonly headers: Record<string, string> | null;
  readonly body: Uint8Array | null;
}

const isKey = ({ tenantId, method, path, key }: KeyScope) =>
  sql`tenant_id = ${tenantId} and method = ${method} and path = ${path} and key = ${key}`;

function selection(scope: KeyScope): RawBuilder<unknown> {
  return sql`
    select fingerprint, status_code, headers, body, created_at from idempotency_keys where ${isKey(scope)}`;
}

/** Decided here by the database's time: on every request's path an expression of a statement costs more. */
function isOver({ created_at }: StoredRow, now: unknown): boolean {
  if (!(now instanceof Date)) throw new Error('the database has no clock');
  return created_at.getTime() <= now.getTime() - LIFETIME_MS;
}

function removal(clock: DatabaseClock, scope: KeyScope): RawBuilder<unknown> {
  return sql`delete from idempotency_keys where ${isKey(scope)} and created_at <= ${shifted(clock, -LIFETIME_MS)}`;
}

/** Fails where the key is stored already. */
function insertion(
  clock: DatabaseClock,
  vault: AnswerVault,
  scope: KeyScope,
  fingerprint: Buffer,
  { status, headers, body }: WrittenAnswer,
): RawBuilder<unknown> {
  const { tenantId, method, path, key } = scope;
  const sealed = body ? vault.seal(body, answerContext(scope)) : null;
  return sql`
    insert into idempotency_keys
      (tenant_id, method, path, key, fingerprint, status_code, headers, body, created_at)
    values (${tenantId}, ${method}, ${path}, ${key}, ${fingerprint}, ${status},
      ${JSON.stringify(headers)}::jsonb, ${sealed}, ${clock.now})`;
}

/** The answer of whoever had the key first. */
function storedAnswer(
  row: StoredRow,
  vault: AnswerVault,
  scope: KeyScope,
  fingerprint: Buffer,
): WrittenAnswer {
  if (!fingerprint.equals(row.fingerprint)) throw conflict('This Idempotency-Key was used with another body');
  if (row.status_code === null) throw inFlight();
  return {
    status: row.status_code,
    headers: row.headers ?? {},
    ...(row.body ? { body: vault.open(row.body, answerContext(scope)) } : {}),
  };
}

function inFlight(cause?: unknown): Problem {
  return new Problem(
    'ConflictError',
    'A request with this Idempotency-Key is still running; send the same again',
    { retryAfterSeconds: 1, cause },
  );
}
