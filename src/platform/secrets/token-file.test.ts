import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { appendToken, readTokenFile, writeEntry } from './token-file.ts';
import { hashToken, newToken } from './tokens.ts';

async function newFile(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'a2p-tokens-'));
  t.after(() => rm(directory, { recursive: true }));
  return join(directory, 'data', 'tokens');
}

const entry = (name: string) => ({ name, hash: hashToken(newToken()) });

test('what was appended is read again, in that order; a file that is not there has none', async (t) => {
  const file = await newFile(t);
  assert.deepEqual(await readTokenFile(file), []);
  const entries = [entry('dev'), entry('billing.eu-1')];
  for (const one of entries) await appendToken(file, one);
  assert.deepEqual(await readTokenFile(file), entries);
});

test('only its owner may read it, whatever it was before', async (t) => {
  const file = await newFile(t);
  await appendToken(file, entry('dev'));
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  await chmod(file, 0o644);
  await appendToken(file, entry('more'));
  assert.equal((await stat(file)).mode & 0o777, 0o600);
});

test('entries that are appended at the same time are all there', async (t) => {
  const file = await newFile(t);
  const entries = Array.from({ length: 20 }, (_, i) => entry(`t${i}`));
  await Promise.all(entries.map((one) => appendToken(file, one)));
  const read = await readTokenFile(file);
  assert.deepEqual(new Set(read.map(writeEntry)), new Set(entries.map(writeEntry)));
});

test('a file that a person has edited is read, and what he left unended does not swallow the next entry', async (t) => {
  const file = await newFile(t);
  const [first, second] = [entry('first'), entry('second')];
  await appendToken(file, first);
  const text = await readFile(file, 'utf8');
  await writeFile(file, `# ours\r\n\r\n  ${text.trim().toUpperCase().replace('FIRST', 'first')}  `);
  await appendToken(file, second);
  assert.deepEqual(await readTokenFile(file), [first, second]);
});

test('a line that is no entry is named and never shown: it may be a token', async (t) => {
  const file = await newFile(t);
  await appendToken(file, entry('dev'));
  const token = newToken();
  await writeFile(file, `${await readFile(file, 'utf8')}dev:${token}\n`);
  await assert.rejects(readTokenFile(file), (error: Error) => {
    assert.match(error.message, /line 3 is not name:sha256hex/);
    assert.ok(!error.message.includes(token));
    return true;
  });
});

test('a name that could not be read again is refused, and nothing is written', async (t) => {
  const file = await newFile(t);
  for (const name of ['', 'a:b', 'a b', 'a\nb', 'x'.repeat(65)]) {
    await assert.rejects(appendToken(file, { ...entry('x'), name }), /1 to 64/);
  }
  assert.deepEqual(await readTokenFile(file), []);
});
