import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#kernel/problem.ts';
import { sqlState } from '../database/database.ts';
import { StaleVersion } from '../database/stale-version.ts';
import { isObject } from './document.ts';
import { preconditionFailed } from './etag.ts';

/** What an operation answers; `body` is sent as JSON. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a service writes a problem down (C31: each has its own). */
export type Envelope = (problem: Problem, correlationId: string) => Answer;

/** `{"error": {code, message, details}}` (A:986), with the correlation id in the details. */
export const errorEnvelope: Envelope = (problem, correlationId) => ({
  status: problem.status,
  body: {
    error: {
      code: problem.code,
      message: problem.message,
      details: { ...problem.details, correlationId },
    },
  },
  headers:
    problem.retryAfterSeconds === undefined ? {} : { 'retry-after': String(problem.retryAfterSeconds) },
});

/** Bytes that a request's body may have: ten times the longest sensible one. */
export const BODY_LIMIT = 64 * 1_024;

/** The caller may send the same again after this long, in seconds. */
const RETRY_SOON = 1;

/** SQLSTATE classes and codes that pass by themselves: connection, resources, shutdown, waiting for a lock. */
const PASSING = /^(08|53|57P0|55P03|57014|40001|40P01)/;
/** Errors of a connection that was refused, lost or not made in time. */
const CONNECTION = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN']);
/** What node-postgres says, without a code, when its pool is exhausted or a connection breaks. */
const NO_CONNECTION = /^(timeout exceeded when trying to connect|Connection terminated)/;

/**
 * The problem that an error is for its caller. What is not known is a 500 that says nothing of the inside.
 * @param request its `If-Match` decides whether a lost race is a 409 or a 412.
 */
export function toProblem(error: unknown, request: Pick<FastifyRequest, 'headers'>): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StaleVersion) {
    return request.headers['if-match'] === undefined
      ? new Problem('ConflictError', 'It was changed in the same moment; read it and try again')
      : preconditionFailed();
  }
  if (isPassing(error)) {
    return new Problem('Internal', 'Not available right now; try again shortly', {
      status: 503,
      retryAfterSeconds: RETRY_SOON,
      cause: error,
    });
  }
  return (
    frameworkProblem(error) ??
    new Problem('Internal', 'The request failed for a reason of ours', { cause: error })
  );
}

/** Errors that Fastify makes before a handler runs, or for one that takes too long. */
function frameworkProblem(error: unknown): Problem | undefined {
  if (!isObject(error) || typeof error.code !== 'string' || !error.code.startsWith('FST_ERR_'))
    return undefined;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('ValidationError', `The body is too large; at most ${BODY_LIMIT} bytes are taken`, {
        status: 413,
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('ValidationError', 'Send the body as Content-Type: application/json', {
        status: 415,
      });
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Problem('NotFound', 'What the address names was not found');
    case 'FST_ERR_HANDLER_TIMEOUT':
      return new Problem('Internal', 'The request took too long; try again shortly', {
        status: 503,
        retryAfterSeconds: RETRY_SOON,
        cause: error,
      });
    default:
      return typeof error.statusCode === 'number' && error.statusCode < 500
        ? new Problem('ValidationError', 'The request is malformed', { status: 400 })
        : undefined;
  }
}

/** True for what another attempt may well not meet: a lost connection, a full server, a lock waited for in vain. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (PASSING.test(sqlState(error) ?? '') || NO_CONNECTION.test(error.message)) return true;
  return 'code' in error && CONNECTION.has(String(error.code));
}

/** One way out for every error: the envelope for the caller, the error itself for the log when it is ours. */
export function handleProblems(app: FastifyInstance, envelope: Envelope): void {
  app.setErrorHandler((error, request, reply) => answerProblem(error, request, reply, envelope));
  app.setNotFoundHandler((request, reply) =>
    answerProblem(
      new Problem('NotFound', 'Nothing is at this path with this method'),
      request,
      reply,
      envelope,
    ),
  );
}

export function answerProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  envelope: Envelope,
): FastifyReply {
  const problem = toProblem(error, request);
  if (problem.status >= 500) {
    request.log.error({ err: problem.cause ?? problem, status: problem.status }, 'request failed');
  }
  const answer = envelope(problem, request.id);
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(answer.body));
}
