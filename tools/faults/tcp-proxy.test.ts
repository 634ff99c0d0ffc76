import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTcpProxy } from './tcp-proxy.ts';

/** A server that sends back what it gets, and a proxy before it. */
async function open() {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const proxy = await startTcpProxy({ host: '127.0.0.1', port: address.port });
  return {
    proxy,
    async client(): Promise<Socket> {
      const socket = connect(proxy.port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
    async [Symbol.asyncDispose]() {
      await proxy.close();
      server.close();
    },
  };
}

async function echo(socket: Socket, line: string): Promise<string> {
  socket.write(line);
  const [answer] = await once(socket, 'data');
  return String(answer);
}

async function codeOfEnd(socket: Socket): Promise<string> {
  const [error] = await once(socket, 'error');
  return error.code;
}

test('what is sent arrives whole and in order, and an end is passed on after it', async () => {
  await using line = await open();
  const client = await line.client();
  const sent = Array.from({ length: 20_000 }, (_, n) => `${n}\n`).join('');
  client.end(sent);
  assert.equal(await text(client), sent);
});

test('a cut resets what is open, and the next connection passes', async () => {
  await using line = await open();
  const client = await line.client();
  await echo(client, 'a');
  const ended = codeOfEnd(client);
  line.proxy.cut();
  assert.equal(await ended, 'ECONNRESET');
  const next = await line.client();
  assert.equal(await echo(next, 'b'), 'b');
  next.destroy();
});

test('who is refused is reset, whether open or new, until it is over', async () => {
  await using line = await open();
  const client = await line.client();
  await echo(client, 'a');
  const ended = codeOfEnd(client);
  line.proxy.refuse(true);
  assert.equal(await ended, 'ECONNRESET');
  assert.equal(await codeOfEnd(connect(line.proxy.port, '127.0.0.1')), 'ECONNRESET');
  line.proxy.refuse(false);
  const next = await line.client();
  assert.equal(await echo(next, 'b'), 'b');
  next.destroy();
});

test('what is held back arrives after that and not before, on old and new connections', async () => {
  await using line = await open();
  const old = await line.client();
  await echo(old, 'a');
  line.proxy.slow(Number.POSITIVE_INFINITY);
  const fresh = await line.client();
  let over = false;
  const answers = Promise.all(
    [old, fresh].map(async (client) => {
      const answer = await echo(client, 'held');
      assert.ok(over, 'it passed while it was held');
      return answer;
    }),
  );
  await sleep(50);
  over = true;
  line.proxy.slow(0);
  assert.deepEqual(await answers, ['held', 'held']);
  old.destroy();
  fresh.destroy();
});

test('slow delays each direction', async () => {
  await using line = await open();
  const client = await line.client();
  await echo(client, 'a');
  line.proxy.slow(40);
  const from = performance.now();
  assert.equal(await echo(client, 'b'), 'b');
  // Timers may fire a millisecond early.
  assert.ok(performance.now() - from >= 78);
  client.destroy();
});

test('a server that is away resets who asks for it', async () => {
  const away = await startTcpProxy({ host: '127.0.0.1', port: 1 });
  const proxy = await startTcpProxy({ host: '127.0.0.1', port: away.port });
  await away.close();
  assert.equal(await codeOfEnd(connect(proxy.port, '127.0.0.1')), 'ECONNRESET');
  await proxy.close();
});
