import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '#kernel/problem.ts';
import { type Authenticate, type Caller, callerOf } from '#platform/http/authentication.ts';
import type { Endpoint, Endpoints } from '#platform/http/bind.ts';
import type { Operation } from '#platform/http/contract.ts';
import { objectAt } from '#platform/http/document.ts';
import type { Answer, Envelope } from '#platform/http/problems.ts';
import { createValidation, type ValidRequest } from '#platform/http/validation.ts';
import type { Logger } from '#platform/telemetry/log.ts';
import type { KeyScope, Ledger, StoredAnswer } from '../ports.ts';
import { answerOnce } from './answer-once.ts';
import { endOf, REQUEST_DEADLINE_MS, STUCK, tookTooLong } from './deadline.ts';
import type { HandlerContext, Handlers } from './handler.ts';
import { judge, type Policy } from './request-faults.ts';

export interface ProvisioningOperationDependencies {
  /** Rejects with Problem (ledger-problems.ts). */
  readonly ledger: Ledger;
  readonly authenticate: Authenticate;
  readonly envelope: Envelope;
  /** Told of an answer given from its stored copy. */
  readonly onReplay: (operationId: string) => void;
  readonly log: Logger;
  readonly deadlineMs?: number;
  /** Milliseconds of a clock that does not go back; the process's own when left out. */
  readonly nowMs?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** A handler of any operation; a validated request has the types that its own was made for. */
interface AnyHandler {
  readonly faults?: Policy;
  readonly keyless?: (body: unknown) => boolean;
  handle(request: never, context: HandlerContext): Promise<Answer>;
}

/**
 * The way of every request: token (before the body is read), form and policies together, and then the handler, for a
 * request with an `Idempotency-Key` under the ledger's hold. A client that hangs up changes nothing: what it
 * asked for is brought to its end.
 */
export function provisioningOperations(
  deps: ProvisioningOperationDependencies,
  handlers: Handlers,
): Endpoints {
  const validation = createValidation();
  const carryOut = createExecution(deps);
  const endpoint =
    (handler: AnyHandler) =>
    (operation: Operation): Endpoint => {
      const validate = validation.request(operation);
      const callers = new WeakMap<FastifyRequest, Caller>();
      return {
        async onRequest(request, reply) {
          const caller = await callerOf(deps.authenticate, request, reply);
          request.log = request.log.child({ caller: caller.tokenId });
          callers.set(request, caller);
        },
        async handler(request, reply) {
          const caller = callers.get(request);
          if (!caller) throw new Error('the operation was reached without its onRequest hook');
          const valid = judge(request, validate, handler.faults);
          const scope = keyScopeOf(operation, handler, request, valid, caller);
          const { answer, replayed } = await carryOut(handler, request, valid, scope);
          if (replayed) deps.onReplay(operation.id);
          return send(reply, answer, replayed);
        },
      };
    };
  return Object.fromEntries(Object.entries(handlers).map(([id, handler]) => [id, endpoint(handler)]));
}

/** What the request's key is of; nothing when it is carried out without one. */
function keyScopeOf(
  { method, path, headerSchema }: Operation,
  handler: AnyHandler,
  { headers }: FastifyRequest,
  { params, body }: ValidRequest,
  { tokenId }: Caller,
): KeyScope | undefined {
  const key = headers['idempotency-key'];
  const takesKey = Object.hasOwn(objectAt(headerSchema, 'properties'), 'idempotency-key');
  if (typeof key !== 'string' || !takesKey || handler.keyless?.(body)) return undefined;
  // One spelling for an address, however the caller encoded it.
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(params[name]));
  return { caller: tokenId, method, path: address, key };
}

type Execution = (
  handler: AnyHandler,
  request: FastifyRequest,
  valid: ValidRequest,
  scope: KeyScope | undefined,
) => Promise<{ readonly answer: StoredAnswer; readonly replayed: boolean }>;

/** Runs handlers in the request's time: with a key once, without one as often as they are asked for. */
function createExecution(deps: ProvisioningOperationDependencies): Execution {
  const {
    ledger,
    envelope,
    deadlineMs = REQUEST_DEADLINE_MS,
    nowMs = () => performance.now(),
    wait = sleep,
  } = deps;
  return async (handler, { id: correlationId, body }, valid, key) => {
    const handle = async (context: HandlerContext) =>
      // Validated against the schemas that the handler's types are made from.
      written(await handler.handle(valid as never, context));
    const signal = AbortSignal.timeout(deadlineMs);
    if (!key) {
      const answer = await endOf(handle({ scope: { signal, correlationId } }), signal);
      if (answer === STUCK) throw tookTooLong();
      return { answer, replayed: false };
    }
    const warn = (line: string, fields?: object) =>
      deps.log.warn({ correlationId, caller: key.caller, ...fields }, line);
    const write = (problem: Problem) => written(envelope(problem, correlationId));
    return answerOnce({ ledger, nowMs, wait }, { scope: key, body, signal, warn, write }, (held, ended) =>
      handle({ scope: { signal: ended, correlationId }, ...held }),
    );
  };
}

function written({ status, headers = {}, body }: Answer): StoredAnswer {
  return { status, headers, body: JSON.stringify(body) };
}

function send(reply: FastifyReply, { status, headers, body }: StoredAnswer, replayed: boolean): FastifyReply {
  reply.code(status).headers(headers);
  if (replayed) reply.header('idempotent-replayed', 'true');
  return reply.type('application/json; charset=utf-8').send(body);
}
