import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { invalid, Problem } from '#kernel/problem.ts';
import { freshPglite, type TestDatabase } from '../../test/support/database.ts';
import { RegistrationUnavailable } from '../registration/store/open.ts';
import { cliOver, keyring } from './cli.test-support.ts';
import { BadConfiguration } from './command.ts';
import { commands } from './commands/index.ts';
import { jsonLine, render } from './render.ts';

let db: TestDatabase;
before(async () => {
  db = await freshPglite();
});
after(() => db.close());

const failingWith = (error: unknown, env?: { readonly LOG_LEVEL: string }) =>
  cliOver(db, { open: () => Promise.reject(error) }, env).run('tenants', 'list');

test('help, of all and of one, is no failure; every command explains itself and takes --json', async () => {
  const cli = cliOver(db);
  const [help, none] = [await cli.run('help'), await cli.run()];
  assert.deepEqual([help.exitCode, help.stderr], [0, '']);
  assert.deepEqual(none, help);
  for (const [name, command] of Object.entries(commands)) {
    const { usage, summary } = command;
    assert.ok(usage.startsWith(name), usage);
    if ('internal' in command) {
      assert.ok(!help.stdout.includes(`  ${usage}\n`), name);
      continue;
    }
    assert.ok(help.stdout.includes(usage) && help.stdout.includes(summary), name);
    const own = await cli.run(...name.split(' '), '--help');
    assert.equal(own.exitCode, 0);
    assert.equal(own.stdout, `Usage: npm run cli -- ${usage} [--json]\n${summary}\n`);
  }
});

test('a command line that cannot be meant ends with 2 and says how it is written', async () => {
  const cli = cliOver(db, { open: () => assert.fail('the database was opened') });
  const lines = [
    'frobnicate',
    'tenants',
    'tenants destroy x',
    'tenants create',
    'tenants create a b',
    'tenants list --verbose',
    'tokens create',
    'tokens create --tenant',
    'tokens create --tenant= ',
    'tokens create --tenant x --scope admin',
    'tokens create --tenant x --scope=',
    'tokens create --tenant x --service provisioning --name y',
    'tokens create --service provisioning --name y --scope read',
    'tokens create --service provisioning',
    'tokens create --service provisioning --name a:b',
    'tokens create --service billing --name y',
    'migrate status --service billing',
    'numbers unfinished --limit 0',
    'tokens revoke',
    'dead-letters list --limit 0',
    'dead-letters list --limit 1.5',
    'dead-letters list --limit 1001',
    'dead-letters list --resource tenant',
    'dead-letters requeue',
    'dead-letters requeue --all --id x',
    'dead-letters requeue --resource brand --id x',
    'toString',
    'webhooks',
    'webhooks pause',
    'webhooks cancel --webhook x',
    'webhooks skip --webhook=',
    'migrate sideways',
    'doctor now',
  ];
  for (const line of lines) {
    const { exitCode, stdout, stderr } = await cli.run(...line.split(' '));
    assert.equal(exitCode, 2, line);
    assert.equal(stdout, '', line);
    assert.match(stderr, /^.+\n(.*\n)*Usage: npm run cli -- /, line);
  }
});

test('each kind of failure has its exit code and one line; the stack is for those who ask', async () => {
  const bug = new Error('something broke\nin two lines');
  const cases = [
    [new Problem('NotFound', 'Tenant x not found'), 1, 'Tenant x not found\n'],
    [new BadConfiguration('PORT: one\nROLES: two'), 2, 'PORT: one\nROLES: two\n'],
    [new RegistrationUnavailable('schema', 'pending migrations'), 1, 'pending migrations\n'],
    [bug, 1, 'something broke (LOG_LEVEL=debug shows where)\n'],
    ['no error at all', 1, 'no error at all (LOG_LEVEL=debug shows where)\n'],
  ] as const;
  for (const [error, exitCode, stderr] of cases) {
    assert.deepEqual(await failingWith(error), { exitCode, stdout: '', stderr });
  }
  const { stderr } = await failingWith(bug, { LOG_LEVEL: 'debug' });
  assert.match(stderr, /in two lines\n\s+at .*run\.test\.ts/);
});

