import { createServer } from 'node:http';
import { createReceiver, nodeHandler, type Received } from '../../src/client/webhooks/index.ts';

export interface Receiver {
  readonly url: string;
  /** The secret that came with the registration of the endpoint: `whsec_<base64>`. */
  trust(secret: string): void;
  /** Whether an event of this type and aggregate has arrived, with every signature verified. */
  has(type: string, aggregateId: string): boolean;
  /** Events verified so far, repeated ones counted once. */
  count(): number;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  /** Told of each event once, however often it is sent. */
  readonly onEvent: (received: Received) => void;
  /** Told of what must not happen: a signature that does not verify, an event that is missing or out of order. */
  readonly onFault: (fault: string) => void;
}

/**
 * A tenant's webhook endpoint on a free port of this machine, written with the receiver kit as a tenant would. A
 * receiver needs one signature; this one wants all three, because it is here to show them.
 */
export async function startReceiver({ onEvent, onFault }: ReceiverOptions): Promise<Receiver> {
  const events: Received['event'][] = [];
  let secrets: readonly string[] = [];

  const receiver = createReceiver({ secrets: () => secrets, require: ['v2', 'standard', 'v1'] });
  const handle = (received: Received) => {
    const { event, gap, disorder } = received;
    const name = `${event.type} #${event.sequence}`;
    if (gap) onFault(`${name} came, and #${gap.through} before it did not`);
    if (disorder) onFault(`${name} came after #${disorder.accepted}`);
    events.push(event);
    onEvent(received);
  };
  const onError = (error: Error) => onFault(`a webhook was refused: ${error.message}`);

  const server = createServer(nodeHandler(receiver, { handle, onError }));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the webhook receiver has no address');
  return {
    url: `http://127.0.0.1:${address.port}/events`,
    trust(secret) {
      secrets = [secret];
    },
    has: (type, aggregateId) =>
      events.some((event) => event.type === type && event.aggregateId === aggregateId),
    count: () => events.length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
