import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { eachDatabase } from '../../../test/support/database.ts';
import { blindIndex, indexKeyContext, loadIndexKey } from './blind-index.ts';
import { generateKey, type Keyring, keyIdOf, parseKeyring, SealError } from './keyring.ts';

function keyring(text: string): Keyring {
  const parsed = parseKeyring(text);
  assert.ok('keyring' in parsed);
  return parsed.keyring;
}

const KEY = Buffer.alloc(32, 1);

test('equal values of one kind have equal indexes, all else differs', () => {
  const kinds = fc.constantFrom('tax-id', 'intent');
  fc.assert(
    fc.property(kinds, fc.string(), kinds, fc.string(), (kindA, a, kindB, b) => {
      const same = kindA === kindB && a === b;
      assert.equal(blindIndex(KEY, kindA)(a).equals(blindIndex(KEY, kindB)(b)), same);
      assert.ok(blindIndex(KEY, kindA)(a).equals(blindIndex(KEY, kindA)(a)));
    }),
  );
});

test('without the key the index cannot be computed', () => {
  assert.notDeepEqual(
    blindIndex(KEY, 'tax-id')('12-3456789'),
    blindIndex(Buffer.alloc(32, 2), 'tax-id')('12-3456789'),
  );
  assert.equal(blindIndex(KEY, 'tax-id')('12-3456789').length, 32);
});

test('a kind cannot run into its value', () => {
  assert.throws(() => blindIndex(KEY, 'a\0b'), RangeError);
});

eachDatabase('the key of blind indexes', (open) => {
  test('is made once, however many processes start at the same time on a new database', async () => {
    const { database } = await open();
    const ring = keyring(`k1:${generateKey()}`);
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadIndexKey(database.executor, ring)));
    for (const key of keys) assert.deepEqual(key, keys[0]);
    assert.equal(keys[0]?.length, 32);
    const { rows } = await sql<{ n: number }>`select count(*) as n from sealed_keys`.execute(
      database.executor,
    );
    assert.equal(rows[0]?.n, 1);
  });

  test('stays the same through a rotation of the encryption keys, and is lost only with all of them', async () => {
    const { database } = await open();
    const [oldKey, newKey] = [generateKey(), generateKey()];
    const before = await loadIndexKey(database.executor, keyring(`old:${oldKey}`));
    const rotated = keyring(`new:${newKey},old:${oldKey}`);
    assert.deepEqual(await loadIndexKey(database.executor, rotated), before);
    await assert.rejects(loadIndexKey(database.executor, keyring(`new:${newKey}`)), SealError);
  });

  test('is stored sealed, under its own context', async () => {
    const { database } = await open();
    const ring = keyring(`k1:${generateKey()}`);
    const key = await loadIndexKey(database.executor, ring);
    const { rows } = await sql<{ name: string; sealed: Uint8Array }>`
      select name, sealed from sealed_keys`.execute(database.executor);
    const [row] = rows;
    assert.ok(row);
    assert.equal(keyIdOf(row.sealed), 'k1');
    assert.deepEqual(ring.open(row.sealed, indexKeyContext(row.name)), key);
  });

  test('cannot be read inside a request: the API role has no right to it', async () => {
    const { database } = await open();
    const ring = keyring(`k1:${generateKey()}`);
    await assert.rejects(
      database.tenantTransaction('ten_1', (tx) => loadIndexKey(tx, ring)),
      /permission denied/,
    );
  });
});
