import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import ipaddr from 'ipaddr.js';

export type Question = 'A' | 'AAAA';
/** Addresses of either family, of which those are sent that the question asks for; or how the server fails. */
export type NameAnswer = readonly string[] | 'nxdomain' | 'servfail' | 'silence';

export interface NameServer {
  /** As `dnsLookup` takes it. */
  readonly address: string;
  /** `A name`, in the order in which they came. */
  readonly questions: readonly string[];
  close(): Promise<void>;
}

const TYPES = new Map<number, Question>([
  [1, 'A'],
  [28, 'AAAA'],
]);
const RESPONSE_CODES = { servfail: 2, nxdomain: 3 } as const;
const HEADER_BYTES = 12;

/** A name server on loopback (RFC 1035) that answers what `answer` says and lets it be kept for an hour. */
export async function startNameServer(
  answer: (name: string, question: Question) => NameAnswer,
): Promise<NameServer> {
  const questions: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, peer) => {
    const { name, end } = readName(query);
    const question = TYPES.get(query.readUInt16BE(end));
    if (!question) return;
    questions.push(`${question} ${name}`);
    const given = answer(name, question);
    if (given !== 'silence')
      socket.send(reply(query.subarray(0, end + 4), question, given), peer.port, peer.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** @param query its header and its one question. */
function reply(query: Buffer, question: Question, given: Exclude<NameAnswer, 'silence'>): Buffer {
  const failed = typeof given === 'string';
  const records = failed
    ? []
    : given
        .map((address) => ipaddr.parse(address))
        .flatMap((parsed) => {
          const data = Buffer.from(parsed.toByteArray());
          if ((data.length === 4) !== (question === 'A')) return [];
          // Name: that of the question. Type and class: as asked.
          const head = Buffer.concat([
            Buffer.from([0xc0, HEADER_BYTES]),
            query.subarray(-4),
            Buffer.alloc(6),
          ]);
          head.writeUInt32BE(3_600, 6);
          head.writeUInt16BE(data.length, 10);
          return [Buffer.concat([head, data])];
        });
  const message = Buffer.concat([query, ...records]);
  // A response, recursion desired and available.
  message.writeUInt16BE(0x8180 | (failed ? RESPONSE_CODES[given] : 0), 2);
  message.writeUInt16BE(1, 4);
  message.writeUInt16BE(records.length, 6);
  message.writeUInt32BE(0, 8);
  return message;
}
