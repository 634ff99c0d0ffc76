import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { CommandResult, RunCommand } from './command.ts';
import { controlAddress } from './control-address.ts';
import { askInstance } from './control-client.ts';
import { type ControlOptions, type ControlServer, startControl } from './control-server.ts';

const echo: RunCommand = async (argv) => ({ exitCode: 0, stdout: argv.join('|'), stderr: '' });
const NO_ANSWER = 'no answer in time; the command may have been carried out\n';

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'a2p-ctl-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

async function control(
  t: TestContext,
  options: Partial<ControlOptions> = {},
): Promise<ControlServer & { at: string }> {
  const at = options.directory ?? directory(t);
  const server = await startControl({ runCommand: echo, ...options, directory: at });
  t.after(() => server.close());
  return { ...server, at };
}

/** What the instance answers to these bytes. */
async function raw(path: string, bytes: string | Buffer): Promise<CommandResult> {
  const socket = connect(path);
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  // A server that has heard enough may end before everything is sent.
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return JSON.parse(answer);
}

/** A command that waits until it is told to stop or to answer. */
function slowCommand() {
  const started = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let aborted = false;
  const runCommand: RunCommand = async (argv, signal) => {
    if (argv[0] !== 'slow') return echo(argv, signal);
    started.resolve();
    signal.addEventListener('abort', () => {
      aborted = true;
      released.resolve();
    });
    await released.promise;
    return { exitCode: 0, stdout: 'slow', stderr: '' };
  };
  return { runCommand, started: started.promise, release: () => released.resolve(), aborted: () => aborted };
}

test('a command goes there and its result comes back, byte for byte', async (t) => {
  const result = { exitCode: 1, stdout: 'Zeile\nü\u{1F600}', stderr: 'x'.repeat(300_000) };
  const { at } = await control(t, { runCommand: async () => result });
  assert.deepEqual(await askInstance(at, ['tenants', 'list']), result);
  const { at: echoing } = await control(t);
  const argv = ['tenants', 'create', 'Zürich\n"x"', ''];
  assert.equal((await askInstance(echoing, argv))?.stdout, argv.join('|'));
});

test('socket and directory are for their owner only, and gone after closing', async (t) => {
  const at = directory(t);
  chmodSync(at, 0o755);
  const server = await startControl({ directory: at, runCommand: echo });
  assert.equal(dirname(server.path), at);
  assert.equal(statSync(server.path).mode & 0o777, 0o600);
  assert.equal(statSync(at).mode & 0o777, 0o700);
  await server.close();
  assert.ok(!existsSync(server.path));
  assert.equal(await askInstance(at, ['x']), undefined);
});

test('a socket file that a dead process left is no instance for the CLI and no hindrance for the next one', async (t) => {
  const at = directory(t);
  writeFileSync(join(at, 'control.sock'), '');
  assert.equal(await askInstance(at, ['x']), undefined);
  await control(t, { directory: at });
  assert.equal((await askInstance(at, ['x']))?.stdout, 'x');
});

test('where the path is too long for a socket, both sides meet in a private directory elsewhere', async (t) => {
  const at = join(directory(t), 'd'.repeat(100));
  mkdirSync(at, { mode: 0o700 });
  const { path, parent } = controlAddress(at);
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  assert.ok(Buffer.byteLength(path) <= 100);
  assert.equal(await askInstance(at, ['x']), undefined);
  const server = await control(t, { directory: at });
  assert.equal(server.path, path);
  assert.equal(statSync(parent).mode & 0o777, 0o700);
  assert.equal((await askInstance(at, ['x']))?.stdout, 'x');

  // Anybody may make directories there: one that others can write to is trusted by neither side.
  chmodSync(parent, 0o777);
  await assert.rejects(askInstance(at, ['x']), /is not private/);
  await assert.rejects(startControl({ directory: at, runCommand: echo }), /is not private/);
});

