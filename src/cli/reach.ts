import type { readConfig } from '../config.ts';
import { LedgerUnavailable, provisioningDirectory } from '../provisioning/ledger/open.ts';
import {
  openRegistration,
  type RegistrationDatabase,
  RegistrationUnavailable,
  registrationDirectory,
} from '../registration/store/open.ts';
import { BadConfiguration, type CommandContext, type CommandResult, type RunCommand } from './command.ts';
import { askInstance } from './control-client.ts';
import { createLedgerAccess } from './ledger-access.ts';
import { runCommand } from './run.ts';

/** How short commands get to the database, wherever that is. */
export interface Reach {
  readonly ask: RunCommand;
  readonly askRunning: RunCommand;
  close(): Promise<void>;
}

export interface ReachOptions extends Pick<CommandContext, 'clock' | 'wallClock'> {
  readonly settings: ReturnType<typeof readConfig>;
  /** Whom others find that hold of the directory, e.g. `npm run cli, pid 4711`. */
  readonly owner: string;
  readonly onError: (error: unknown) => void;
}

/**
 * Commands on a server's database run here, on one pool until `close`. An embedded database belongs to one
 * process: where an instance holds it the command goes there, else `ask` opens it for that command alone.
 */
export function createReach({ settings, owner, onError, ...clocks }: ReachOptions): Reach {
  let pool: RegistrationDatabase | undefined;
  const ledger = createLedgerAccess({ settings, owner, onError });

  const here = async (argv: readonly string[], signal: AbortSignal): Promise<CommandResult> => {
    let opened: RegistrationDatabase | undefined;
    const open: CommandContext['open'] = async (schema) => {
      if ('faults' in settings) throw new BadConfiguration(settings.faults.join('\n'));
      opened = pool ?? (await openRegistration(settings.config, { owner, schema, onError }));
      if (opened.directory === undefined) pool = opened;
      return opened;
    };
    try {
      return await runCommand(argv, { ...clocks, settings, open, ledger, insideInstance: false, signal });
    } finally {
      if (opened !== pool) await opened?.close();
    }
  };

  const there = async (
    directory: string,
    argv: readonly string[],
    signal: AbortSignal,
    absent: string,
  ): Promise<CommandResult> => {
    try {
      return (await askInstance(directory, argv, undefined, signal)) ?? unreached(absent);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return unreached(`the instance on ${directory}: ${reason}`);
    }
  };

  const directory =
    'config' in settings && settings.config.databaseUrl === undefined
      ? registrationDirectory(settings.config.dataDir)
      : undefined;
  /** The directory in which an instance is reached that holds what a command needs. */
  const holderOf = (error: unknown): string | undefined => {
    if (error instanceof RegistrationUnavailable) return directory;
    const isLedger = error instanceof LedgerUnavailable && 'config' in settings;
    return isLedger ? provisioningDirectory(settings.config.dataDir) : undefined;
  };
  return {
    async ask(argv, signal) {
      try {
        return await here(argv, signal);
      } catch (error) {
        const holder = holderOf(error);
        if (holder === undefined || !(error instanceof Error)) throw error;
        return there(holder, argv, signal, `${error.message}, which takes no commands (yet): try again`);
      }
    },
    async askRunning(argv, signal) {
      if (directory === undefined) return here(argv, signal);
      return there(directory, argv, signal, `no service runs on ${directory}`);
    },
    async close() {
      await pool?.close();
    },
  };
}

function unreached(message: string): CommandResult {
  return { exitCode: 1, stdout: '', stderr: `${message}\n`, passing: true };
}
