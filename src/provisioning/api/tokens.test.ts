import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { findTokenIn } from './tokens.ts';

const hashOf = (token: string) => createHash('sha256').update(token).digest();

test('a token is known by its hash, under its name, from the list as it is now', async () => {
  const list = [
    { name: 'shop', hash: hashOf('one') },
    { name: 'desk', hash: hashOf('two') },
  ];
  const find = findTokenIn(async () => list);
  assert.deepEqual(await find(hashOf('two')), { tenantId: 'desk', tokenId: 'desk', scopes: [] });
  assert.equal(await find(hashOf('three')), undefined);
  list.push({ name: 'shop', hash: hashOf('three') });
  assert.equal((await find(hashOf('three')))?.tokenId, 'shop', 'two tokens may share a name');
});

test('an entry that is no hash is nobody, and a list that cannot be read is no refusal', async () => {
  const find = findTokenIn(async () => [{ name: 'odd', hash: Buffer.from('') }]);
  assert.equal(await find(hashOf('')), undefined);
  await assert.rejects(
    findTokenIn(() => Promise.reject(new Error('unreadable')))(hashOf('one')),
    /unreadable/,
  );
});