test('what is no request is told so, and the next one is served', async (t) => {
  const { path, at } = await control(t);
  for (const bytes of ['\n', 'nonsense\n', '[]\n', 'null\n', '{}\n', '{"argv":"x"}\n', '{"argv":[1]}\n']) {
    assert.deepEqual(await raw(path, bytes), {
      exitCode: 1,
      stdout: '',
      stderr: 'not a request of this CLI\n',
    });
  }
  const long = Buffer.alloc(65 * 1024, 'x');
  assert.equal((await raw(path, long)).stderr, 'the request is too long\n');
  assert.equal(
    (await raw(path, Buffer.concat([long, Buffer.from('\n')]))).stderr,
    'the request is too long\n',
  );
  assert.equal((await askInstance(at, ['x']))?.stdout, 'x');
});

test('a request may come in pieces, between characters and inside of them', async (t) => {
  const { path } = await control(t);
  const socket = connect(path);
  for (const byte of Buffer.from('{"argv":["ü"]}\n')) socket.write(Buffer.of(byte));
  const [answer] = await once(socket, 'data');
  assert.equal(JSON.parse(String(answer)).stdout, 'ü');
});

test('a command past its deadline is told to stop, and says how far it came', async (t) => {
  const slow = slowCommand();
  const { at } = await control(t, { runCommand: slow.runCommand, deadlineMs: 200 });
  assert.equal((await askInstance(at, ['slow']))?.stdout, 'slow');
  assert.ok(slow.aborted());
});

test('the caller of a command that does not stop is told that it may have been done', async (t) => {
  const { promise, resolve } = Promise.withResolvers<CommandResult>();
  const { at } = await control(t, { runCommand: () => promise, deadlineMs: 50 });
  assert.deepEqual(await askInstance(at, ['x']), {
    exitCode: 1,
    stdout: '',
    stderr: NO_ANSWER,
    passing: true,
  });
  resolve({ exitCode: 0, stdout: '', stderr: '' });
});

test('a silent caller is not waited for longer than the deadline', async (t) => {
  const { path } = await control(t, { deadlineMs: 50 });
  assert.equal((await raw(path, '')).stderr, NO_ANSWER);
});

test('the CLI does not wait for ever for an instance that hangs', async (t) => {
  const slow = slowCommand();
  const { at } = await control(t, { runCommand: slow.runCommand });
  await assert.rejects(askInstance(at, ['slow'], 50), /does not answer/);
});

test('more than four at once are sent away, and a fifth finds room when one has ended', async (t) => {
  const slow = slowCommand();
  const { at } = await control(t, { runCommand: slow.runCommand });
  const four = [1, 2, 3, 4].map(() => askInstance(at, ['slow']));
  await slow.started;
  // All four are connected once a fifth is: connections are accepted in order.
  assert.match((await askInstance(at, ['x']))?.stderr ?? '', /too many commands at once/);
  slow.release();
  assert.deepEqual(
    (await Promise.all(four)).map((result) => result?.stdout),
    ['slow', 'slow', 'slow', 'slow'],
  );
  assert.equal((await askInstance(at, ['x']))?.stdout, 'x');
});

test('closing tells the command under way to stop and lets it answer', async (t) => {
  const slow = slowCommand();
  const server = await startControl({ directory: directory(t), runCommand: slow.runCommand });
  const asked = askInstance(dirname(server.path), ['slow']);
  await slow.started;
  await server.close();
  assert.ok(slow.aborted());
  assert.equal((await asked)?.stdout, 'slow');
});

test('a caller that goes away takes its command with it', async (t) => {
  const slow = slowCommand();
  const done = Promise.withResolvers<void>();
  const { path } = await control(t, {
    runCommand: async (argv, signal) => {
      signal.addEventListener('abort', () => done.resolve());
      return slow.runCommand(argv, signal);
    },
  });
  const socket = connect(path);
  socket.write('{"argv":["slow"]}\n');
  await slow.started;
  socket.destroy();
  await done.promise;
  assert.ok(slow.aborted());
});

test('a bug in a command is one line to its caller and harmless to the instance', async (t) => {
  let calls = 0;
  const { at } = await control(t, {
    runCommand: async (argv, signal) => {
      calls += 1;
      if (calls === 1) throw new Error('broken\nin two lines');
      return echo(argv, signal);
    },
  });
  assert.deepEqual(await askInstance(at, ['x']), { exitCode: 1, stdout: '', stderr: 'broken\n' });
  assert.equal((await askInstance(at, ['x']))?.stdout, 'x');
});
