import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lookup, ResolvedAddress } from './lookup.ts';
import { type Place, readPlace, resolvePlace } from './target.ts';

const PUBLIC: ResolvedAddress = { address: '1.1.1.1', family: 4 };
const PRIVATE: ResolvedAddress = { address: '10.0.0.1', family: 4 };
const STRICT = { allowPrivate: false };
const never: Lookup = () => assert.fail('nobody was to be asked');

function placeOf(url: string): Place {
  return readPlace(url, STRICT) ?? assert.fail(`${url} is refused`);
}
const resolve = (url: string, lookup: Lookup) => resolvePlace(placeOf(url), STRICT, lookup);

test('a URL is read into what a socket and a request need', () => {
  assert.deepEqual(placeOf('https://Hooks.Example.com:8443/a?b=c'), {
    origin: 'https://hooks.example.com:8443',
    secure: true,
    host: 'hooks.example.com',
    port: 8443,
    path: '/a?b=c',
  });
  assert.equal(placeOf('https://example.com').port, 443);
  assert.equal(placeOf('https://[2606:4700::1]/').host, '2606:4700::1');
  assert.deepEqual(readPlace('http://127.0.0.1/x', { allowPrivate: true }), {
    origin: 'http://127.0.0.1',
    secure: false,
    host: '127.0.0.1',
    port: 80,
    path: '/x',
  });
});

test('a URL that the policy refuses by now is no place', () => {
  for (const url of [
    'http://example.com/',
    'https://example.com:22/',
    'https://127.0.0.1/',
    'nonsense',
    '',
  ]) {
    assert.equal(readPlace(url, STRICT), undefined, url);
  }
});

test('a name is resolved once, and the target is all of its addresses', async () => {
  const asked: string[] = [];
  const addresses: ResolvedAddress[] = [PUBLIC, { address: '2606:4700::1', family: 6 }];
  const place = placeOf('https://Hooks.Example.com/');
  const lookup: Lookup = async (name) => {
    asked.push(name);
    return addresses;
  };
  assert.deepEqual(await resolvePlace(place, STRICT, lookup), {
    kind: 'target',
    target: { ...place, addresses },
  });
  assert.deepEqual(asked, ['hooks.example.com']);
});

test('an address that is written out needs no resolver', async () => {
  for (const [url, address] of [
    ['https://8.8.8.8/', { address: '8.8.8.8', family: 4 }],
    ['https://[2606:4700::1]/', { address: '2606:4700::1', family: 6 }],
  ] as const) {
    assert.deepEqual(await resolve(url, never), {
      kind: 'target',
      target: { ...placeOf(url), addresses: [address] },
    });
  }
});

test('one private address among public ones refuses them all, wherever it stands', async () => {
  for (const answer of [[PRIVATE], [PUBLIC, PRIVATE], [PRIVATE, PUBLIC]]) {
    assert.deepEqual(await resolve('https://example.com/', async () => answer), { kind: 'blocked' });
  }
});

test('no address is told from no answer', async () => {
  const failing =
    (code: string): Lookup =>
    () =>
      Promise.reject(Object.assign(new Error(code), { code }));
  assert.deepEqual(await resolve('https://example.com/', async () => []), { kind: 'no_address' });
  assert.deepEqual(await resolve('https://example.com/', failing('ENOTFOUND')), { kind: 'no_address' });
  for (const code of ['ESERVFAIL', 'EAI_AGAIN', 'ETIMEOUT', 'EMFILE']) {
    assert.equal((await resolve('https://example.com/', failing(code))).kind, 'unanswered', code);
  }
});
