import { sql } from 'kysely';
import { canonicalJson } from '#kernel/canonical-json.ts';
import { conflict, Problem } from '#kernel/problem.ts';
import { type DatabaseClock, shifted } from '../database/clock.ts';
import { type Executor, sqlState, type Tx } from '../database/database.ts';

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

/** C12. */
const LIFETIME_MS = 24 * 60 * 60 * 1_000;
/** Purging and replacing can take a row away between two statements; each time the key is free again. */
const ATTEMPTS = 3;

/** What a stored answer is sealed for: its bytes open in no other row. */
export function answerContext({ tenantId, method, path, key }: KeyScope): string {
  return `idempotency_keys/${tenantId}/${method}/${path}/${key}`;
}

/**
 * Does `work` once per key (C6-C12, R114). The record is part of the caller's transaction: a second request waits
 * on it (as long as the transaction's lock_timeout) and then gets the first answer; a crash leaves nothing.
 * A Problem that `work` throws takes its writes back and is stored as the answer; one of status 429 or from 500
 * on, and every other error, leaves nothing stored.
 * @param write turns a Problem into its answer.
 * @returns the answer, and whether it is an earlier one.
 * Throws Problem 409 when the key was used with another body, or when the first request is still running.
 */
export async function answerOnce(
  tx: Tx,
  deps: { readonly clock: DatabaseClock; readonly vault: AnswerVault },
  request: KeyScope & { readonly body: unknown },
  work: () => Promise<WrittenAnswer>,
  write: (problem: Problem) => WrittenAnswer,
): Promise<{ readonly answer: WrittenAnswer; readonly replayed: boolean }> {
  const { clock, vault } = deps;
  const fingerprint = vault.fingerprint(canonicalJson(request.body ?? null));
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (await claim(tx, clock, request, fingerprint)) {
      const answer = await workInSavepoint(tx, work, write);
      await store(tx, vault, request, answer);
      return { answer, replayed: false };
    }
    const answer = await stored(tx, deps, request, fingerprint);
    if (answer) return { answer, replayed: true };
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

/** True when the key is ours now: it was free, or its time was over. */
async function claim(tx: Tx, clock: DatabaseClock, scope: KeyScope, fingerprint: Buffer): Promise<boolean> {
  const { tenantId, method, path, key } = scope;
  try {
    const { rows } = await sql`
      insert into idempotency_keys as k (tenant_id, method, path, key, fingerprint, created_at)
      values (${tenantId}, ${method}, ${path}, ${key}, ${fingerprint}, ${clock.now})
      on conflict (tenant_id, method, path, key) do update
        set fingerprint = excluded.fingerprint, created_at = excluded.created_at,
          status_code = null, headers = null, body = null
        where k.created_at <= ${shifted(clock, -LIFETIME_MS)}
      returning true`.execute(tx);
    return rows.length > 0;
  } catch (error) {
    if (sqlState(error) === LOCK_NOT_AVAILABLE) throw inFlight(error);
    throw error;
  }
}

const LOCK_NOT_AVAILABLE = '55P03';

async function workInSavepoint(
  tx: Tx,
  work: () => Promise<WrittenAnswer>,
  write: (problem: Problem) => WrittenAnswer,
): Promise<WrittenAnswer> {
  await sql`savepoint work`.execute(tx);
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) || error.status === 429 || error.status >= 500) throw error;
    await sql`rollback to savepoint work`.execute(tx);
    return write(error);
  }
}

async function store(tx: Tx, vault: AnswerVault, scope: KeyScope, answer: WrittenAnswer): Promise<void> {
  const { tenantId, method, path, key } = scope;
  const body = answer.body ? vault.seal(answer.body, answerContext(scope)) : null;
  await sql`
    update idempotency_keys
    set status_code = ${answer.status}, headers = ${JSON.stringify(answer.headers)}::jsonb, body = ${body}
    where tenant_id = ${tenantId} and method = ${method} and path = ${path} and key = ${key}`.execute(tx);
}

/** The answer of whoever had the key first; nothing when the key has become free meanwhile. */
async function stored(
  tx: Tx,
  { vault }: { readonly vault: AnswerVault },
  scope: KeyScope,
  fingerprint: Buffer,
): Promise<WrittenAnswer | undefined> {
  const { tenantId, method, path, key } = scope;
  const { rows } = await sql<{
    fingerprint: Uint8Array;
    status_code: number | null;
    headers: Record<string, string> | null;
    body: Uint8Array | null;
  }>`
    select fingerprint, status_code, headers, body from idempotency_keys
    where tenant_id = ${tenantId} and method = ${method} and path = ${path} and key = ${key}`.execute(tx);
  const [row] = rows;
  if (!row) return undefined;
  if (!fingerprint.equals(row.fingerprint)) throw conflict('This Idempotency-Key was used with another body');
  // Only a row whose transaction is open has no status, and that one waits above.
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
