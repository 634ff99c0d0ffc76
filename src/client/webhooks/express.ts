import type { AdapterOptions } from './answer.ts';
import { type BodyLimits, readBody } from './body.ts';
import { WebhookError } from './errors.ts';
import { type NodeRequest, type NodeResponse, respond } from './node.ts';
import type { Receiver } from './receiver.ts';

/** Express' request: `body` is what a parser before this handler has made of it. */
export interface ExpressRequest extends NodeRequest {
  readonly body?: unknown;
  readonly readableEnded: boolean;
}

const PARSED =
  'The body was parsed before the webhook handler saw it, and its bytes are gone: put the route before ' +
  'express.json(), or express.raw({ type: "*/*" }) before the handler.';

/**
 * A handler for `app.post(path, ...)`. It needs the bytes as they came: register it before `express.json()`, or with
 * `express.raw()` in front of it. When something else has read the body it answers 500, and the error that
 * `onError` gets says what to do.
 */
export function expressHandler<Tx>(receiver: Receiver<Tx>, options: AdapterOptions<Tx>) {
  return (request: ExpressRequest, response: NodeResponse): Promise<void> =>
    respond(receiver, options, request, response, () => rawBody(request, options));
}

async function rawBody(request: ExpressRequest, limits: BodyLimits): Promise<Uint8Array | string> {
  const { body } = request;
  if (body instanceof Uint8Array || typeof body === 'string') return body;
  // Express 4 has {} here when no parser ran: what counts is whether the stream was read.
  if (!request.readableEnded) return await readBody(request, limits);
  throw new WebhookError('body_already_parsed', 500, PARSED);
}
