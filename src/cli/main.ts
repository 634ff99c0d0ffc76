import { systemClock } from '#kernel/clock.ts';
import { databaseClock } from '#platform/database/clock.ts';
import { readConfig } from '../config.ts';
import { createReach } from './reach.ts';
import { runTyped } from './session.ts';
import { createTerminal } from './terminal.ts';

/** As a shell has it for what SIGINT ended. */
const INTERRUPTED = 130;

const terminal = createTerminal({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  exit: () => process.exit(INTERRUPTED),
});
const settings = readConfig();
const reach = createReach({
  settings,
  owner: `npm run cli, pid ${process.pid}`,
  clock: databaseClock,
  wallClock: systemClock,
  onError: (error) => terminal.note(error instanceof Error ? error.message : String(error)),
});
// A second SIGINT, which npm sends, is to find what hears it up to the end: without this, Node would let go of it
// before the process is gone, and the signal would take the place of the exit code.
process.once('exit', (code) => process.exit(code));
try {
  process.exitCode = await runTyped(process.argv.slice(2), terminal, reach, settings);
} finally {
  await reach.close();
}
