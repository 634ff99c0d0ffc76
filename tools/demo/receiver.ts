import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

/** What an event says of itself; `data` depends on the type. */
export interface ReceivedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly sequence: number;
}

export interface Receiver {
  readonly url: string;
  /** The secret that came with the registration of the endpoint: `whsec_<base64>`. */
  trust(secret: string): void;
  /** Whether an event of this type and aggregate has arrived, with both signatures verified. */
  has(type: string, aggregateId: string): boolean;
  /** Events verified so far, repeated ones counted once. */
  count(): number;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  /** Told of each event once, however often it is sent. */
  readonly onEvent: (event: ReceivedEvent) => void;
  /** Told of what must not happen: a signature that does not verify, an order that is not kept. */
  readonly onFault: (fault: string) => void;
}

/** Standard Webhooks: a captured request is worth nothing after five minutes. */
const TOLERANCE_SECONDS = 300;
/** Many times an event of ours. */
const MAX_BODY_BYTES = 256 * 1024;

/** A tenant's webhook endpoint on a free port of this machine, as one would write it with Node alone. */
export async function startReceiver({ onEvent, onFault }: ReceiverOptions): Promise<Receiver> {
  const events = new Map<string, ReceivedEvent>();
  const lastSequence = new Map<string, number>();
  let key: Buffer | undefined;

  const accept = (headers: IncomingHttpHeaders, body: Buffer): number => {
    const fault = key ? signatureFault(headers, body, key, Date.now() / 1_000) : 'no secret is known yet';
    if (fault !== undefined) {
      onFault(`a webhook was refused: ${fault}`);
      return 401;
    }
    // Only now: nothing is read that is not known to come from the service.
    const event: ReceivedEvent = JSON.parse(body.toString());
    // At least once: the same event may come again, and is answered again.
    if (events.has(event.eventId)) return 204;
    const last = lastSequence.get(event.aggregateId) ?? 0;
    if (event.sequence <= last) onFault(`${event.type} #${event.sequence} came after #${last}`);
    lastSequence.set(event.aggregateId, event.sequence);
    events.set(event.eventId, event);
    onEvent(event);
    return 204;
  };

  const server = createServer((request, response) => {
    readBody(request)
      .then((body) => response.writeHead(body ? accept(request.headers, body) : 413).end())
      .catch((error: unknown) => {
        onFault(`a webhook could not be read: ${error instanceof Error ? error.message : error}`);
        response.destroy();
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the webhook receiver has no address');
  return {
    url: `http://127.0.0.1:${address.port}/events`,
    trust(secret) {
      key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    },
    has: (type, aggregateId) =>
      [...events.values()].some((event) => event.type === type && event.aggregateId === aggregateId),
    count: () => events.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Why a request is not to be believed; undefined when both header families verify.
 * A receiver needs one of the two. This one checks both, because it is here to show them.
 */
function signatureFault(
  headers: IncomingHttpHeaders,
  body: Buffer,
  key: Buffer,
  nowSeconds: number,
): string | undefined {
  const header = (name: string) => String(headers[name] ?? '');
  const hmac = (prefix: string) => createHmac('sha256', key).update(prefix).update(body);

  for (const name of ['x-nmc-timestamp', 'webhook-timestamp']) {
    const age = Math.abs(nowSeconds - Number(header(name) || Number.NaN));
    if (!(age <= TOLERANCE_SECONDS)) return `${name} is missing or more than 5 minutes off`;
  }
  // X-NMC-Signature: v1=<hex>, one for each live secret, over "timestamp.body".
  const nmc = hmac(`${header('x-nmc-timestamp')}.`).digest('hex');
  if (
    !header('x-nmc-signature')
      .split(',')
      .some(sameAs(`v1=${nmc}`))
  ) {
    return 'X-NMC-Signature does not verify';
  }
  // Standard Webhooks: v1,<base64>, one for each live secret, over "id.timestamp.body".
  const standard = hmac(`${header('webhook-id')}.${header('webhook-timestamp')}.`).digest('base64');
  if (
    !header('webhook-signature')
      .split(' ')
      .some(sameAs(`v1,${standard}`))
  ) {
    return 'webhook-signature does not verify';
  }
  return undefined;
}

/** Compares in constant time. */
function sameAs(expected: string): (given: string) => boolean {
  const right = Buffer.from(expected);
  return (text) => {
    const given = Buffer.from(text);
    return given.length === right.length && timingSafeEqual(given, right);
  };
}

/** The exact bytes, which are what is signed; undefined when there are too many. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
