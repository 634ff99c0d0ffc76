import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it came in. */
export interface Arrival {
  readonly eventId: string;
  readonly aggregateId: string;
  readonly sequence: number;
  /** The job that sends it again. */
  readonly replay: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that keeps all that came, in order, and answers 204 unless it is told otherwise. */
export async function startCollector(
  answer: (arrival: Arrival, response: ServerResponse) => void = (_, response) =>
    void response.writeHead(204).end(),
) {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { eventId, aggregateId, sequence } = JSON.parse(body);
      const replay = request.headers['x-nmc-replay']?.toString();
      const arrival = { eventId, aggregateId, sequence, replay, headers: request.headers, body };
      arrivals.push(arrival);
      answer(arrival, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    arrivals,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Events that came for the first time after a later one of their aggregate: what must never be. */
export function disorder(
  arrivals: readonly Pick<Arrival, 'eventId' | 'aggregateId' | 'sequence'>[],
): string[] {
  const last = new Map<string, number>();
  const seen = new Set<string>();
  return arrivals.flatMap(({ eventId, aggregateId, sequence }) => {
    const before = last.get(aggregateId) ?? 0;
    last.set(aggregateId, Math.max(before, sequence));
    const isNew = !seen.has(eventId);
    seen.add(eventId);
    return isNew && sequence < before ? [`${aggregateId}: ${sequence} came after ${before}`] : [];
  });
}

export function repeated(arrivals: readonly Arrival[]): number {
  return arrivals.length - new Set(arrivals.map(({ eventId }) => eventId)).size;
}
