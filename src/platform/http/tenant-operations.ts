import type { FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { Problem } from '#kernel/problem.ts';
import type { DatabaseClock } from '../database/clock.ts';
import { type Database, sqlState, type Tx } from '../database/database.ts';
import { StaleVersion } from '../database/stale-version.ts';
import type { Opened } from '../database/transactions.ts';
import { type Authenticate, type Caller, callerOf } from './authentication.ts';
import type { Endpoint, Endpoints } from './bind.ts';
import type { Operation } from './contract.ts';
import { type AnswerVault, answerOnce, type WrittenAnswer } from './idempotency.ts';
import { type LongPolls, noteWait } from './long-poll.ts';
import type { OperationRequest } from './operation.ts';
import type { Answer, Envelope } from './problems.ts';
import type { RateLimit } from './rate-limit.ts';
import { createValidation, type ValidRequest } from './validation.ts';

export interface TenantOperationDependencies {
  readonly database: Pick<Database, 'tenantTransaction'>;
  readonly clock: DatabaseClock;
  readonly authenticate: Authenticate;
  readonly rateLimit: RateLimit;
  readonly vault: AnswerVault;
  readonly envelope: Envelope;
  /** Told after a write is committed, to wake workers. Must not throw. */
  readonly afterCommit: (operationId: string) => void;
  /** Told of an answer given from its stored copy (R43, idempotency_dupes_total). */
  readonly onReplay: (operationId: string) => void;
  /** For operations with a query parameter `wait`; none waits when left out. */
  readonly longPolls?: LongPolls;
}

type AnyAnswer = Answer & { readonly askAgain?: Readonly<Record<string, unknown>> };

/** A handler of any operation, in two parts or not; the types of its own are its context's affair. */
type AnyHandler = ((request: never, tx: Tx) => Promise<AnyAnswer>) & {
  readonly read?: (request: never, tx: Tx) => Promise<unknown>;
  readonly handle?: (request: never, tx: Tx, found: never) => Promise<AnyAnswer>;
};

/** What became of one transaction. */
interface Outcome {
  readonly answer: WrittenAnswer;
  readonly replayed: boolean;
  /** Nothing found: the query to look again with (operation.ts). */
  readonly askAgain?: Readonly<Record<string, unknown>>;
}

/** How long a statement waits for a row that another transaction holds (C11). */
const LOCK_TIMEOUT_MS = 5_000;
/** A lost race is run again at once; one that is lost three times in a row is told. */
const ATTEMPTS = 3;
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

/**
 * The way of every request of a tenant: token, scope, rate limit (all before the body is read), validation, and
 * then one transaction with the handler and, for a POST with `Idempotency-Key`, its stored answer.
 */
export function tenantOperations(
  deps: TenantOperationDependencies,
  handlers: Readonly<Record<string, AnyHandler>>,
): Endpoints {
  const validation = createValidation();
  const endpoint =
    (handler: AnyHandler) =>
    (operation: Operation): Endpoint => {
      const validate = validation.request(operation);
      const callers = new WeakMap<FastifyRequest, Caller>();
      return {
        async onRequest(request, reply) {
          callers.set(request, await admit(deps, operation, request, reply));
        },
        async handler(request, reply) {
          const caller = callers.get(request);
          if (!caller) throw new Error('the operation was reached without its onRequest hook');
          const valid = validate(request);
          const ask = (query: ValidRequest['query']) =>
            inTransaction(deps, operation, handler, request, caller, { ...valid, query });
          const { answer, replayed } = await awaited(deps, request, caller, valid.query, ask);
          if (replayed) deps.onReplay(operation.id);
          else if (operation.method !== 'GET' && answer.status < 400) deps.afterCommit(operation.id);
          return send(reply, answer, replayed);
        },
      };
    };
  return Object.fromEntries(Object.entries(handlers).map(([id, handler]) => [id, endpoint(handler)]));
}

/** Lets a request in, or throws Problem 401, 403 or 429 with the headers that go with it. */
async function admit(
  { authenticate, rateLimit }: TenantOperationDependencies,
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Caller> {
  const caller = await callerOf(authenticate, request, reply);
  request.log = request.log.child({ tenantId: caller.tenantId, tokenId: caller.tokenId });
  const lacking = operation.scopes?.find((scope) => !caller.scopes.includes(scope));
  if (lacking) {
    reply.header('www-authenticate', `Bearer error="insufficient_scope", scope="${lacking}"`);
    throw new Problem('Forbidden', `The token lacks the scope ${lacking}`, { details: { scope: lacking } });
  }
  const { ok, retryAfterSeconds, headers } = rateLimit(caller.tenantId);
  reply.headers(headers);
  if (!ok) {
    throw new Problem('RateLimited', 'Too many requests; wait as long as Retry-After says', {
      retryAfterSeconds,
    });
  }
  return caller;
}

/**
 * Asks once and, where the query has `wait` (seconds) and the handler found nothing, again until it finds something
 * or the time is over. Nothing is held between two transactions; the rate limit counts the request once.
 */
async function awaited(
  { longPolls }: TenantOperationDependencies,
  request: FastifyRequest,
  { tenantId }: Caller,
  query: ValidRequest['query'],
  ask: (query: ValidRequest['query']) => Promise<Outcome>,
): Promise<Outcome> {
  const first = await ask(query);
  const { wait } = query;
  if (!longPolls || !first.askAgain || typeof wait !== 'number' || wait <= 0) return first;
  const { answer, waitedMs } = await longPolls.untilFound(
    { tenantId, seconds: wait, signal: request.signal },
    first,
    ({ askAgain }) => ask({ ...query, ...askAgain }),
  );
  noteWait(request, waitedMs);
  return answer;
}

async function inTransaction(
  deps: TenantOperationDependencies,
  operation: Operation,
  handler: AnyHandler,
  request: FastifyRequest,
  caller: Caller,
  valid: ValidRequest,
): Promise<Outcome> {
  const key = request.headers['idempotency-key'];
  const { tenantId, tokenId, scopes } = caller;
  const { params, query, body } = valid;
  const { id: correlationId, headers } = request;
  // Validated against the schemas that the handler's types are made from.
  const known: Omit<OperationRequest<unknown>, 'now' | keyof ValidRequest> & ValidRequest = {
    ...{ tenantId, tokenId, scopes, correlationId, params, query, body, headers },
  };
  const { read, handle } = handler;
  const ahead = read ? { ahead: (tx: Tx) => read(known as never, tx) } : {};
  const carryOut = async (tx: Tx, opened: Opened) => {
    const { now } = opened.values;
    if (!(now instanceof Date)) throw new Error('the database has no clock');
    const whole = { ...known, now } as never;
    return handle ? handle(whole, tx, (await opened.ahead()) as never) : handler(whole, tx);
  };
  const { database, clock, vault } = deps;
  const select = opening(clock);
  const once = async (): Promise<Outcome> => {
    if (operation.method !== 'POST' || typeof key !== 'string') {
      const answer = await database.tenantTransaction(tenantId, carryOut, { select, ...ahead });
      const { askAgain } = answer;
      return { answer: written(answer), replayed: false, ...(askAgain ? { askAgain } : {}) };
    }
    const path = request.url.split('?', 1)[0] ?? request.url;
    return answerOnce(
      { database, clock, vault, opening: select, ...ahead },
      { tenantId, method: 'POST', path, key, body: request.body },
      async (tx, opened) => written(await carryOut(tx, opened)),
      (problem) => written(deps.envelope(problem, correlationId)),
    );
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once();
    } catch (error) {
      if (!lostRace(error) || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** Reads the database's clock and bounds every wait of the transaction. */
const opening = (clock: DatabaseClock) =>
  sql`${clock.now} as now, set_config('lock_timeout', ${String(LOCK_TIMEOUT_MS)}, true) as lock_timeout`;

function lostRace(error: unknown): boolean {
  if (error instanceof StaleVersion) return true;
  const state = sqlState(error);
  return state === SERIALIZATION_FAILURE || state === DEADLOCK;
}

function written({ status, headers = {}, body }: Answer): WrittenAnswer {
  return {
    status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
  };
}

function send(
  reply: FastifyReply,
  { status, headers, body }: WrittenAnswer,
  replayed: boolean,
): FastifyReply {
  reply.code(status).headers(headers);
  if (replayed) reply.header('idempotent-replayed', 'true');
  return body ? reply.type('application/json; charset=utf-8').send(body) : reply.send();
}
