import type { ParseArgsOptionsConfig } from 'node:util';
import type { Clock } from '#kernel/clock.ts';
import type { DatabaseClock } from '#platform/database/clock.ts';
import type { readConfig } from '../config.ts';
import type { OpenOptions, RegistrationDatabase } from '../registration/store/open.ts';

/** What a command may reach. */
export interface CommandContext {
  readonly settings: ReturnType<typeof readConfig>;
  /**
   * The database, opened when a command first asks. Throws BadConfiguration, or RegistrationUnavailable: `held`
   * means that the command belongs into the instance that holds it.
   */
  readonly open: (schema: OpenOptions['schema']) => Promise<RegistrationDatabase>;
  readonly clock: DatabaseClock;
  readonly wallClock: Clock;
  /** True when a running service carries the command out. */
  readonly insideInstance: boolean;
  /** Aborted when nobody waits for the answer any more: long commands stop where they can be taken up. */
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
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

export interface Command {
  /** As it is typed: `tokens revoke <tokenId>`. */
  readonly usage: string;
  readonly summary: string;
  /** How many words follow the command. */
  readonly words?: number;
  readonly options?: ParseArgsOptionsConfig;
  readonly run: (args: CommandArguments, context: CommandContext) => Promise<Output>;
}

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

/** An option that takes a value, when it was given. */
export function text({ options }: CommandArguments, name: string): string | undefined {
  const value = options[name];
  if (typeof value !== 'string') return undefined;
  if (value.trim() === '') throw new BadUsage(`--${name} needs a value`);
  return value.trim();
}

/** The n-th word after the command; their number was checked before. */
export function word({ words }: CommandArguments, index: number): string {
  const found = words[index]?.trim();
  if (!found) throw new BadUsage('an argument is empty');
  return found;
}

/** A name that can be typed again, shown in a line, and taken for nothing else. */
export function name(value: string): string {
  if (/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u.test(value) && !/^(ten|tok)_/.test(value)) return value;
  throw new BadUsage('a name is 1 to 100 letters, digits, blanks, ".", "_" or "-", and no id');
}
