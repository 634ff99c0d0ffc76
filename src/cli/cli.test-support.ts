import assert from 'node:assert/strict';
import timers from 'node:timers/promises';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { type Keyring, parseKeyring } from '#platform/secrets/keyring.ts';
import { type TestClock, type TestDatabase, testClock } from '../../test/support/database.ts';
import type { Environment } from '../config/reader.ts';
import { readConfig } from '../config.ts';
import type { RegistrationDatabase } from '../registration/store/open.ts';
import type { CommandContext, CommandResult, RunCommand, Session } from './command.ts';
import { runCommand } from './run.ts';
import { runTyped, type Terminal } from './session.ts';

export function keyring(text: string): Keyring {
  const parsed = parseKeyring(text);
  assert.ok('keyring' in parsed);
  return parsed.keyring;
}

export const KEYS = keyring(`test:${Buffer.alloc(32, 7).toString('base64')}`);

/** A test's database as openRegistration would hand it out. */
export function registrationOver({ database, owner }: TestDatabase, keys = KEYS): RegistrationDatabase {
  return {
    database,
    directory: undefined,
    keyring: keys,
    withOwner: (work) => work(owner),
    close: async () => {},
  };
}

/** Environment under which a test's database would have been opened; doctor looks for the directory itself. */
export const SERVER: Environment = {
  // Commands of provisioning say what theirs is.
  SERVICES: 'registration',
  WEBHOOK_ALLOW_PRIVATE: 'true',
  DATABASE_URL: 'postgres://db.test/a2p',
  ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
};

/** A long command under way. */
export interface Followed {
  /** What it printed, and what it told the person. */
  readonly lines: readonly string[];
  readonly notes: readonly string[];
  /** The first line or note that matches, as soon as it is there. Rejects when the command ends without it. */
  said(pattern: RegExp): Promise<string>;
  /** Ctrl-C. */
  stop(): void;
  /** The exit code, once it has ended. */
  readonly ended: Promise<number>;
}

export interface FollowOptions {
  /** What happens while it waits, a step a wait; the clock moves on by what it waits for. */
  readonly waits?: readonly (() => unknown)[];
  /** Ctrl-C comes in the first wait after these in which so many lines are there; 0 unless said otherwise. */
  readonly enough?: number;
  readonly input?: string;
  /** Instead of running short commands over the database in this process. */
  readonly reach?: Pick<Session, 'ask' | 'askRunning'>;
}

export interface Cli {
  readonly clock: TestClock;
  readonly database: Database;
  /** What somebody types that stays at the terminal. */
  follow(argv: readonly string[], options?: FollowOptions): Followed;
  /** The exit code and what was printed. */
  run(...argv: string[]): Promise<CommandResult>;
  /** What `--json` prints, of a command that has to succeed. */
  json<T>(...argv: string[]): Promise<T>;
}

/** The CLI over a database, in this process. */
export function cliOver(db: TestDatabase, overrides: Partial<CommandContext> = {}, env = SERVER): Cli {
  const clock = testClock();
  const wallClock: Clock = { now: clock.current };
  const context: CommandContext = {
    settings: readConfig(env),
    open: async () => registrationOver(db),
    ledger: {
      open: () => assert.fail('the ledger was opened'),
      openDatabase: () => assert.fail('the ledger’s database was opened'),
    },
    clock,
    wallClock,
    insideInstance: false,
    signal: new AbortController().signal,
    ...overrides,
  };
  const run: Cli['run'] = (...argv) => runCommand(argv, context);
  return {
    clock,
    database: db.database,
    run,
    follow: (argv, options = {}) => {
      const ask: RunCommand = (asked, signal) => runCommand(asked, { ...context, signal });
      return follow(
        argv,
        { reach: { ask, askRunning: ask }, ...options },
        { clock, wallClock },
        context.settings,
      );
    },
    async json(...argv) {
      const result = await run(...argv, '--json');
      assert.equal(result.exitCode, 0, result.stderr);
      return JSON.parse(result.stdout);
    },
  };
}

function follow(
  argv: readonly string[],
  { waits = [], enough = 0, input = '', reach }: FollowOptions & Required<Pick<FollowOptions, 'reach'>>,
  { clock, wallClock }: { readonly clock: TestClock; readonly wallClock: Clock },
  settings: CommandContext['settings'],
): Followed {
  const lines: string[] = [];
  const notes: string[] = [];
  const stopping = new AbortController();
  const heard = new EventTarget();
  const steps = [...waits];
  const hear = (into: string[], line: string) => {
    into.push(line);
    heard.dispatchEvent(new Event('line'));
  };
  const terminal: Terminal = {
    clock: wallClock,
    print: async (line) => hear(lines, line),
    note: (line) => hear(notes, line),
    input: async () => input,
    stopped: () => stopping.signal,
    async wait(ms) {
      clock.advance(ms);
      const step = steps.shift();
      if (step) await step();
      else if (lines.length >= enough) stopping.abort();
      // What a server shows of its events may lag behind transactions in its other databases.
      else await timers.setTimeout(10);
    },
  };
  const ended = runTyped(argv, terminal, reach, settings);
  return {
    lines,
    notes,
    ended,
    stop: () => stopping.abort(),
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = [...lines, ...notes].find((line) => pattern.test(line));
          if (found !== undefined) resolve(found);
        };
        heard.addEventListener('line', look);
        look();
        const over = () =>
          reject(new Error(`it ended without ${pattern}: ${[...lines, ...notes].join('\n')}`));
        void ended.then(over, over);
      }),
  };
}

interface Finding {
  readonly state: string;
  readonly check: string;
  readonly finding: string;
  readonly advice?: string;
}

/** What doctor finds. */
export async function examine(
  cli: Cli,
): Promise<{ exitCode: number; check: (name: string) => Finding; all: Finding[] }> {
  const { exitCode, stdout, stderr } = await cli.run('doctor', '--json');
  assert.equal(stderr, '');
  const all: Finding[] = JSON.parse(stdout);
  const check = (name: string) =>
    all.find((line) => line.check === name) ?? assert.fail(`no line ${name} in ${stdout}`);
  return { exitCode, check, all };
}
