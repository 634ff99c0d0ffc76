import { ACCEPTED, type AdapterOptions, type Answer, answerTo } from './answer.ts';
import { type BodyStream, readBody } from './body.ts';
import type { HeadersLike } from './headers.ts';
import type { Receiver } from './receiver.ts';

interface FastifyRequestLike {
  readonly headers: HeadersLike & object;
  readonly body: unknown;
}

interface FastifyReplyLike {
  code(status: number): FastifyReplyLike;
  headers(values: Record<string, string>): FastifyReplyLike;
  send(body?: string): FastifyReplyLike;
}

/** The parts of Fastify that are needed. */
export interface FastifyLike {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    contentType: string,
    options: object,
    parser: (request: never, payload: BodyStream) => Promise<Uint8Array>,
  ): unknown;
  setErrorHandler(
    handler: (error: unknown, request: FastifyRequestLike, reply: FastifyReplyLike) => unknown,
  ): unknown;
  post(
    path: string,
    handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>,
  ): unknown;
}

/**
 * A plugin: `app.register(fastifyWebhooks(receiver, { path, handle, onError }))`. Parser and error handler are its
 * own and hold within it alone: the rest of the application parses and answers as before.
 */
export function fastifyWebhooks<Tx>(
  receiver: Receiver<Tx>,
  options: AdapterOptions<Tx> & { readonly path: string },
) {
  const { path, handle, onError } = options;
  return async (scope: FastifyLike): Promise<void> => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', {}, (_request, payload) => readBody(payload, options));
    scope.setErrorHandler((error, _request, reply) => send(reply, answerTo(error, onError)));
    scope.post(path, async ({ headers, body }, reply) => {
      await receiver.receive(headers, body instanceof Uint8Array ? body : '', handle);
      return send(reply, ACCEPTED);
    });
  };
}

function send(reply: FastifyReplyLike, { status, headers, body }: Answer): FastifyReplyLike {
  const filled = reply.code(status).headers({ ...headers });
  return body === '' ? filled.send() : filled.send(body);
}
