import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Listens, and then sleeps for ever: it accepts nothing, and its queue of one is soon full. */
const SLEEPER = `
  const { createServer } = require('node:net');
  const { parentPort } = require('node:worker_threads');
  const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });`;
const ENOUGH_MS = 200;

/**
 * A port at which a TCP handshake never ends, or undefined where the operating system lets it end all the same
 * (not all of them drop what does not fit into a listener's queue).
 */
export async function startStalledListener(): Promise<
  { readonly port: number; close(): Promise<void> } | undefined
> {
  const worker = new Worker(SLEEPER, { eval: true });
  const [port]: number[] = await once(worker, 'message');
  const fillers: Socket[] = [];
  const close = async () => {
    for (const socket of fillers) socket.destroy();
    await worker.terminate();
  };
  for (let i = 0; i < 16 && port !== undefined; i++) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    fillers.push(socket);
    const connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, ENOUGH_MS, false)),
    ]);
    if (!connected) return { port, close };
  }
  await close();
  return undefined;
}
