import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { keepConnections } from './connections.ts';
import { type Connection, speakOver } from './exchange.ts';
import { type Receiver, startRawReceiver } from './receivers.test-support.ts';
import type { Target } from './target.ts';
import { openings } from './transport.test-support.ts';

const opened = openings(after);
const HERE = 'http://a.test';

const targetOf = (origin: string, ...addresses: string[]): Target => ({
  origin,
  secure: false,
  host: 'a.test',
  port: 80,
  path: '/',
  addresses: addresses.map((address) => ({ address, family: 4 })),
});

async function connectionTo(receiver: Receiver, origin = HERE, address = '192.0.2.1'): Promise<Connection> {
  const socket = connect(receiver.port, '127.0.0.1');
  await once(socket, 'connect');
  return speakOver(socket, origin, address);
}

const receiving = () => opened.receiver(startRawReceiver(() => {}));

test('a connection is taken by one at a time, the one used last first', async () => {
  const receiver = await receiving();
  const connections = keepConnections(8);
  const [first, second] = [await connectionTo(receiver), await connectionTo(receiver)];
  connections.keep(first);
  connections.keep(second);
  const here = targetOf(HERE, '192.0.2.1');
  assert.equal(connections.take(here), second);
  assert.equal(connections.take(here), first);
  assert.equal(connections.take(here), undefined);
  await Promise.all([first, second].map(({ client, socket }) => [client.destroy(), socket.destroy()]));
});

test('it is taken for its own origin only, and only where it leads to an address that was vetted now', async () => {
  const receiver = await receiving();
  const connections = keepConnections(8);
  const connection = await connectionTo(receiver);
  connections.keep(connection);
  assert.equal(connections.take(targetOf('http://b.test', '192.0.2.1')), undefined);
  assert.equal(connections.take(targetOf('https://a.test', '192.0.2.1')), undefined);
  assert.equal(connections.take(targetOf(HERE, '192.0.2.2')), undefined);
  assert.equal(connections.take(targetOf(HERE)), undefined);
  assert.equal(connections.take(targetOf(HERE, '192.0.2.2', '192.0.2.1')), connection);
  connection.socket.destroy();
});

test('one that closes while it is kept is not handed out, and leaves room for another', async () => {
  const receiver = await receiving();
  const connections = keepConnections(1);
  const dying = await connectionTo(receiver);
  connections.keep(dying);
  dying.socket.destroy();
  await once(dying.socket, 'close');
  const here = targetOf(HERE, '192.0.2.1');
  assert.equal(connections.take(here), undefined);
  connections.keep(dying);
  assert.equal(connections.take(here), undefined, 'nor is one kept that has closed');
  const alive = await connectionTo(receiver);
  connections.keep(alive);
  assert.equal(connections.take(here), alive);
  alive.socket.destroy();
});

test('no listener is left behind, however often a connection comes and goes', async () => {
  const connections = keepConnections(1);
  const connection = await connectionTo(await receiving());
  const before = connection.socket.listenerCount('close');
  for (let i = 0; i < 50; i++) {
    connections.keep(connection);
    connections.take(targetOf(HERE, '192.0.2.1'));
  }
  assert.equal(connection.socket.listenerCount('close'), before);
  connection.socket.destroy();
});
