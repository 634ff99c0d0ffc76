import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { TestContext } from 'node:test';

/** One request of the simulator, as it arrived. */
export interface Received {
  /** The URL as the sender signed it. */
  readonly url: string;
  readonly body: string;
  readonly header: (name: string) => string;
}

/** A receiver on loopback that keeps what it gets, and answers with the statuses given, then 204. */
export async function receiver(t: TestContext, statuses: number[] = []) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const header = (name: string) => String(request.headers[name] ?? '');
    received.push({ url: `http://${header('host')}${request.url}`, body, header });
    response.writeHead(statuses.shift() ?? 204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return { url: `http://127.0.0.1:${address.port}`, received };
}
