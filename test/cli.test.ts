import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CommandResult } from '../src/cli/command.ts';
import { lockDirectory } from '../src/platform/database/directory-lock.ts';
import { registrationDirectory } from '../src/registration/store/open.ts';
import { childEnvironment } from './support/child-environment.ts';
import { createClient, eventually } from './support/client.ts';
import { prepareDataDirectory } from './support/data-directory.ts';
import { eachDatabase } from './support/database.ts';
import { startProcess } from './support/processes.ts';
import { BRAND } from './support/world.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

/** The CLI as an operator runs it, under way. */
function spawnCli(env: Readonly<Record<string, string>>, ...argv: string[]) {
  const child = spawn(process.execPath, [MAIN, ...argv], { env: { ...childEnvironment(), ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const exited = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  return {
    child,
    exited,
    stdout: () => stdout,
    stderr: () => stderr,
    /** Resolves when it has printed what matches. */
    said: (pattern: RegExp) =>
      eventually(`${argv.join(' ')} says ${pattern}`, 60_000, () => pattern.test(`${stdout}\n${stderr}`)),
  };
}

async function cli(env: Readonly<Record<string, string>>, ...argv: string[]): Promise<CommandResult> {
  const { exited, stdout, stderr } = spawnCli(env, ...argv);
  return { exitCode: await exited, stdout: stdout(), stderr: stderr() };
}

/** Its database is there already: what is told here begins with an instance, or with a command, on one. */
async function preparedDirectory(t: TestContext): Promise<string> {
  const path = dataDirectory(t);
  await prepareDataDirectory(path);
  return path;
}

function dataDirectory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'a2p-cli-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('the CLI works through the running instance, and by itself the moment that one is killed', async (t) => {
  const env = { DATA_DIR: await preparedDirectory(t) };
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

test('tail and listen stand a killed instance: nothing is skipped, and Ctrl-C leaves nothing behind', async (t) => {
  const env = { DATA_DIR: await preparedDirectory(t), FAKE_APPROVAL_DELAY_MS: '0' };
  let service = await startProcess(env);
  t.after(() => service.kill());
  const { token } = JSON.parse((await cli(env, 'tokens', 'create', '--tenant', 'dev', '--json')).stdout);
  const client = createClient(token, () => [service.url]);
  const submitBrand = async (taxId: string) => {
    const { body } = await client.surely<{ brandId: string }>('POST', '/brands', { ...BRAND, taxId });
    assert.equal((await client.surely('POST', `/brands/${body.brandId}:submit`)).status, 202);
    return body.brandId;
  };

  const tail = spawnCli(env, 'events', 'tail', '--from-start');
  const listen = spawnCli(env, 'listen', '--port', '0', '--tenant', 'dev', '--type', 'BrandVetted');
  t.after(() => [tail, listen].map(({ child }) => child.kill('SIGKILL')));
  await listen.said(/^listening at/m);
  const first = await submitBrand('12-3456789');
  await tail.said(new RegExp(`BrandVetted +${first}`));
  await listen.said(new RegExp(`204 {2}BrandVetted {2}${first} #\\d {2}evt_\\w+ {2}verified v2 standard v1`));

  await service.kill();
  await tail.said(/; waiting$/m);
  service = await startProcess(env);
  const second = await submitBrand('12-3456780');
  await tail.said(new RegExp(`BrandVetted +${second}`));
  await listen.said(new RegExp(`204 {2}BrandVetted {2}${second}`));
  const places = tail.stdout().trimEnd().split('\n');
  assert.deepEqual(
    places.map((line) => line.split(/ +/).slice(1, 4).join(' ')),
    [first, second].flatMap((id) => [`BrandSubmitted ${id} #1`, `BrandVetted ${id} #2`]),
  );

  // Twice, as under npm, or again and again up to the last step of the process.
  for (const { child } of [listen, listen]) child.kill('SIGINT');
  while (tail.child.exitCode === null && tail.child.kill('SIGINT')) await new Promise(setImmediate);
  assert.deepEqual([await tail.exited, await listen.exited], [0, 0]);
  assert.ok(!`${listen.stdout()}${listen.stderr()}`.includes('whsec_'));
  assert.deepEqual(JSON.parse((await cli(env, 'webhooks', 'list', '--json')).stdout), []);
});

test('a directory held by one that takes no commands is told in a line that names it', async (t) => {
  const dataDir = await preparedDirectory(t);
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
