// The receiver of every contender, in a process of its own: answers 204 at once and notes what came when. It
// reads HTTP off bare sockets, since on few cores a server library would take the time that is to be measured.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Arrived, Expect } from './delivery-receiver.ts';

const ANSWER = 'HTTP/1.1 204 No Content\r\n\r\n';
const HEAD_END = '\r\n\r\n';

/** What was asked for, and what has come of it. */
let expected: Expect = { events: Number.POSITIVE_INFINITY, arrivals: false };
let arrivals = new Map<string, number>();
let lastSequences = new Map<string, number>();
let duplicates = 0;
let inversions = 0;

const server = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    rest = readRequests(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]), socket);
  });
});
server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}` });
});
process.on('message', (next: Expect) => {
  expected = next;
  arrivals = new Map();
  lastSequences = new Map();
  duplicates = 0;
  inversions = 0;
});
process.on('disconnect', () => process.exit(0));

/** Notes and answers every whole request; what is left is the beginning of the next. */
function readRequests(bytes: Buffer, socket: Socket): Buffer {
  for (let rest = bytes; ; ) {
    const headEnd = rest.indexOf(HEAD_END);
    if (headEnd < 0) return rest;
    const head = rest.toString('latin1', 0, headEnd);
    const end = headEnd + HEAD_END.length + Number(headerOf(head, 'content-length') ?? 0);
    if (rest.length < end) return rest;
    note(head);
    socket.write(ANSWER);
    rest = rest.subarray(end);
  }
}

function note(head: string): void {
  const eventId = headerOf(head, 'X-NMC-EventId') ?? '';
  if (arrivals.has(eventId)) {
    duplicates += 1;
    return;
  }
  arrivals.set(eventId, performance.timeOrigin + performance.now());
  const aggregateId = headerOf(head, 'X-NMC-Aggregate-Id') ?? '';
  const sequence = Number(headerOf(head, 'X-NMC-Sequence'));
  const last = lastSequences.get(aggregateId) ?? 0;
  if (sequence < last) inversions += 1;
  else lastSequences.set(aggregateId, sequence);
  if (arrivals.size === expected.events) report();
}

/** By name as our client sends it. */
function headerOf(head: string, name: string): string | undefined {
  const at = head.indexOf(`\r\n${name}: `);
  if (at < 0) return undefined;
  const from = at + name.length + 4;
  const to = head.indexOf('\r\n', from);
  return head.slice(from, to < 0 ? undefined : to);
}

function report(): void {
  const arrived: Arrived = {
    lastAtMs: performance.timeOrigin + performance.now(),
    duplicates,
    inversions,
    arrivals: expected.arrivals ? [...arrivals] : [],
  };
  process.send?.(arrived);
}
