import { parseArgs } from 'node:util';
import { BadUsage, type Command, type CommandArguments, type CommandResult } from './command.ts';
import { commands } from './commands/index.ts';

/** A command line that can be meant. */
export interface Prepared {
  readonly command: Command;
  readonly args: CommandArguments;
  readonly json: boolean;
}

const BAD_USAGE = 2;
const COMMON = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

/**
 * Understands a command line.
 * @param internal whether commands may be named that nobody types.
 * @returns the command with its arguments; or the answer: help, or what is wrong with it (exit 2).
 */
export function prepare(argv: readonly string[], internal: boolean): Prepared | CommandResult {
  const [first = 'help'] = argv;
  if (['help', '--help', '-h'].includes(first)) return { exitCode: 0, stdout: help(), stderr: '' };
  const found = find(argv, internal);
  if (!found) return misused(`unknown command\n\n${help()}`);
  const { command, rest } = found;
  try {
    const { values, positionals } = parseArgs({
      args: [...rest],
      options: { ...command.options, ...COMMON },
      allowPositionals: true,
    });
    if (values.help) return { exitCode: 0, stdout: `${usage(command)}\n${command.summary}\n`, stderr: '' };
    if (positionals.length !== (command.words ?? 0)) throw new BadUsage('wrong number of arguments');
    return { command, args: { words: positionals, options: values }, json: values.json === true };
  } catch (error) {
    if (error instanceof BadUsage || isParseError(error)) return badUsage(error, command);
    throw error;
  }
}

/** The answer to a command line that cannot be meant. */
export function badUsage({ message }: Error, command: Command): CommandResult {
  return misused(`${message.split('\n', 1)[0]}\n${usage(command)}`);
}

function find(
  argv: readonly string[],
  internal: boolean,
): { command: Command; rest: readonly string[] } | undefined {
  for (const length of [2, 1]) {
    const typed = argv.slice(0, length).join(' ');
    const command = Object.hasOwn(commands, typed) ? commands[typed] : undefined;
    if (command && (internal || !isInternal(command))) return { command, rest: argv.slice(length) };
  }
  return undefined;
}

function isInternal(command: Command): boolean {
  return 'internal' in command && command.internal === true;
}

function misused(message: string): CommandResult {
  // What was typed into the wrong place may have been a webhook secret.
  const safe = message.trimEnd().replaceAll(/whsec_[\w+/=-]+/g, 'whsec_...');
  return { exitCode: BAD_USAGE, stdout: '', stderr: `${safe}\n` };
}

function isParseError(error: unknown): error is TypeError {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function usage({ usage: line }: Command): string {
  return `Usage: npm run cli -- ${line} [--json]`;
}

function help(): string {
  const all = Object.values(commands)
    .filter((command) => !isInternal(command))
    .map(({ usage: line, summary }) => `  ${line}\n      ${summary}\n`);
  return `Usage: npm run cli -- <command> [--json]\n\n${all.join('')}\nExit codes: 0 done, 1 failed, 2 bad usage or configuration.\n`;
}
