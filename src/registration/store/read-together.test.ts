import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Executor, Tx } from '#platform/database/database.ts';
import { readTogether } from './read-together.ts';

const executor = (): Executor => ({
  getExecutor() {
    throw new Error('these rows come from no database');
  },
});

function reader() {
  const asked: (readonly string[])[] = [];
  const read = readTogether({
    async readMany(_on, keys) {
      asked.push(keys);
      if (keys.includes('broken')) throw new Error('no connection');
      return keys.filter((key) => key !== 'absent').map((key) => ({ key }));
    },
    keyOf: (row) => row.key,
    read({ key }) {
      if (key === 'damaged') throw new RangeError('its seal does not open');
      return key.toUpperCase();
    },
  });
  return { asked, read };
}

test('whoever asks in the same turn shares one statement, and each gets his own', async () => {
  const { asked, read } = reader();
  const on = executor();
  assert.deepEqual(await Promise.all(['a', 'absent', 'b', 'a'].map((key) => read(on, key))), [
    'A',
    undefined,
    'B',
    'A',
  ]);
  assert.equal(asked.length, 1);
});

test('in a transaction a row is asked for at once, and by itself', async () => {
  const { asked, read } = reader();
  const tx: Tx = { ...executor(), isTransaction: true };
  const reading = read(tx, 'a');
  assert.deepEqual(asked, [['a']]);
  assert.equal(await reading, 'A');
  await assert.rejects(read(tx, 'damaged'), RangeError);
  assert.equal(await read(tx, 'absent'), undefined);
});

test('nothing is kept: a later look reads again, and two transactions never share a statement', async () => {
  const { asked, read } = reader();
  const [one, other] = [executor(), executor()];
  await read(one, 'a');
  await Promise.all([read(one, 'a'), read(other, 'a')]);
  assert.deepEqual(asked, [['a'], ['a'], ['a']]);
});

test('a row that cannot be read fails its own reader only; a statement that fails, all of them', async () => {
  const { read } = reader();
  const on = executor();
  const [good, bad] = await Promise.allSettled([read(on, 'a'), read(on, 'damaged')]);
  assert.equal(good.status, 'fulfilled');
  assert.ok(bad.status === 'rejected' && bad.reason instanceof RangeError);
  const all = await Promise.allSettled([read(on, 'a'), read(on, 'broken')]);
  assert.deepEqual(
    all.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
});
