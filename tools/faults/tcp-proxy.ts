import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface TcpProxy {
  readonly port: number;
  /** Resets every connection; new ones are taken. */
  cut(): void;
  /** Resets every connection there is and every new one, until it is told `false`. */
  refuse(on: boolean): void;
  /** Every piece of data, both ways, waits so long. Milliseconds; Infinity: it is held. */
  slow(ms: number): void;
  close(): Promise<void>;
}

/** The longest time a timer can wait; who waits for ever waits again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * A network that can fail, between clients and one server on loopback. `slow(Infinity)` lets nothing pass and tells
 * nobody; what waited passes in order as soon as it is told another delay.
 * @param target where the server listens; it may be away at times: then connections are reset.
 */
export async function startTcpProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<TcpProxy> {
  const open = new Set<Socket>();
  let refuses = false;
  let delay = { ms: 0, over: new AbortController() };

  /** A piece waits from when it came, however often the delay changes on its way. */
  const wait = async () => {
    const from = performance.now();
    for (;;) {
      const { ms, over } = delay;
      const left = from + ms - performance.now();
      if (left <= 0) return;
      await sleep(Math.min(left, LONGEST_TIMER_MS), undefined, { signal: over.signal }).catch(() => {});
    }
  };
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    client.on('error', () => {});
    if (refuses) return void client.resetAndDestroy();
    const upstream = connect({ ...target, allowHalfOpen: true });
    upstream.on('error', () => {});
    for (const [from, to] of [[client, upstream] as const, [upstream, client] as const]) {
      open.add(from);
      from.setNoDelay(true);
      // Of an end in good order the pump tells the other side, after what came before it; of a break it learns here.
      from.on('close', (broken) => {
        open.delete(from);
        if (broken || !from.readableEnded) to.resetAndDestroy();
      });
      void pump(from, to, wait);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no address');

  const cut = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  const slow = (ms: number) => {
    const { over } = delay;
    delay = { ms, over: new AbortController() };
    over.abort();
  };
  return {
    port: address.port,
    cut,
    refuse(on) {
      refuses = on;
      if (on) cut();
    },
    slow,
    async close() {
      const closed = once(server, 'close');
      server.close();
      cut();
      slow(0);
      await closed;
    },
  };
}

/** Piece by piece in order; a sender is slowed by what waits. */
async function pump(from: Socket, to: Socket, wait: () => Promise<void>): Promise<void> {
  try {
    for await (const piece of from) {
      await wait();
      if (to.destroyed) return;
      if (!to.write(piece)) await once(to, 'drain');
    }
    await wait();
    to.end();
  } catch {
    // Either side broke or was cut: then so is the other.
    from.resetAndDestroy();
    to.resetAndDestroy();
  }
}
