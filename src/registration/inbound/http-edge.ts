import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '#kernel/problem.ts';

/** An event has some hundred bytes; a batch of them is far from it. */
export const BODY_LIMIT = 256 * 1_024;
/** A callback has a dozen; to verify more costs more than a stranger's request is worth. */
const MAX_PARAMETERS = 1_000;

/** Takes bodies of one media type, as the bytes that were signed, and says what is wrong with others. */
export function keepRaw(scope: FastifyInstance, mediaType: string | RegExp, takes: string): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    mediaType,
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => body,
  );
  // The server's own words are about its other operations; whatever else happens is said by those.
  scope.setErrorHandler((error) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
      throw new Problem('ValidationError', `Send the body as Content-Type: ${takes}`, { status: 415 });
    }
    if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
      const message = `The body is too large; at most ${BODY_LIMIT} bytes are taken`;
      throw new Problem('ValidationError', message, { status: 413 });
    }
    throw error;
  });
}

export function bodyOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Empty when there is none. */
export function signatureOf({ headers }: FastifyRequest): string {
  const header = headers['x-twilio-signature'];
  return typeof header === 'string' ? header : '';
}

/**
 * The URL that the provider was given, with the query that came (the hash of a JSON body is in it). Neither `Host`
 * nor the path that came: proxies change both, and anybody may write them.
 */
export function urlOf(publicUrl: string, path: string, { raw }: FastifyRequest): string {
  const came = raw.url ?? '';
  const query = came.indexOf('?');
  return `${publicUrl}${path}${query === -1 ? '' : came.slice(query)}`;
}

/** Every parameter, blank ones too. Throws Problem 413 for more than anybody sends. */
export function formOf(body: Buffer): URLSearchParams {
  const form = new URLSearchParams(body.toString('utf8'));
  if (form.size > MAX_PARAMETERS) {
    throw new Problem('ValidationError', `At most ${MAX_PARAMETERS} parameters are taken`, { status: 413 });
  }
  return form;
}

/** Throws Problem 400; Node's words may quote the body, so they go nowhere. */
export function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Problem('ValidationError', 'The body is not valid JSON', { status: 400 });
  }
}
