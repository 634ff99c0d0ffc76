import { Refused } from './ask.ts';
import type { CommandContext, CommandResult, Session } from './command.ts';
import { prepare } from './command-line.ts';
import { failure } from './run.ts';

/** Where somebody types and reads. */
export interface Terminal extends Pick<Session, 'print' | 'note' | 'input' | 'wait' | 'clock'> {
  /** From now on Ctrl-C aborts this signal instead of ending the process at once; a later one ends it. */
  stopped(): AbortSignal;
}

/** Carries out what somebody typed. Answers the exit code: 0 done, 1 failed, 2 bad usage or configuration. */
export async function runTyped(
  argv: readonly string[],
  terminal: Terminal,
  reach: Pick<Session, 'ask' | 'askRunning'>,
  settings: CommandContext['settings'],
): Promise<number> {
  const prepared = prepare(argv, false);
  if ('exitCode' in prepared) return told(prepared, terminal);
  const { command, args } = prepared;
  // A person who gives up a short command ends the process, and every one of them stands that.
  if (!('follow' in command)) return told(await reach.ask(argv, new AbortController().signal), terminal);
  const { stopped, ...rest } = terminal;
  try {
    return await command.follow(args, { ...reach, ...rest, signal: stopped() });
  } catch (error) {
    return told(error instanceof Refused ? error.result : failure(error, command, settings), terminal);
  }
}

async function told({ exitCode, stdout, stderr }: CommandResult, terminal: Terminal): Promise<number> {
  if (stdout !== '') await terminal.print(stdout.replace(/\n$/, ''));
  if (stderr !== '') terminal.note(stderr.replace(/\n$/, ''));
  return exitCode;
}
