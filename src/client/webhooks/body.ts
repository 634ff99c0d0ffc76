import { WebhookError } from './errors.ts';

/** A request as it streams in: Node's, Express' and Fastify's payload. */
export type BodyStream = AsyncIterable<unknown>;

/** The defaults of `AdapterOptions`, which says why. */
const MAX_BODY_BYTES = 256 * 1_024;
const BODY_TIMEOUT_MS = 5_000;

export interface BodyLimits {
  readonly maxBodyBytes?: number;
  readonly bodyTimeoutMs?: number;
}

/**
 * The exact bytes of a body, which are what is signed. Throws `body_too_large` (413) or `body_too_slow` (408), and
 * leaves the stream open then: destroying it would take the connection away from the answer. A sender that goes away
 * in the middle is `body_incomplete`, for the log.
 */
export async function readBody(
  stream: BodyStream,
  { maxBodyBytes = MAX_BODY_BYTES, bodyTimeoutMs = BODY_TIMEOUT_MS }: BodyLimits,
): Promise<Uint8Array> {
  let timer: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_, reject) => {
    const error = new WebhookError('body_too_slow', 408, `The body did not come within ${bodyTimeoutMs} ms.`);
    timer = setTimeout(() => reject(error), bodyTimeoutMs);
  });
  try {
    const chunks: Uint8Array[] = [];
    const iterator = stream[Symbol.asyncIterator]();
    for (let bytes = 0; ; ) {
      const { done, value } = await Promise.race([iterator.next(), tooSlow]);
      if (done) return Buffer.concat(chunks);
      const chunk = asBytes(value);
      bytes += chunk.length;
      if (bytes > maxBodyBytes) throw tooLarge(maxBodyBytes);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof WebhookError) throw cause;
    throw new WebhookError('body_incomplete', 400, 'The request ended before its body did.', { cause });
  } finally {
    clearTimeout(timer);
  }
}

function tooLarge(maxBodyBytes: number): WebhookError {
  return new WebhookError('body_too_large', 413, `The body exceeds ${maxBodyBytes} bytes.`);
}

function asBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === 'string') return Buffer.from(chunk);
  throw new WebhookError('body_already_parsed', 500, 'The stream of the request does not hold bytes.');
}
