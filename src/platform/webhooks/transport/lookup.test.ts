import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { dnsLookup, saysNoAddress, systemLookup } from './lookup.ts';
import { type NameAnswer, type Question, startNameServer } from './name-server.test-support.ts';
import { openings } from './transport.test-support.ts';

const opened = openings(after);

async function asking(answer: (name: string, question: Question) => NameAnswer) {
  const server = await opened.other(startNameServer(answer));
  return { server, lookup: dnsLookup({ servers: [server.address] }) };
}

test('all addresses of both families are answered, by turns', async () => {
  const { server, lookup } = await asking(() => ['192.0.2.1', '192.0.2.2', '2001:db8::1', '192.0.2.3']);
  assert.deepEqual(await lookup('hooks.example.com'), [
    { address: '192.0.2.1', family: 4 },
    { address: '2001:db8::1', family: 6 },
    { address: '192.0.2.2', family: 4 },
    { address: '192.0.2.3', family: 4 },
  ]);
  assert.deepEqual([...server.questions].sort(), ['A hooks.example.com', 'AAAA hooks.example.com']);
});

test('no answer is kept, however long it is said to be good for', async () => {
  let address = '192.0.2.1';
  const { server, lookup } = await asking(() => [address]);
  assert.deepEqual(await lookup('a.example'), [{ address: '192.0.2.1', family: 4 }]);
  address = '192.0.2.2';
  assert.deepEqual(await lookup('a.example'), [{ address: '192.0.2.2', family: 4 }]);
  assert.equal(server.questions.length, 4);
});

test('while a name is being asked for, the next one who asks waits for the same answer', async () => {
  for (const lookup of [(await asking(() => ['192.0.2.1'])).lookup, systemLookup()]) {
    const first = lookup('localhost');
    assert.equal(lookup('localhost'), first);
    await first;
    const second = lookup('localhost');
    assert.notEqual(second, first, 'an answer is not kept: the next attempt asks anew');
    await second;
  }
});

test('one family is enough, whatever becomes of the other', async () => {
  for (const failing of ['nxdomain', 'servfail', []] as const) {
    const { lookup } = await asking((_name, question) => (question === 'A' ? ['192.0.2.1'] : failing));
    assert.deepEqual(await lookup('a.example'), [{ address: '192.0.2.1', family: 4 }]);
  }
});

test('a name that does not exist or has no address is answered with none', async () => {
  for (const nothing of ['nxdomain', []] as const) {
    const { lookup } = await asking(() => nothing);
    assert.deepEqual(await lookup('a.example'), []);
  }
});

test('what cannot be a name has no address either', async () => {
  const { lookup } = await asking(() => ['192.0.2.1']);
  assert.deepEqual(await lookup(`${'a'.repeat(64)}.example`), []);
});

test('the hosts file of this machine is not asked', async () => {
  const { lookup } = await asking(() => 'nxdomain');
  assert.deepEqual(await lookup('localhost'), []);
  assert.ok((await systemLookup()('localhost')).length > 0, 'it does know the name');
});

test('a server that fails or is silent is told from one that knows of no address', async () => {
  for (const failing of ['servfail', 'silence'] as const) {
    const { lookup } = await asking(() => failing);
    const startedAt = performance.now();
    await assert.rejects(lookup('a.example'), (error) => !saysNoAddress(error));
    assert.ok(performance.now() - startedAt < 4_500, 'before an attempt of 5 s is over');
  }
});

test('a server that comes back is asked again', async () => {
  let answer: NameAnswer = 'servfail';
  const { lookup } = await asking(() => answer);
  await assert.rejects(lookup('a.example'));
  answer = ['192.0.2.1'];
  assert.deepEqual(await lookup('a.example'), [{ address: '192.0.2.1', family: 4 }]);
});