test('what passes by itself is told apart from what stays refused', async () => {
  const passing = [
    new RegistrationUnavailable('database', 'away'),
    Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('shutting down'), { code: '57P01' }),
  ];
  for (const error of passing) assert.equal((await failingWith(error)).passing, true, error.message);
  for (const error of [
    new Problem('NotFound', 'x'),
    new RegistrationUnavailable('schema', 'x'),
    new Error('x'),
  ]) {
    assert.equal((await failingWith(error)).passing, undefined, error.name);
  }
});

test('a refusal names the fields that are at fault', async () => {
  const problem = invalid([
    { field: 'since', message: 'must be later' },
    { field: 'url', message: 'is none' },
  ]);
  const { stderr } = await failingWith(problem);
  assert.equal(stderr, 'The request has invalid fields\nsince must be later\nurl is none\n');
});

test('a long command runs at a terminal, nowhere else', async () => {
  const { exitCode, stderr } = await cliOver(db).run('events', 'tail');
  assert.deepEqual([exitCode, stderr], [2, 'this command runs at a terminal only\n']);
});

test('a short command at the terminal is printed as it answers', async () => {
  const typed = cliOver(db).follow(['tenants', 'list', '--json']);
  assert.equal(await typed.ended, 0);
  assert.deepEqual(typed.lines, ['[]']);
  const wrong = cliOver(db).follow(['tenants', 'revoke']);
  assert.equal(await wrong.ended, 2);
  assert.match(wrong.notes.join(), /^unknown command/);
});

test('a directory that an instance holds is handed to whoever knows the way there', async () => {
  const held = new RegistrationUnavailable('held', 'in use');
  await assert.rejects(failingWith(held), held);
});

test('people get aligned columns and a word for nothing, scripts the data as it is', () => {
  const rows = [
    { name: 'a', scopes: ['read', 'write'] },
    { name: 'longer', scopes: [], revokedAt: 'now' },
  ];
  assert.equal(
    render(rows, false),
    ['name    scopes      revokedAt', 'a       read,write  -', 'longer  -           now', ''].join('\n'),
  );
  assert.equal(render({ tokenId: 't', n: 0 }, false), 'tokenId  t\nn        0\n');
  assert.equal(render([], false), 'none\n');
  assert.deepEqual(JSON.parse(render(rows, true)), rows);
  const gaps = [
    { a: 1, b: undefined, c: undefined },
    { a: 2, b: 3 },
  ];
  assert.equal(render(gaps, false), ['a  b', '1  -', '2  3', ''].join('\n'));
});

test('JSON says the same with characters that would steer a terminal, and shows none of them', () => {
  const data = { text: 'a\u001b[2J\u009b2J\u202e\u{E0001}\nü\u{1F600}' };
  for (const text of [render(data, true), jsonLine(data)]) {
    assert.deepEqual(JSON.parse(text), data);
    assert.doesNotMatch(text.replaceAll('\n', ''), /\p{C}/u);
    assert.match(text, /ü\u{1F600}/u);
  }
  assert.doesNotMatch(jsonLine(data), /\n/);
});

test('a generated key is an entry that ENCRYPTION_KEYS takes, and faults of configuration do not hinder it', async () => {
  const overrides = { open: () => assert.fail('the database was opened') };
  const cli = cliOver(db, overrides, { DATABASE_URL: 'postgres://db.test/a2p' });
  const first = await cli.json<{ entry: string }>('keys', 'generate');
  const second = await cli.json<{ entry: string }>('keys', 'generate');
  assert.match(first.entry, /^2026-01-05-[0-9a-f]{4}:/);
  assert.equal(keyring(`${first.entry},${second.entry}`).keyIds.length, 2);
});
