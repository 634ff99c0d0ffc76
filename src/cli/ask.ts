import type { CommandResult, RunCommand, Session } from './command.ts';

/** How often is asked whether there is something new, or somebody who answers. */
export const POLL_MS = 1_000;
/** A restart takes seconds; what is away for so long is not coming back by itself. */
const LONGEST_ABSENCE_MS = 15 * 60_000;

/** A short command that did not do what it was asked for, as it said so itself. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly result: CommandResult;

  constructor(result: CommandResult) {
    super(result.stderr.trimEnd());
    this.result = result;
  }
}

/** What a short command has to say, as data. Throws Refused when it fails. */
export async function askFor(
  ask: RunCommand,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const result = await ask([...argv, '--json'], signal);
  if (result.exitCode !== 0) throw new Refused(result);
  const data: unknown = JSON.parse(result.stdout);
  if (typeof data !== 'object' || data === null)
    throw new Error('the answer is of another version of this CLI');
  return Object.fromEntries(Object.entries(data));
}

/** Answers nothing when it was told to stop before there was an answer. */
export type PatientAsk = (argv: readonly string[]) => Promise<Readonly<Record<string, unknown>> | undefined>;

/** Asks once. Throws Refused. */
export function impatiently(ask: RunCommand, { signal }: Session): PatientAsk {
  return async (argv) => {
    try {
      return await askFor(ask, argv, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  };
}

/**
 * Asks until there is an answer: an instance that is being restarted and a database that is away are waited for,
 * and the person is told so once. Throws Refused when it was refused for good, or after a quarter of an hour.
 */
export function patiently(ask: RunCommand, { note, wait, clock, signal }: Session): PatientAsk {
  return async (argv) => {
    let awaySince: number | undefined;
    while (!signal.aborted) {
      try {
        const answer = await askFor(ask, argv, signal);
        if (awaySince !== undefined) note('going on');
        return answer;
      } catch (error) {
        if (signal.aborted) break;
        const now = clock.now().getTime();
        if (!(error instanceof Refused) || !error.result.passing) throw error;
        if (awaySince === undefined) note(`${error.message}; waiting`);
        awaySince ??= now;
        if (now - awaySince >= LONGEST_ABSENCE_MS) throw error;
        await wait(POLL_MS, signal);
      }
    }
    return undefined;
  };
}
