import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';

/** A name that no resolver knows: whoever reaches a receiver by it was led by the lookup that was injected. */
export const RECEIVER_HOST = 'receiver.test';

/** Certificate of RECEIVER_HOST, signed by itself and good for a hundred years. It protects nothing. */
export const RECEIVER_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBbTCCAROgAwIBAgIBATAKBggqhkjOPQQDAjAYMRYwFAYDVQQDDA1yZWNlaXZl
ci50ZXN0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAYMRYwFAYD
VQQDDA1yZWNlaXZlci50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5cBG
Q8sIb+1Yzx77Ee1szXvY6OWeBkUX4jcBqkd2yav8N55Fo8xD3IDBJ2hzNoGaRzFH
GTke1r8UfMKMcQ64fqNMMEowGAYDVR0RBBEwD4INcmVjZWl2ZXIudGVzdDAPBgNV
HRMBAf8EBTADAQH/MB0GA1UdDgQWBBRZW5uS7lPNaHWBeXdWdq0EMo4BGDAKBggq
hkjOPQQDAgNIADBFAiBvO7kvdbxXeZHxPj9QzDbIs5mUA6j2qaGMKbnSnc/TnwIh
ALSUuvR5VSdZd42lgyZjaOQsev47BFMNTussd0myKyQi
-----END CERTIFICATE-----
`;
const RECEIVER_KEY = createPrivateKey({
  key: Buffer.from(
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgaRsT1goWhGSOhh1IzqELE3v3+Q0vPb8lGXcpENidLYqh' +
      'RANCAATlwEZDywhv7VjPHvsR7WzNe9jo5Z4GRRfiNwGqR3bJq/w3nkWjzEPcgMEnaHM2gZpHMUcZOR7WvxR8woxxDrh+',
    'base64',
  ),
  format: 'der',
  type: 'pkcs8',
}).export({ format: 'pem', type: 'pkcs8' });

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Receiver {
  readonly port: number;
  /** By address. */
  readonly url: string;
  /** By RECEIVER_HOST. */
  readonly namedUrl: string;
  readonly requests: readonly Received[];
  /** How many connections were ever opened to it. */
  readonly connections: () => number;
  /** Resolves when no connection is open. */
  readonly idle: () => Promise<void>;
  close(): Promise<void>;
}

/** Status that one request is answered with, headers beside it, or a listener that does as it likes. */
export type Answer =
  | number
  | { readonly status: number; readonly headers: Record<string, string | string[]> };

/** A receiver of webhooks on loopback that keeps what it was sent and answers what `answer` says. */
export async function startReceiver(
  answer: (request: Received) => Answer | Promise<Answer> = () => 200,
  options: { readonly tls?: boolean; readonly host?: string; readonly port?: number } = {},
): Promise<Receiver> {
  const requests: Received[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { method = '', url = '', headers } = request;
      const received = { method, url, headers, body: Buffer.concat(chunks) };
      requests.push(received);
      const answered = await answer(received);
      const { status, headers: extra } =
        typeof answered === 'number' ? { status: answered, headers: {} } : answered;
      response.writeHead(status, extra).end();
    });
  };
  const server = options.tls
    ? createTlsServer({ key: RECEIVER_KEY, cert: RECEIVER_CERTIFICATE }, listener)
    : createServer(listener);
  return { ...(await listen(server, options.tls ? 'https' : 'http', options)), requests };
}

/** A receiver that does to the bare connection whatever it likes. */
export async function startRawReceiver(
  onConnection: (socket: Socket) => void,
  options: { readonly tls?: boolean } = {},
): Promise<Receiver> {
  const server = createTcpServer((socket) => {
    // Its peer hangs up on it in most of the tests.
    socket.on('error', () => {});
    onConnection(socket);
    // Only who reads hears that the other side has closed.
    if (!socket.isPaused()) socket.resume();
  });
  return { ...(await listen(server, options.tls ? 'https' : 'http')), requests: [] };
}

/** The same inside TLS, under RECEIVER_HOST. */
export async function startTlsReceiver(onConnection: (socket: Socket) => void): Promise<Receiver> {
  const server = createSecureServer({ key: RECEIVER_KEY, cert: RECEIVER_CERTIFICATE }, (socket) => {
    socket.on('error', () => {});
    onConnection(socket);
    socket.resume();
  });
  return { ...(await listen(server, 'https')), requests: [] };
}

async function listen(
  server: Server,
  scheme: string,
  { host = '127.0.0.1', port: wanted = 0 }: { readonly host?: string; readonly port?: number } = {},
): Promise<Omit<Receiver, 'requests'>> {
  const open = new Set<Socket>();
  let connections = 0;
  let onIdle = () => {};
  server.on('connection', (socket) => {
    connections += 1;
    open.add(socket);
    socket.on('close', () => {
      open.delete(socket);
      if (open.size === 0) onIdle();
    });
  });
  server.listen(wanted, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}/hook`,
    namedUrl: `${scheme}://${RECEIVER_HOST}:${port}/hook`,
    connections: () => connections,
    idle: () =>
      new Promise((resolve) => {
        onIdle = resolve;
        if (open.size === 0) resolve();
      }),
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
