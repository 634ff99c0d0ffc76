import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Lookup, type ResolvedAddress, resolveTarget, systemLookup } from './target.ts';

const PUBLIC: ResolvedAddress = { address: '1.1.1.1', family: 4 };
const PRIVATE: ResolvedAddress = { address: '10.0.0.1', family: 4 };
const STRICT = { allowPrivate: false };
const never: Lookup = () => assert.fail('nobody was to be asked');

test('a name is resolved once, and the target is all of its addresses', async () => {
  const asked: string[] = [];
  const lookup: Lookup = async (name) => {
    asked.push(name);
    return [PUBLIC, { address: '2606:4700::1', family: 6 }];
  };
  assert.deepEqual(await resolveTarget('https://Hooks.Example.com:8443/a?b=c', STRICT, lookup), {
    kind: 'target',
    origin: 'https://hooks.example.com:8443',
    path: '/a?b=c',
    addresses: [PUBLIC, { address: '2606:4700::1', family: 6 }],
  });
  assert.deepEqual(asked, ['hooks.example.com']);
});

test('an address that is written out needs no resolver', async () => {
  const four = await resolveTarget('https://8.8.8.8/', STRICT, never);
  assert.deepEqual(four.kind === 'target' && four.addresses, [{ address: '8.8.8.8', family: 4 }]);
  const six = await resolveTarget('https://[2606:4700::1]/', STRICT, never);
  assert.deepEqual(six.kind === 'target' && six.addresses, [{ address: '2606:4700::1', family: 6 }]);
});

test('one private address among public ones refuses them all, wherever it stands', async () => {
  const blocked = { kind: 'refused', error: 'blocked_address' };
  for (const answer of [[PRIVATE], [PUBLIC, PRIVATE], [PRIVATE, PUBLIC]]) {
    assert.deepEqual(await resolveTarget('https://example.com/', STRICT, async () => answer), blocked);
  }
});

test('a URL that the policy refuses by now is not even resolved', async () => {
  const blocked = { kind: 'refused', error: 'blocked_address' };
  for (const url of ['http://example.com/', 'https://example.com:22/', 'https://127.0.0.1/', 'nonsense']) {
    assert.deepEqual(await resolveTarget(url, STRICT, never), blocked, url);
  }
});

test('no address is dns, whether the resolver says so or fails', async () => {
  const dns = { kind: 'refused', error: 'dns' };
  const failing = () => Promise.reject(new Error('SERVFAIL'));
  assert.deepEqual(await resolveTarget('https://example.com/', STRICT, async () => []), dns);
  assert.deepEqual(await resolveTarget('https://example.com/', STRICT, failing), dns);
});

test('while a name is being asked for, the next one who asks waits for the same answer', async () => {
  const lookup = systemLookup();
  const first = lookup('localhost');
  assert.equal(lookup('localhost'), first);
  const answer = await first;
  assert.ok(answer.length > 0);
  assert.ok(answer.every(({ address }) => ['127.0.0.1', '::1'].includes(address)));
  const second = lookup('localhost');
  assert.notEqual(second, first, 'an answer is not kept: the next attempt asks anew');
  await second;
});
