import timers from 'node:timers/promises';
import type { Clock } from '#kernel/clock.ts';

/** Something that runs as long as the process: a reconcile loop, a dispatcher, a poller. */
export interface Worker {
  readonly name: string;
  /** Ends soon after the signal aborts, and not before: ending early counts as a crash. */
  run(signal: AbortSignal): Promise<void>;
}

export interface WorkerHealth {
  readonly name: string;
  /** Crashed, and has not yet run well for `RECOVERED_MS` since. */
  readonly failing: boolean;
  readonly restarts: number;
}

export interface Supervisor {
  health(): readonly WorkerHealth[];
  /**
   * Tells every worker to end and waits for them, no longer than the deadline.
   * @returns names of those that did not end; they still run, and only the end of the process stops them.
   */
  stop(deadlineMs: number): Promise<readonly string[]>;
}

export interface SupervisorDependencies {
  /** A logger of telemetry/log.ts, or whatever takes its place. */
  readonly log: Record<'info' | 'error', (fields: object, message: string) => void>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
}

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 30_000;
/** Longer than any backoff: what has run so long is not in a loop of crashes. */
export const RECOVERED_MS = 60_000;

interface State {
  readonly name: string;
  /** Crashes in a row. */
  failures: number;
  restarts: number;
  /** Set while `run` is under way. */
  startedAtMs: number | undefined;
  ended: boolean;
}

/** Starts the workers and keeps them running: one that crashes is restarted, and the others never notice. */
export function supervise(
  workers: readonly Worker[],
  { log, clock, random = Math.random }: SupervisorDependencies,
): Supervisor {
  const stopping = new AbortController();
  const { signal } = stopping;

  const recovered = (state: State) =>
    state.startedAtMs !== undefined && clock.now().getTime() - state.startedAtMs >= RECOVERED_MS;

  const keepRunning = async (worker: Worker, state: State) => {
    while (!signal.aborted) {
      const crash = await runOnce(worker, state);
      if (recovered(state)) state.failures = 0;
      state.startedAtMs = undefined;
      if (crash === undefined) break;
      state.failures += 1;
      if (signal.aborted) {
        log.error({ worker: worker.name, err: crash }, 'worker:stop:crashed');
        break;
      }
      const backoffMs = random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (state.failures - 1));
      log.error(
        { worker: worker.name, failures: state.failures, backoffMs, err: crash },
        'worker:run:crashed',
      );
      await timers.setTimeout(backoffMs, undefined, { signal }).catch(endOfWait);
      if (!signal.aborted) state.restarts += 1;
    }
    state.ended = true;
  };

  /** Answers what it crashed with; nothing when it ended because it was told to. */
  const runOnce = async (worker: Worker, state: State): Promise<Error | undefined> => {
    state.startedAtMs = clock.now().getTime();
    try {
      await worker.run(signal);
      return signal.aborted ? undefined : new Error('ended without being told to');
    } catch (error) {
      if (signal.aborted && isAbort(error)) return undefined;
      return error instanceof Error ? error : new Error('threw what is no error', { cause: error });
    }
  };

  const states = workers.map((worker) => ({ worker, state: initial(worker.name) }));
  const runs = states.map(({ worker, state }) => keepRunning(worker, state));
  log.info({ workers: workers.map(({ name }) => name) }, 'workers:start:done');

  return {
    health: () =>
      states.map(({ state }) => ({
        name: state.name,
        failing: state.failures > 0 && !recovered(state),
        restarts: state.restarts,
      })),
    async stop(deadlineMs) {
      stopping.abort();
      const timer = new AbortController();
      const deadline = timers.setTimeout(deadlineMs, undefined, { signal: timer.signal }).catch(endOfWait);
      await Promise.race([Promise.all(runs), deadline]);
      timer.abort();
      const left = states.filter(({ state }) => !state.ended).map(({ state }) => state.name);
      if (left.length > 0) log.error({ workers: left, deadlineMs }, 'workers:stop:late');
      else log.info({}, 'workers:stop:done');
      return left;
    },
  };
}

function initial(name: string): State {
  return { name, failures: 0, restarts: 0, startedAtMs: undefined, ended: false };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** A wait that is cut short by a stop has done its work; anything else is a bug. */
function endOfWait(error: unknown): void {
  if (!isAbort(error)) throw error;
}
