import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { dnsLookup, type Lookup } from './lookup.ts';
import { startNameServer } from './name-server.test-support.ts';
import { startRawReceiver, startReceiver } from './receivers.test-support.ts';
import { DEADLINE_MS, LOOPBACK, openings, outcome, send } from './transport.test-support.ts';
import type { DeliveryResult } from './transport.ts';

const opened = openings(after);
const run = promisify(execFile);
const SEND_ONCE = new URL('./send-once.test-support.ts', import.meta.url).pathname;

const failing =
  (code: string): Lookup =>
  async () => {
    throw Object.assign(new Error('no answer'), { code });
  };

/** A transport whose resolver knows `good.test`, and does to every other name what it is told. */
function knowing(good: string, bad: Lookup) {
  return opened.transport({ lookup: (name) => (name === good ? Promise.resolve([LOOPBACK]) : bad(name)) });
}

test('a resolver that fails is our fault, until another name was resolved', async () => {
  const receiver = await opened.receiver(startReceiver());
  for (const code of ['EAI_AGAIN', 'ESERVFAIL', 'ETIMEOUT', 'ECONNREFUSED', 'EREFUSED']) {
    const transport = knowing('good.test', failing(code));
    const attempt = async () => outcome(await send(transport, `http://bad.test:${receiver.port}/`));
    const dns = { kind: 'failed', error: 'dns', stage: 'dns' };
    assert.deepEqual(await attempt(), { ...dns, own: true }, code);
    await send(transport, `http://127.0.0.1:${receiver.port}/`);
    assert.deepEqual(await attempt(), { ...dns, own: true }, 'an address proves nothing of the resolver');
    await send(transport, `http://good.test:${receiver.port}/`);
    assert.deepEqual(await attempt(), dns, code);
  }
});

test('a name that does not exist or has no address is the tenant’s fault, whatever else is known', async () => {
  for (const lookup of [failing('ENOTFOUND'), failing('ENODATA'), async () => []]) {
    const result = await send(opened.transport({ lookup }), 'http://bad.test/');
    assert.deepEqual(outcome(result), { kind: 'failed', error: 'dns', stage: 'dns' });
  }
});

test('a deadline that strikes while a name is resolved follows the same rule', async () => {
  const receiver = await opened.receiver(startReceiver());
  const transport = knowing('good.test', () => new Promise(() => {}));
  const attempt = async () => outcome(await send(transport, 'http://bad.test/', DEADLINE_MS));
  const timeout = { kind: 'failed', error: 'timeout', stage: 'dns' };
  assert.deepEqual(await attempt(), { ...timeout, own: true });
  await send(transport, `http://good.test:${receiver.port}/`);
  assert.deepEqual(await attempt(), timeout);
});

test('a name server that is silent or fails is told from names that are broken, over the wire', async () => {
  const receiver = await opened.receiver(startReceiver());
  for (const failure of ['silence', 'servfail'] as const) {
    let all = true;
    const server = await opened.other(
      startNameServer((name) => (all || name !== 'good.test' ? failure : ['127.0.0.1'])),
    );
    const transport = opened.transport({ lookup: dnsLookup({ servers: [server.address] }) });
    const attempt = (host: string) => send(transport, `http://${host}:${receiver.port}/`, DEADLINE_MS);
    assert.equal(ownOf(await attempt('first.test')), true);
    assert.equal(ownOf(await attempt('second.test')), true);
    all = false;
    assert.equal((await attempt('good.test')).kind, 'delivered');
    assert.equal(ownOf(await attempt('third.test')), false);
  }
});

test('what a receiver does is never our fault', async () => {
  const gone = await startReceiver();
  await gone.close();
  assert.equal(ownOf(await send(opened.transport(), gone.url)), false);
  const silent = await opened.receiver(startRawReceiver(() => {}));
  assert.equal(ownOf(await send(opened.transport(), silent.url, DEADLINE_MS)), false);
  const broken = await opened.receiver(startReceiver(() => 500));
  assert.equal(ownOf(await send(opened.transport(), broken.url)), false);
});

test('a request that was never fit to be sent is our fault, and its connection is closed', async () => {
  const receiver = await opened.receiver(startReceiver());
  const result = await opened.transport().send({
    url: receiver.url,
    headers: { 'x-split': 'a\r\nb: c' },
    body: Buffer.from('{}'),
    deadlineMs: 5_000,
  });
  assert.equal(ownOf(result), true);
  await receiver.idle();
  assert.equal(receiver.requests.length, 0);
});

test('a process without a free descriptor knows that it is its own fault', {
  skip: process.platform === 'win32' && 'no ulimit here',
}, async () => {
  const receiver = await opened.receiver(startReceiver());
  const command = `ulimit -n 64 && exec "$0" "$@"`;
  const { stdout } = await run('/bin/sh', [
    '-c',
    command,
    process.execPath,
    SEND_ONCE,
    receiver.url,
    'exhaust',
  ]);
  const { result }: { result: DeliveryResult } = JSON.parse(stdout);
  assert.deepEqual(outcome(result), { kind: 'failed', error: 'network', own: true, stage: 'connect' });
  assert.equal(receiver.requests.length, 1);
});

test('proxy variables of the environment change nothing, while the runtime’s own client does obey them', async () => {
  const refusal = 'HTTP/1.1 502 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n';
  const proxy = await opened.receiver(
    startRawReceiver((socket) => void socket.once('data', () => socket.end(refusal))),
  );
  const receiver = await opened.receiver(startReceiver());
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
  const env = {
    ...process.env,
    ...Object.fromEntries(names.map((name) => [name, `http://127.0.0.1:${proxy.port}`])),
    NODE_USE_ENV_PROXY: '1',
    NO_PROXY: '',
    no_proxy: '',
  };
  const through = async (mode?: string) => {
    const { stdout } = await run(process.execPath, [SEND_ONCE, receiver.url, ...(mode ? [mode] : [])], {
      env,
    });
    const { result }: { result: DeliveryResult } = JSON.parse(stdout);
    return outcome(result);
  };
  const before = proxy.connections();
  assert.deepEqual(await through(), { kind: 'delivered', status: 200 });
  assert.equal(proxy.connections(), before);
  assert.equal(receiver.requests.length, 1);
  assert.deepEqual(await through('fetch'), { kind: 'delivered', status: 200 });
  assert.ok(proxy.connections() > before, 'the variables did hold in that process');
  assert.deepEqual(
    receiver.requests.map(({ method }) => method),
    ['POST', 'POST'],
  );
});

function ownOf(result: DeliveryResult): boolean | undefined {
  return result.kind === 'failed' ? result.own : undefined;
}
