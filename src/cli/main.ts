import { systemClock } from '#kernel/clock.ts';
import { databaseClock } from '#platform/database/clock.ts';
import { readConfig } from '../config.ts';
import {
  openRegistration,
  type RegistrationDatabase,
  RegistrationUnavailable,
  registrationDirectory,
} from '../registration/store/open.ts';
import { BadConfiguration, type CommandContext } from './command.ts';
import { askInstance } from './control-client.ts';
import { type CommandResult, runCommand } from './run.ts';

const { exitCode, stdout, stderr } = await main(process.argv.slice(2));
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = exitCode;

/** Runs a command here, or in the instance that holds the embedded database. */
async function main(argv: readonly string[]): Promise<CommandResult> {
  const settings = readConfig();
  let opened: RegistrationDatabase | undefined;
  const context: CommandContext = {
    settings,
    async open(schema) {
      if ('faults' in settings) throw new BadConfiguration(settings.faults.join('\n'));
      opened = await openRegistration(settings.config, {
        owner: `npm run cli, pid ${process.pid}`,
        schema,
        onError: (error) => process.stderr.write(`${error instanceof Error ? error.message : error}\n`),
      });
      return opened;
    },
    clock: databaseClock,
    wallClock: systemClock,
    insideInstance: false,
    // A person who gives up ends the process, and every command stands that.
    signal: new AbortController().signal,
  };
  try {
    return await runCommand(argv, context);
  } catch (error) {
    if (!(error instanceof RegistrationUnavailable) || !('config' in settings)) throw error;
    return await throughInstance(registrationDirectory(settings.config.dataDir), argv, error.message);
  } finally {
    await opened?.close();
  }
}

async function throughInstance(
  directory: string,
  argv: readonly string[],
  heldBy: string,
): Promise<CommandResult> {
  try {
    const result = await askInstance(directory, argv);
    if (result) return result;
    return { exitCode: 1, stdout: '', stderr: `${heldBy}, which takes no commands (yet): try again\n` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { exitCode: 1, stdout: '', stderr: `${heldBy}: ${reason}\n` };
  }
}
