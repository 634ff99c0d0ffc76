import { percentile } from './figures.ts';

/** How much is done before anything counts, and how much counts: both in seconds or both in requests. */
export interface Span {
  readonly of: 'seconds' | 'requests';
  readonly warmUp: number;
  readonly measured: number;
}

export interface LoopReport {
  /** What went well, a second. */
  readonly perSecond: number;
  /** Of what went well, from its beginning to its end, milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly answered: number;
  readonly errors: number;
  readonly firstError?: string;
}

/** Pause after an error, so that a service that refuses all is not asked without end. */
const ERROR_PAUSE_MS = 50;

/**
 * Runs `workers` at the same time, each of which does its next piece of work when its last one is done.
 * @param work is told which worker and which of its turns it is; answers what went wrong, if anything.
 */
export async function closedLoop(
  workers: number,
  span: Span,
  work: (worker: number, turn: number) => Promise<string | undefined>,
): Promise<LoopReport> {
  let begunPieces = 0;
  let errors = 0;
  let firstError: string | undefined;
  let measuringSince: number | undefined;
  const took: number[] = [];
  const begun = performance.now();

  const isWarm = () =>
    span.of === 'requests' ? begunPieces > span.warmUp : performance.now() - begun >= span.warmUp * 1_000;
  const isOver = () =>
    span.of === 'requests'
      ? begunPieces >= span.warmUp + span.measured
      : measuringSince !== undefined && performance.now() - measuringSince >= span.measured * 1_000;

  const run = async (worker: number) => {
    for (let turn = 0; !isOver(); turn++) {
      begunPieces += 1;
      // The piece that notices that the warm-up is over is the first that counts.
      if (measuringSince === undefined && isWarm()) measuringSince = performance.now();
      const counts = measuringSince !== undefined;
      const since = performance.now();
      const error = await work(worker, turn);
      if (error === undefined) {
        if (counts) took.push(performance.now() - since);
        continue;
      }
      firstError ??= error;
      errors += 1;
      await new Promise((resolve) => setTimeout(resolve, ERROR_PAUSE_MS));
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => run(worker)));

  const elapsed = performance.now() - (measuringSince ?? begun);
  return {
    perSecond: (took.length * 1_000) / elapsed,
    p50: percentile(took, 50),
    p99: percentile(took, 99),
    answered: took.length,
    errors,
    ...(firstError === undefined ? {} : { firstError }),
  };
}
