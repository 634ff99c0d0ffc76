import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { Problem } from '#kernel/problem.ts';
import { QUIET } from './bind.ts';
import { waitedMs } from './long-poll.ts';
import { answerProblem, BODY_LIMIT, type Envelope, errorEnvelope, handleProblems } from './problems.ts';

export interface ServerOptions {
  readonly logger: FastifyBaseLogger;
  /** How this service writes errors; that of the registration service when left out. */
  readonly envelope?: Envelope;
  /** Told of every answered request of a contract. */
  readonly onAnswered?: (answered: { operationId: string; status: number; seconds: number }) => void;
}

/** Time in which a request has to have arrived. Short: bodies have 64 KiB. */
const RECEIVE_DEADLINE_MS = 10_000;
/** Above the database's statement deadline (30 s), so that whatever hangs is answered and not cut. */
const HANDLER_DEADLINE_MS = 35_000;
/** A socket on which nothing moves is closed; above the handler's deadline. */
const IDLE_SOCKET_MS = 40_000;
/** An id of ours has 33 characters; a longer parameter names nothing. */
const MAX_PARAM_LENGTH = 512;

const CORRELATION_ID = /^[A-Za-z0-9._-]{1,128}$/;

/**
 * A Fastify server that does not listen yet: deadlines, JSON, `Correlation-Id` (R131, C31), one shape for every
 * error, one log line a request. Nothing of a request but its operation is logged: paths and queries may hold PII.
 */
export function createServer(options: ServerOptions): FastifyInstance {
  const envelope = options.envelope ?? errorEnvelope;
  const app: FastifyInstance = fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'correlationId' }),
    genReqId: correlationIdOf,
    bodyLimit: BODY_LIMIT,
    requestTimeout: RECEIVE_DEADLINE_MS,
    handlerTimeout: HANDLER_DEADLINE_MS,
    connectionTimeout: IDLE_SOCKET_MS,
    forceCloseConnections: 'idle',
    // Who is draining says so at /readyz; what has arrived is still answered.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error, request, reply) => {
      reply.header('correlation-id', request.id);
      answerProblem(error, request, reply, envelope);
    },
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket, envelope),
  });

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'correlation-id': request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });
  app.addHook('onResponse', async (request, reply) => {
    const { operationId } = request.routeOptions.config;
    // A wait that the caller asked for is no slow answer.
    const waited = waitedMs(request);
    const seconds = (reply.elapsedTime - waited) / 1_000;
    const line = {
      operationId,
      method: request.method,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      ...(waited > 0 ? { waitedMs: Math.round(waited) } : {}),
    };
    if (operationId && QUIET.has(operationId)) request.log.debug(line, 'request answered');
    else request.log.info(line, 'request answered');
    if (operationId) options.onAnswered?.({ operationId, status: reply.statusCode, seconds });
  });
  parseJson(app);
  handleProblems(app, envelope);
  return app;
}

function correlationIdOf(request: IncomingMessage): string {
  const given = request.headers['correlation-id'];
  return typeof given === 'string' && CORRELATION_ID.test(given) ? given : randomUUID();
}

/** JSON bodies only. An empty one is no body: whether one is needed is the contract's to say. */
function parseJson(app: FastifyInstance): void {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer' },
    async (_request: unknown, bytes: Buffer): Promise<unknown> => {
      if (bytes.length === 0) return undefined;
      try {
        return JSON.parse(utf8.decode(bytes));
      } catch (error) {
        // TypeError: not UTF-8. Node's words may quote the body, so they go nowhere.
        if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
        throw new Problem('ValidationError', 'The body is not valid JSON in UTF-8', { status: 400 });
      }
    },
  );
}

/** What Node could not read as HTTP: there is no request, so the answer is written by hand. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket, envelope: Envelope): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const [status, phrase, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', 'The headers are too large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', 'The request did not arrive in time']
        : [400, 'Bad Request', 'The request is not valid HTTP'];
  const correlationId = randomUUID();
  const { body } = envelope(new Problem('ValidationError', message, { status }), correlationId);
  const text = JSON.stringify(body);
  socket.end(
    [
      `HTTP/1.1 ${status} ${phrase}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(text)}`,
      `Correlation-Id: ${correlationId}`,
      'Connection: close',
      '',
      text,
    ].join('\r\n'),
  );
}
