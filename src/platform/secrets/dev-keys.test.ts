import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadDevKeys } from './dev-keys.ts';

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'a2p-keys-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('the key file is made once, for its owner only, and opens what it sealed after a restart', (t) => {
  const dataDir = join(directory(t), 'not', 'there', 'yet');
  const first = loadDevKeys(dataDir);
  assert.equal(first.created, true);
  assert.equal(statSync(first.file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(dataDir), ['encryption-keys']);
  const sealed = first.keyring.seal('text', 'c');
  const second = loadDevKeys(dataDir);
  assert.equal(second.created, false);
  assert.equal(second.keyring.open(sealed, 'c').toString(), 'text');
});

test('a damaged key file stops the start and stays as it is', (t) => {
  const dataDir = directory(t);
  const file = join(dataDir, 'encryption-keys');
  writeFileSync(file, '');
  assert.throws(() => loadDevKeys(dataDir), /encryption-keys is damaged: entry 1/);
  assert.equal(readFileSync(file, 'utf8'), '');
});

test('a data directory that cannot be one is an error, not a key in memory', (t) => {
  const notADirectory = join(directory(t), 'data');
  writeFileSync(notADirectory, '');
  assert.throws(() => loadDevKeys(notADirectory), /ENOTDIR/);
});
