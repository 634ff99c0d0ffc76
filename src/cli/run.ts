import { systemClock } from '#kernel/clock.ts';
import { conflict, Problem } from '#kernel/problem.ts';
import { databaseClock } from '#platform/database/clock.ts';
import { isPassing } from '#platform/http/problems.ts';
import type { Config } from '../config.ts';
import { LedgerUnavailable } from '../provisioning/ledger/open.ts';
import type { Ledger } from '../provisioning/ports.ts';
import { type RegistrationDatabase, RegistrationUnavailable } from '../registration/store/open.ts';
import {
  BadConfiguration,
  BadUsage,
  type Command,
  type CommandContext,
  type CommandResult,
  type RunCommand,
} from './command.ts';
import { badUsage, prepare } from './command-line.ts';
import { createLedgerAccess } from './ledger-access.ts';
import { printable, render } from './render.ts';

export type { CommandResult } from './command.ts';

const FAILED = 1;
const BAD_USAGE = 2;

/** Commands inside the running service, on the database it has open: for its control socket. */
export function createRunner(config: Config, registration: RegistrationDatabase): RunCommand {
  const settings = { config };
  const owner = `the registration service, pid ${process.pid}`;
  // Its failures are the command's: they are told in its answer.
  const ledger = createLedgerAccess({ settings, owner, onError: () => {} });
  return inside({ settings, open: async () => registration, ledger });
}

/** The same inside a provisioning service that holds an embedded ledger: what is about that and nothing else. */
export function createLedgerRunner(config: Config, ledger: Ledger): RunCommand {
  return inside({
    settings: { config },
    open: () => Promise.reject(conflict('The provisioning service has no other database')),
    ledger: {
      // It goes on when the command has ended.
      open: async () => ({ ...ledger, close: async () => {} }),
      openDatabase: () =>
        Promise.reject(conflict('The service is running on this schema, which its start brings up to date')),
    },
  });
}

function inside(parts: Pick<CommandContext, 'settings' | 'open' | 'ledger'>): RunCommand {
  return (argv, signal) =>
    runCommand(argv, {
      ...parts,
      clock: databaseClock,
      wallClock: systemClock,
      insideInstance: true,
      signal,
    });
}

/**
 * Runs one line of a short command, internal ones included.
 * Exit codes: 0 done, 1 failed, 2 bad usage or configuration.
 * Throws only RegistrationUnavailable and LedgerUnavailable `held`: whoever called knows the way to the instance.
 */
export async function runCommand(argv: readonly string[], context: CommandContext): Promise<CommandResult> {
  const prepared = prepare(argv, true);
  if ('exitCode' in prepared) return prepared;
  const { command, args, json } = prepared;
  if ('follow' in command) return refused(BAD_USAGE, 'this command runs at a terminal only');
  try {
    const { data, notes = [], failed = false } = await command.run(args, context);
    return {
      exitCode: failed ? FAILED : 0,
      stdout: render(data, json),
      stderr: notes.map((note) => `${note}\n`).join(''),
    };
  } catch (error) {
    return failure(error, command, context.settings);
  }
}

/** What a command answers that threw. Throws RegistrationUnavailable and LedgerUnavailable `held` on. */
export function failure(
  error: unknown,
  command: Command,
  settings: CommandContext['settings'],
): CommandResult {
  if (isUnavailable(error) && error.reason === 'held') throw error;
  if (error instanceof BadUsage) return badUsage(error, command);
  if (error instanceof BadConfiguration) return refused(BAD_USAGE, error.message);
  if (error instanceof Problem) return refused(FAILED, problemText(error));
  if (isUnavailable(error)) {
    const result = refused(FAILED, error.message);
    return error.reason === 'database' || error.reason === 'store' ? { ...result, passing: true } : result;
  }
  const debug = 'config' in settings && ['debug', 'trace'].includes(settings.config.logLevel);
  const whole = debug && error instanceof Error ? error.stack : undefined;
  const result = refused(FAILED, whole ?? `${firstLine(error)} (LOG_LEVEL=debug shows where)`);
  return isPassing(error) ? { ...result, passing: true } : result;
}

function isUnavailable(error: unknown): error is RegistrationUnavailable | LedgerUnavailable {
  return error instanceof RegistrationUnavailable || error instanceof LedgerUnavailable;
}

/** A problem with fields names them: its message alone says only that there are some. */
function problemText({ message, details }: Problem): string {
  const { fields } = details;
  if (!Array.isArray(fields)) return message;
  const lines = fields.map((field: { field?: unknown; message?: unknown }) =>
    printable(`${field.field} ${field.message}`),
  );
  return [message, ...lines].join('\n');
}

function refused(exitCode: number, message: string): CommandResult {
  return { exitCode, stdout: '', stderr: `${message.trimEnd()}\n` };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message || error.name : String(error)).split('\n', 1)[0] ?? '';
}
