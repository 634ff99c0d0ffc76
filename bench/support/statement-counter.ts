import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface StatementCounter {
  /** The same database, through the counter. */
  readonly url: string;
  /** Statements that were executed through it so far. */
  count(): number;
  close(): Promise<void>;
}

/** Simple query and Execute: each carries out one statement (PostgreSQL's protocol, 54.7). */
const EXECUTES = new Set(['Q', 'E'].map((letter) => letter.charCodeAt(0)));
/** What opens a connection says no type: length and version alone. */
const LENGTH_BYTES = 4;

/**
 * Stands between one client and the server and counts: what the server itself tells of a database is a second or
 * more old, and has everybody's transactions in it, the vacuum's too.
 * @param databaseUrl without TLS.
 */
export async function startStatementCounter(databaseUrl: string): Promise<StatementCounter> {
  const target = new URL(databaseUrl);
  const open = new Set<Socket>();
  let statements = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const read = messageTypes((type) => {
      if (EXECUTES.has(type)) statements++;
    });
    client.on('data', read);
    client.pipe(upstream).pipe(client);
    for (const [socket, other] of [[client, upstream] as const, [upstream, client] as const]) {
      open.add(socket.setNoDelay(true));
      // Either side learns of the other's break as of its end.
      socket.on('error', () => other.destroy());
      socket.on('close', () => open.delete(socket));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the counter has no port');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${address.port}`;
  return {
    url: url.href,
    count: () => statements,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Reads a client's side of one connection, in pieces as they come; tells the type of each message, its first byte. */
function messageTypes(onMessage: (type: number) => void): (piece: Buffer) => void {
  let rest = Buffer.alloc(0);
  let typeBytes = 0;
  return (piece) => {
    rest = Buffer.concat([rest, piece]);
    while (rest.length >= typeBytes + LENGTH_BYTES) {
      const end = typeBytes + rest.readInt32BE(typeBytes);
      if (rest.length < end) return;
      if (typeBytes > 0) onMessage(rest[0] ?? 0);
      rest = rest.subarray(end);
      typeBytes = 1;
    }
  };
}
