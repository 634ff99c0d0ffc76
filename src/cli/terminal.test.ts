import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { testClock } from '../../test/support/database.ts';
import { createTerminal } from './terminal.ts';

/** A reader of standard output who takes a line when he is told to. */
function reader() {
  const lines: string[] = [];
  let taken: (() => void) | undefined;
  const stdout = new Writable({
    highWaterMark: 1,
    write(chunk, _, callback) {
      lines.push(String(chunk));
      taken = callback;
    },
  });
  return { stdout, lines, take: () => taken?.() };
}

function terminalOf(stdout: Writable, stderr: Writable = new Writable({ write: (_, __, done) => done() })) {
  const signals = new EventEmitter();
  const clock = testClock();
  let exits = 0;
  const terminal = createTerminal({
    ...{ stdin: Readable.from(['a\n', 'b']), stdout, stderr, signals },
    exit: () => {
      exits += 1;
    },
    clock: { now: clock.current },
  });
  return { ...terminal, signals, pass: clock.advance, exits: () => exits };
}

test('the next line waits until the one before was taken', async () => {
  const { stdout, lines, take } = reader();
  const { print } = terminalOf(stdout);
  let printed = false;
  const first = print('one').then(() => {
    printed = true;
  });
  await new Promise(setImmediate);
  assert.deepEqual([lines, printed], [['one\n'], false]);
  take();
  await first;
  assert.ok(printed);
});

test('Ctrl-C ends a long command, and a line that nobody takes does not hold it up', async () => {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    const { signals, print, stopped } = terminalOf(reader().stdout);
    const signal = stopped();
    const stuck = print('one');
    signals.emit(name);
    await stuck;
    assert.ok(signal.aborted, name);
  }
});

test('one Ctrl-C counts once, by whichever ways it comes; a second one ends the process at once', () => {
  const { signals, stopped, pass, exits } = terminalOf(reader().stdout);
  stopped();
  signals.emit('SIGINT');
  pass(499);
  signals.emit('SIGINT');
  assert.equal(exits(), 0);
  pass(1);
  signals.emit('SIGINT');
  assert.equal(exits(), 1);
});

test('a short command leaves Ctrl-C as it is', () => {
  const { signals } = terminalOf(reader().stdout);
  assert.equal(signals.listenerCount('SIGINT'), 0);
});

test('a reader who goes away ends the command without a fault', async () => {
  const gone = () =>
    new Writable({
      write: (_, __, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
  const { print, stopped } = terminalOf(gone());
  const signal = stopped();
  await print('one');
  await new Promise(setImmediate);
  assert.ok(signal.aborted);
  await print('two');
  const unheard = terminalOf(reader().stdout, gone());
  unheard.note('one');
  await new Promise(setImmediate);
  assert.ok(unheard.stopped().aborted);
});

test('a wait ends early when it is told to', async () => {
  const { wait } = terminalOf(reader().stdout);
  const stopping = new AbortController();
  const waiting = wait(3_600_000, stopping.signal);
  stopping.abort();
  await waiting;
  await wait(0, new AbortController().signal);
});

test('standard input is read to its end', async () => {
  assert.equal(await terminalOf(reader().stdout).input(), 'a\nb');
});
