import type { ParseArgsOptionsConfig } from 'node:util';
import type { Clock } from '#kernel/clock.ts';
import type { DatabaseClock } from '#platform/database/clock.ts';
import type { OpenedDatabase, OpenOptions } from '#platform/database/open.ts';
import type { readConfig } from '../config.ts';
import type { Ledger } from '../provisioning/ports.ts';
import type { RegistrationDatabase } from '../registration/store/open.ts';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Set when it failed on what passes by itself: the same may well succeed shortly. */
  readonly passing?: true;
}

/** Carries out a command line; `signal` aborts when nobody waits for it any more. */
export type RunCommand = (argv: readonly string[], signal: AbortSignal) => Promise<CommandResult>;

/** What a command may reach that runs where the database is: in this process or inside the instance. */
export interface CommandContext {
  readonly settings: ReturnType<typeof readConfig>;
  /**
   * The database, opened when a command first asks. Throws BadConfiguration, or RegistrationUnavailable: `held`
   * means that the command belongs into the instance that holds it.
   */
  readonly open: (schema: OpenOptions['schema']) => Promise<RegistrationDatabase>;
  readonly ledger: LedgerAccess;
  readonly clock: DatabaseClock;
  readonly wallClock: Clock;
  /** True when a running service carries the command out. */
  readonly insideInstance: boolean;
  /** Aborted when nobody waits for the answer any more: long commands stop where they can be taken up. */
  readonly signal: AbortSignal;
}

/** The provisioning service's ledger. Both throw BadConfiguration, or LedgerUnavailable; who opens one closes it. */
export interface LedgerAccess {
  readonly open: () => Promise<Ledger>;
  /** The database that it is in, with its schema as it is. Throws BadUsage where the ledger is in none. */
  readonly openDatabase: () => Promise<OpenedDatabase>;
}

/** What a command may reach that stays at the terminal: the database only through short commands. */
export interface Session {
  /** Runs a short command where the database is; an embedded one that nobody holds is opened for it and closed. */
  readonly ask: RunCommand;
  /** The same, but never opens an embedded database: whoever repeats it must not keep a service from starting. */
  readonly askRunning: RunCommand;
  /** A line on standard output; resolves when the next may follow. */
  readonly print: (line: string) => Promise<void>;
  /** A line for the person at the terminal, on standard error. */
  readonly note: (line: string) => void;
  /** All of standard input. */
  readonly input: () => Promise<string>;
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  /** Aborted by Ctrl-C, and when nobody reads standard output any more. What must be cleaned up still may be. */
  readonly signal: AbortSignal;
}

/** What a command says: rendering is not its business. */
export interface Output {
  /** A flat record, or a list of them. Never PII, never a secret, but for one that is shown once. */
  readonly data: object;
  /** For the person at the terminal, on standard error. */
  readonly notes?: readonly string[];
  /** Done, with a result that has to fail a script. */
  readonly failed?: boolean;
}

export interface CommandArguments {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
}

interface Described {
  /** As it is typed: `tokens revoke <tokenId>`. */
  readonly usage: string;
  readonly summary: string;
  /** How many words follow the command. */
  readonly words?: number;
  readonly options?: ParseArgsOptionsConfig;
}

/** Bounded: reads or changes something and answers. */
export interface ShortCommand extends Described {
  readonly run: (args: CommandArguments, context: CommandContext) => Promise<Output>;
  /** Asked for by other commands, and not to be typed: in no help. */
  readonly internal?: true;
}

/** Prints as it goes, until it is done or told to stop. Answers the exit code. */
export interface LongCommand extends Described {
  readonly follow: (args: CommandArguments, session: Session) => Promise<number>;
}

export type Command = ShortCommand | LongCommand;

/** By what is typed: `help` or `tokens create`. */
export type Commands = Readonly<Record<string, Command>>;

/** Exit 2, with the usage. */
export class BadUsage extends Error {
  override readonly name = 'BadUsage';
}

/** Exit 2; a line per fault. */
export class BadConfiguration extends Error {
  override readonly name = 'BadConfiguration';
}
