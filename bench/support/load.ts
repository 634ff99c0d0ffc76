import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoopReport, Span } from './closed-loop.ts';

/** Whose requests they are; connections take them in turn. */
export interface LoadCaller {
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is, but for its placeholders; one of them in turn. */
  readonly bodies: readonly string[];
}

/**
 * A closed loop: every connection sends its next request when the last one is answered.
 * In headers and bodies `{{n}}` becomes a running number of seven digits and `{{uuid}}` a new UUID.
 */
export interface LoadOrder {
  /** Whole address. */
  readonly url: string;
  readonly connections: number;
  readonly callers: readonly LoadCaller[];
  /** The one status that counts; every other answer is an error. */
  readonly expected: number;
  readonly span: Span;
  /** First `{{n}}`. */
  readonly from: number;
}

/** What went well are the expected answers. */
export interface LoadReport extends LoopReport {
  /** `{{n}}` for the next order that must not meet this one's. */
  readonly next: number;
}

/** Sends POST requests from a process of its own, so that the load's work is not the measured process'. */
export async function load(order: LoadOrder): Promise<LoadReport> {
  return askProcess(new URL('./load-process.ts', import.meta.url), order, deadlineOf(order.span));
}

/** Milliseconds, above what a span in seconds takes; one in requests has as long as a slow contender needs. */
export function deadlineOf(span: Span): number {
  const seconds = span.of === 'seconds' ? span.warmUp + span.measured : 120;
  return (seconds + 60) * 1_000;
}

/**
 * Forks a process that is told its order by a message, answers with one and ends.
 * Rejects when it ends without an answer, or has none after `deadlineMs`.
 */
export async function askProcess<Order extends object, Report>(
  file: URL,
  order: Order,
  deadlineMs: number,
): Promise<Report> {
  const child = fork(fileURLToPath(file), [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  try {
    child.send(order);
    return await answerOf<Report>(child);
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}

/** The first message of a process; rejects when it ends without one. */
export async function answerOf<Report>(child: ChildProcess): Promise<Report> {
  const ended = new AbortController();
  const gone = once(child, 'exit', { signal: ended.signal }).then(([code, signal]) => {
    throw new Error(`${child.spawnfile} ended with ${code ?? signal} and had not answered`);
  });
  try {
    const [report] = await Promise.race([once(child, 'message', { signal: ended.signal }), gone]);
    return report as Report;
  } finally {
    ended.abort();
    // The one that lost the race ends with the signal.
    gone.catch(() => undefined);
  }
}
