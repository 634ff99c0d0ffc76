import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { type EndSignal, untilAbort } from './deadline.ts';
import type { Target } from './target.ts';
import type { Trace } from './trace.ts';

/** The next address is tried beside one that has not connected after this time (RFC 8305, 5). */
const NEXT_ADDRESS_MS = 250;
/** Addresses that one attempt tries. */
const MAX_ADDRESSES = 4;
/** TLS sessions that are remembered, one an origin, so that a connection after a pause costs less. */
const MAX_SESSIONS = 1_024;

/**
 * A connection to one of the target's addresses, secured when its URL says so. Rejects with the fault of the
 * address that was tried, with an AggregateError when several were, and with the signal's reason; every socket
 * but the one it answers is closed by then. The trace enters `tls` on the way.
 */
export type Connector = (target: Target, trace: Trace, signal: EndSignal) => Promise<Socket>;

/**
 * Opens sockets to addresses and never to names: nothing is resolved here, and no proxy stands between.
 * @param options.ca certificates to trust instead of the system's (PEM).
 */
export function createConnector({ ca }: { readonly ca?: string | undefined }): Connector {
  const sessions = new Map<string, Buffer>();
  let secureContext: SecureContext | undefined;

  return async (target, trace, signal) => {
    const { port } = target;
    if (!target.secure) {
      return firstToConnect(target, trace, signal, (host) => connectTcp({ host, port, noDelay: true }));
    }
    const socket = await firstToConnect(target, trace, signal, (address) => startTls(target, address));
    trace.enter('tls');
    await handshake(socket, signal);
    return socket;
  };

  function startTls({ origin, host, port }: Target, address: string): TLSSocket {
    secureContext ??= createSecureContext({ ca });
    const socket = connectTls({
      host: address,
      port,
      // What the certificate must prove; without a name, it must prove the address.
      servername: isIP(host) ? '' : host.replace(/\.$/, ''),
      ALPNProtocols: ['http/1.1'],
      secureContext,
      session: sessions.get(origin),
      // Said here, so that no variable of the environment says otherwise.
      rejectUnauthorized: true,
    });
    socket.setNoDelay(true);
    socket.on('session', (session: Buffer) => remember(origin, session));
    return socket;
  }

  function remember(origin: string, session: Buffer): void {
    sessions.delete(origin);
    sessions.set(origin, session);
    const [oldest] = sessions.keys();
    if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
  }
}

/** Tries the addresses one after another, the next one early when one is slow; the first to connect is it. */
function firstToConnect<S extends Socket>(
  { addresses }: Target,
  trace: Trace,
  signal: EndSignal,
  open: (address: string) => S,
): Promise<S> {
  return untilAbort(signal, (resolve, reject) => {
    const waiting = addresses.slice(0, MAX_ADDRESSES);
    const trying = new Set<S>();
    const faults: unknown[] = [];
    let timer: NodeJS.Timeout | undefined;
    const drop = () => {
      clearTimeout(timer);
      for (const socket of trying) socket.destroy();
    };
    const tryNext = () => {
      clearTimeout(timer);
      const next = waiting.shift();
      if (!next) {
        if (trying.size === 0) reject(faults.length === 1 ? faults[0] : new AggregateError(faults));
        return;
      }
      const socket = open(next.address);
      trying.add(socket);
      trace.address = next.address;
      socket.on('error', (fault) => {
        // Of one that has connected, whoever uses it by then hears as well.
        if (!trying.delete(socket)) return;
        faults.push(fault);
        tryNext();
      });
      socket.once('connect', () => {
        trying.delete(socket);
        drop();
        trace.address = next.address;
        resolve(socket);
      });
      if (waiting.length > 0) timer = setTimeout(tryNext, NEXT_ADDRESS_MS);
    };
    tryNext();
    return drop;
  });
}

function handshake(socket: TLSSocket, signal: EndSignal): Promise<void> {
  return untilAbort(signal, (resolve, reject) => {
    const onClose = () => reject(socket.errored ?? connectionReset());
    if (socket.destroyed) onClose();
    socket.once('close', onClose);
    socket.once('secureConnect', () => {
      socket.off('close', onClose);
      resolve();
    });
    return () => socket.destroy();
  });
}

/** What the operating system says of a connection that the other side has closed. */
export function connectionReset(): Error {
  return Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });
}
