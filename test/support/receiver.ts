import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

export interface ReceivedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly sequence: number;
}

export interface Receiver {
  readonly url: string;
  /** Accepted requests in order of arrival, repeated ones included. */
  readonly accepted: readonly ReceivedEvent[];
  /** What no receiver should ever see; empty at the end of a good run. */
  readonly violations: readonly string[];
  /** Requests in all, refused ones included. */
  requests(): number;
  /** The secret with which the endpoint was registered. */
  trust(secret: string): void;
  close(): Promise<void>;
}

/** Of one event: more would be waited for by minutes of backoff, and shows nothing that two do not. */
const MOST_REFUSALS = 2;

/**
 * A tenant's receiver: verifies, fails some requests, of one event no more than two, and watches order per aggregate
 * as it is promised.
 */
export async function startReceiver(fails: () => boolean = () => false): Promise<Receiver> {
  const accepted: ReceivedEvent[] = [];
  const violations: string[] = [];
  const last = new Map<string, number>();
  const seen = new Set<string>();
  const refusals = new Map<unknown, number>();
  let requests = 0;
  let webhook: Webhook | undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      requests++;
      // No 503: that asks for a pause of the whole endpoint, and most of the time would go into waiting.
      const id = request.headers['webhook-id'];
      const refused = refusals.get(id) ?? 0;
      if (refused < MOST_REFUSALS && fails()) {
        refusals.set(id, refused + 1);
        return response.writeHead(500).end();
      }
      const body = Buffer.concat(chunks).toString();
      try {
        webhook?.verify(body, request.headers as Record<string, string>);
      } catch (error) {
        violations.push(`a signature did not verify: ${String(error)}`);
      }
      const event: ReceivedEvent = JSON.parse(body);
      const before = last.get(event.aggregateId) ?? 0;
      const repeated = seen.has(event.eventId);
      if (!repeated && event.sequence <= before) {
        violations.push(`${event.aggregateId}: ${event.sequence} arrived new after ${before}`);
      }
      seen.add(event.eventId);
      last.set(event.aggregateId, Math.max(before, event.sequence));
      accepted.push(event);
      return response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the receiver has no address');
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    accepted,
    violations,
    requests: () => requests,
    trust: (secret) => {
      webhook = new Webhook(secret);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
