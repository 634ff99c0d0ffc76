import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import timers from 'node:timers/promises';
import { type Clock, systemClock } from '#kernel/clock.ts';
import type { Terminal } from './session.ts';

export interface TerminalParts {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** The process: whoever sends it a signal wants it to end. */
  readonly signals: NodeJS.EventEmitter;
  /** Ends the process at once: for whoever does not want to wait for a clean end. */
  readonly exit: () => void;
  readonly clock?: Clock;
}

/** A closed window says SIGHUP: what must be cleaned up has to be then, too. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** npm hands a Ctrl-C on to the process that the terminal has sent it to already: one person, pressing once. */
const SAME_MS = 500;

/** The terminal of a process. A reader who goes away (`| head`) ends what is printed for him without a fault. */
export function createTerminal(parts: TerminalParts): Terminal {
  const { stdin, stdout, stderr, signals, exit, clock = systemClock } = parts;
  const stopping = new AbortController();
  let askedAt: number | undefined;
  const stop = () => {
    const now = clock.now().getTime();
    if (askedAt !== undefined && now - askedAt >= SAME_MS) exit();
    askedAt ??= now;
    stopping.abort();
  };
  const { signal } = stopping;
  stdout.on('error', () => stopping.abort());
  // Nobody hears that nobody hears.
  stderr.on('error', () => stopping.abort());
  return {
    clock,
    print: (line) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        // Called once it is written or cannot be: the next line waits for a reader that is slow, not in memory.
        const done = () => {
          signal.removeEventListener('abort', done);
          resolve();
        };
        signal.addEventListener('abort', done);
        stdout.write(`${line}\n`, done);
      }),
    note: (line) => void stderr.write(`${line}\n`),
    input: () => text(stdin),
    wait: async (ms, until) => {
      await timers.setTimeout(ms, undefined, { signal: until }).catch(() => 'cut short');
    },
    stopped() {
      for (const name of ENDING) signals.on(name, stop);
      return signal;
    },
  };
}
