import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eachDatabase } from '../../test/support/database.ts';
import { startProcess } from '../../test/support/processes.ts';
import { lockDirectory } from '../platform/database/directory-lock.ts';
import { registrationDirectory } from '../registration/store/open.ts';
import type { CommandResult } from './run.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The CLI as an operator runs it. */
async function cli(env: Readonly<Record<string, string>>, ...argv: string[]): Promise<CommandResult> {
  const child = spawn(process.execPath, [MAIN, ...argv], { env: { PATH: process.env.PATH ?? '', ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const exitCode = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  return { exitCode, stdout, stderr };
}

function dataDirectory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'a2p-cli-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('the CLI works through the running instance, and by itself the moment that one is killed', async (t) => {
  const env = { DATA_DIR: dataDirectory(t) };
  const service = await startProcess(env);
  t.after(() => service.kill());

  const made = await cli(env, 'tokens', 'create', '--tenant', 'dev', '--json');
  assert.equal(made.exitCode, 0, made.stderr);
  const { token } = JSON.parse(made.stdout);
  const answered = await fetch(`${service.url}/v1/brands`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(answered.status, 200);

  const doctor = await cli(env, 'doctor');
  assert.equal(doctor.exitCode, 0, doctor.stdout);
  assert.match(doctor.stdout, new RegExp(`the running instance, pid ${service.pid}, which answers this`));
  assert.match((await cli(env, 'migrate', 'down')).stderr, /stop it first/);
  assert.equal((await cli(env, 'tenants', 'destroy')).exitCode, 2);

  await service.kill();
  const listed = await cli(env, 'tenants', 'list', '--json');
  assert.equal(listed.exitCode, 0, listed.stderr);
  assert.deepEqual(
    JSON.parse(listed.stdout).map(({ name }: { name: string }) => name),
    ['dev'],
  );
  assert.match((await cli(env, 'doctor')).stdout, /locked by this command/);
});

test('a directory held by one that takes no commands is told in a line that names it', async (t) => {
  const dataDir = dataDirectory(t);
  const first = await cli({ DATA_DIR: dataDir }, 'migrate', 'status');
  assert.equal(first.exitCode, 0, first.stderr);
  const lock = lockDirectory(registrationDirectory(dataDir), 'somebody, pid 1');
  assert.ok('release' in lock);
  t.after(() => lock.release());
  assert.deepEqual(await cli({ DATA_DIR: dataDir }, 'tenants', 'list'), {
    exitCode: 1,
    stdout: '',
    stderr: `${registrationDirectory(dataDir)} is in use by somebody, pid 1, which takes no commands (yet): try again\n`,
  });
});

test('bad configuration is a line per fault and 2; what needs none of it works all the same', async (t) => {
  const env = { DATA_DIR: dataDirectory(t), PORT: 'x', LOG_LEVEL: 'loud' };
  const { exitCode, stdout, stderr } = await cli(env, 'tenants', 'list');
  assert.deepEqual([exitCode, stdout], [2, '']);
  assert.deepEqual(
    stderr
      .trimEnd()
      .split('\n')
      .map((line) => line.split(':', 1)[0])
      .sort(),
    ['LOG_LEVEL', 'PORT'],
  );
  assert.equal((await cli(env, 'help')).exitCode, 0);
  assert.equal((await cli(env, 'keys', 'generate')).exitCode, 0);
});

test('a data directory that cannot be one fails with a line, not with a stack', async (t) => {
  const file = join(dataDirectory(t), 'file');
  writeFileSync(file, '');
  const { exitCode, stderr } = await cli({ DATA_DIR: file }, 'tenants', 'list');
  assert.equal(exitCode, 1);
  assert.match(stderr, /^cannot use .*ENOTDIR.*\n$/);
});

eachDatabase('the CLI as a process', (open, engine) => {
  if (engine === 'pglite') return;

  test('on a server it needs no instance, refuses a schema that is behind, and brings it up', async () => {
    const { url } = await open();
    const env = { DATABASE_URL: url ?? '', ENCRYPTION_KEYS: `k:${Buffer.alloc(32, 3).toString('base64')}` };
    assert.equal((await cli(env, 'migrate', 'down')).exitCode, 0);
    const behind = await cli(env, 'tenants', 'list');
    assert.equal(behind.exitCode, 1);
    assert.match(behind.stderr, /^pending migrations: \w+; run npm run cli -- migrate up\n$/);
    assert.equal((await cli(env, 'migrate', 'up')).exitCode, 0);
    assert.equal((await cli(env, 'tenants', 'create', 'one')).exitCode, 0);
    const doctor = await cli(env, 'doctor');
    assert.equal(doctor.exitCode, 0, doctor.stdout);
    assert.match(doctor.stdout, /ok +database +postgres, PostgreSQL \d+/);
  });
});
