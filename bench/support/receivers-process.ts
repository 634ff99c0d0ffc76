// Receivers in a process of their own, so that their work is not the measured one's: one that answers at once
// and notes when what came, one that never answers, one that drips a byte at a time.

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Far above the longest deadline that an endpoint can have. */
const DRIP_EVERY_MS = 300;

const arrivals: [eventId: string, atMs: number][] = [];

const healthy: RequestListener = (request, response) => {
  const atMs = performance.timeOrigin + performance.now();
  arrivals.push([String(request.headers['x-nmc-eventid']), atMs]);
  request.resume();
  request.on('end', () => response.writeHead(204).end());
};
const dead: RequestListener = (request) => void request.resume();
const dripping: RequestListener = (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/plain' });
  const timer = setInterval(() => response.write('.'), DRIP_EVERY_MS);
  response.on('close', () => clearInterval(timer));
};

const urls: Record<string, string> = {};
for (const [name, listener] of Object.entries({ healthy, dead, dripping })) {
  const server = createServer({ keepAliveTimeout: 60_000 }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4_096, resolve));
  urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
process.send?.({ urls });
process.on('message', () => {
  process.send?.({ arrivals });
  arrivals.length = 0;
});
process.on('disconnect', () => process.exit(0));
