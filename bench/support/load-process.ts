// The client of a measurement, in a process of its own: N connections that send their next request when the last
// one is answered (load.ts has the order and the report).

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Client } from 'undici';
import { closedLoop } from './closed-loop.ts';
import type { LoadOrder, LoadReport } from './load.ts';

/** Above every deadline of a service: whoever takes longer hangs. */
const ANSWER_DEADLINE_MS = 40_000;
const DIGITS = 7;

// Whoever ordered it is gone: nobody wants the answer.
process.on('disconnect', () => process.exit(1));
const [order] = (await once(process, 'message')) as [LoadOrder];
const { url, callers, expected } = order;
const { origin, pathname } = new URL(url);
const clients = Array.from(
  { length: order.connections },
  () =>
    new Client(origin, {
      pipelining: 1,
      headersTimeout: ANSWER_DEADLINE_MS,
      bodyTimeout: ANSWER_DEADLINE_MS,
    }),
);
let next = order.from;
const report: LoadReport = {
  ...(await closedLoop(order.connections, order.span, send)),
  next,
};
await Promise.all(clients.map((client) => client.close()));
process.send?.(report, () => process.exit());

/** One request; answers what was wrong with it. */
async function send(connection: number, turn: number): Promise<string | undefined> {
  const client = clients[connection];
  const caller = callers[connection % callers.length];
  const body = caller?.bodies[(connection + turn) % caller.bodies.length];
  if (!client || !caller || body === undefined) throw new Error('an order without a caller or a body');
  const n = String(next++).padStart(DIGITS, '0');
  const filled = (text: string) =>
    text.includes('{{') ? text.replaceAll('{{n}}', n).replaceAll('{{uuid}}', randomUUID()) : text;
  const headers = Object.entries(caller.headers).map(([name, value]) => [name, filled(value)]);
  try {
    const response = await client.request({
      method: 'POST',
      path: pathname,
      headers: Object.fromEntries(headers),
      body: filled(body),
    });
    const text = await response.body.text();
    return response.statusCode === expected ? undefined : `${response.statusCode} ${text.slice(0, 300)}`;
  } catch (error) {
    return String(error);
  }
}
