import { parseArgs } from 'node:util';
import { systemClock } from '#kernel/clock.ts';
import { Problem } from '#kernel/problem.ts';
import { databaseClock } from '#platform/database/clock.ts';
import type { Config } from '../config.ts';
import { type RegistrationDatabase, RegistrationUnavailable } from '../registration/store/open.ts';
import { BadConfiguration, BadUsage, type Command, type CommandContext } from './command.ts';
import { commands } from './commands/index.ts';
import { render } from './render.ts';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Carries out a command line; `signal` aborts when nobody waits for it any more. */
export type RunCommand = (argv: readonly string[], signal: AbortSignal) => Promise<CommandResult>;

const FAILED = 1;
const BAD_USAGE = 2;
const COMMON = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

/** Commands inside the running service, on the database it has open: for its control socket. */
export function createRunner(config: Config, registration: RegistrationDatabase): RunCommand {
  return (argv, signal) =>
    runCommand(argv, {
      settings: { config },
      open: async () => registration,
      clock: databaseClock,
      wallClock: systemClock,
      insideInstance: true,
      signal,
    });
}

/**
 * Runs one command line. Exit codes: 0 done, 1 failed, 2 bad usage or configuration.
 * Throws only RegistrationUnavailable `held`: whoever called knows the way to the instance.
 */
export async function runCommand(argv: readonly string[], context: CommandContext): Promise<CommandResult> {
  const [first = 'help'] = argv;
  if (['help', '--help', '-h'].includes(first)) return { exitCode: 0, stdout: help(), stderr: '' };
  const found = find(argv);
  if (!found) return refused(BAD_USAGE, `unknown command\n\n${help()}`);
  const { command, rest } = found;
  try {
    const { values, positionals } = parseArgs({
      args: [...rest],
      options: { ...command.options, ...COMMON },
      allowPositionals: true,
    });
    if (values.help) return { exitCode: 0, stdout: `${usage(command)}\n${command.summary}\n`, stderr: '' };
    if (positionals.length !== (command.words ?? 0)) throw new BadUsage('wrong number of arguments');
    const options: Record<string, string | boolean | undefined> = {};
    for (const [name, value] of Object.entries(values)) if (!Array.isArray(value)) options[name] = value;
    const { data, notes = [], failed = false } = await command.run({ words: positionals, options }, context);
    return {
      exitCode: failed ? FAILED : 0,
      stdout: render(data, values.json === true),
      stderr: notes.map((note) => `${note}\n`).join(''),
    };
  } catch (error) {
    return failure(error, command, context);
  }
}

function find(argv: readonly string[]): { command: Command; rest: readonly string[] } | undefined {
  for (const length of [2, 1]) {
    const command = Object.entries(commands).find(([name]) => name === argv.slice(0, length).join(' '))?.[1];
    if (command) return { command, rest: argv.slice(length) };
  }
  return undefined;
}

function failure(error: unknown, command: Command, { settings }: CommandContext): CommandResult {
  if (error instanceof RegistrationUnavailable && error.reason === 'held') throw error;
  if (error instanceof BadUsage || isParseError(error)) {
    return refused(BAD_USAGE, `${firstLine(error)}\n${usage(command)}`);
  }
  if (error instanceof BadConfiguration) return refused(BAD_USAGE, error.message);
  if (error instanceof Problem || error instanceof RegistrationUnavailable) {
    return refused(FAILED, error.message);
  }
  const debug = 'config' in settings && ['debug', 'trace'].includes(settings.config.logLevel);
  const whole = debug && error instanceof Error ? error.stack : undefined;
  return refused(FAILED, whole ?? `${firstLine(error)} (LOG_LEVEL=debug shows where)`);
}

function refused(exitCode: number, message: string): CommandResult {
  return { exitCode, stdout: '', stderr: `${message.trimEnd()}\n` };
}

function isParseError(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message || error.name : String(error)).split('\n', 1)[0] ?? '';
}

function usage({ usage: line }: Command): string {
  return `Usage: npm run cli -- ${line} [--json]`;
}

function help(): string {
  const all = Object.values(commands).map(({ usage: line, summary }) => `  ${line}\n      ${summary}\n`);
  return `Usage: npm run cli -- <command> [--json]\n\n${all.join('')}\nExit codes: 0 done, 1 failed, 2 bad usage or configuration.\n`;
}
