import assert from 'node:assert/strict';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { type Keyring, parseKeyring } from '#platform/secrets/keyring.ts';
import { type TestClock, type TestDatabase, testClock } from '../../test/support/database.ts';
import { type Environment, readConfig } from '../config.ts';
import type { RegistrationDatabase } from '../registration/store/open.ts';
import type { CommandContext } from './command.ts';
import { type CommandResult, runCommand } from './run.ts';

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
const SERVER: Environment = {
  DATABASE_URL: 'postgres://db.test/a2p',
  ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
};

export interface Cli {
  readonly clock: TestClock;
  readonly database: Database;
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
    async json(...argv) {
      const result = await run(...argv, '--json');
      assert.equal(result.exitCode, 0, result.stderr);
      return JSON.parse(result.stdout);
    },
  };
}
