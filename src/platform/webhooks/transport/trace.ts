import type { IncomingHttpHeaders } from 'node:http';
import { RESPONSE_WINDOW_BYTES, responseText } from './response-text.ts';

/** How long the parts of an attempt took, in whole milliseconds; absent when a part was not ended or not needed. */
export interface Phases {
  readonly dnsMs?: number;
  /** TCP alone. */
  readonly connectMs?: number;
  readonly tlsMs?: number;
  /** From when the connection was there to the first byte of the answer. */
  readonly firstByteMs?: number;
  readonly totalMs: number;
}

/** Where an attempt that failed ended; `request` until the first byte of the answer, `response` from there. */
export type Stage = 'dns' | 'connect' | 'tls' | 'request' | 'response';

/** What is known of an attempt, for the delivery log. */
export interface Exchange {
  readonly phases: Phases;
  readonly stage?: Stage;
  /** The IP address that the socket was opened to. */
  readonly address?: string;
  readonly status?: number;
  /** What the receiver wrote, made safe to keep and to show (response-text.ts). */
  readonly response?: string;
}

/** The answer as far as it has come. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Its first RESPONSE_WINDOW_BYTES. */
  readonly start: Buffer[];
  bytes: number;
}

/** What is learnt on the way, so that an attempt that is cut short can still say how far it came. */
export interface Trace {
  stage: Stage;
  address?: string;
  answer?: Answer;
  /**
   * Ends the stage before it and begins this one.
   * @param timed whether the stage that ends did happen, and its time means what its phase says.
   */
  enter(stage: Stage, timed?: boolean): void;
  exchange(result: 'delivered' | 'failed'): Exchange;
}

const PHASE = { dns: 'dnsMs', connect: 'connectMs', tls: 'tlsMs', request: 'firstByteMs' } as const;

/** Begins the trace of an attempt, at its first stage. */
export function startTrace(): Trace {
  const startedAt = performance.now();
  let enteredAt = startedAt;
  const phases: { -readonly [phase in keyof Phases]?: number } = {};
  const trace: Trace = {
    stage: 'dns',
    enter(stage, timed = true) {
      const now = performance.now();
      if (timed && trace.stage !== 'response') phases[PHASE[trace.stage]] = Math.round(now - enteredAt);
      trace.stage = stage;
      enteredAt = now;
    },
    exchange(result) {
      const response = trace.answer ? textOf(trace.answer) : '';
      return {
        phases: { ...phases, totalMs: Math.round(performance.now() - startedAt) },
        ...(result === 'failed' ? { stage: trace.stage } : {}),
        ...(trace.address === undefined ? {} : { address: trace.address }),
        ...(trace.answer === undefined ? {} : { status: trace.answer.status }),
        ...(response === '' ? {} : { response }),
      };
    },
  };
  return trace;
}

/** Nothing of a body in another coding: it is not unpacked (a small one may hold gigabytes), and says nothing as it is. */
function textOf({ headers, start, bytes }: Answer): string {
  const coding = headers['content-encoding'] ?? 'identity';
  if (bytes === 0 || coding !== 'identity') return '';
  return responseText(Buffer.concat(start), bytes > RESPONSE_WINDOW_BYTES);
}
