import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** A write as its client saw it. Times are of `performance.now()`, which no clock jump moves. */
export interface Write {
  /** `id` of the client that sent it. */
  readonly client: string;
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
  readonly beganMs: number;
  readonly answeredMs: number;
  /** Requests sent for it. */
  readonly tries: number;
}

export interface WriteLog {
  /** Answered with 2xx: from then on it must hold. */
  readonly acknowledged: Write[];
  /** Answered with what no fault excuses, or not answered in time; a line each. */
  readonly failed: string[];
}

export type Client = ReturnType<typeof createClient>;

/** As long as a purchase may take (25 s), and then some for the way. */
const REQUEST_DEADLINE_MS = 10_000;
/** No fault lasts half of it. */
const WRITE_DEADLINE_MS = 120_000;
const PAUSE_LEAST_MS = 50;
const PAUSE_MOST_MS = 1_500;

/**
 * A platform's client: sends a write again, under the same Idempotency-Key and to the next host, until it is answered
 * with something that says it need not.
 * @param options.hosts where the service can be asked now, with the prefix of its paths.
 */
export function createClient(options: {
  readonly id: string;
  readonly token: string;
  readonly hosts: () => readonly string[];
  readonly random: () => number;
  readonly log: WriteLog;
  readonly requestDeadlineMs?: number;
}) {
  const { id, token, hosts, random, log, requestDeadlineMs = REQUEST_DEADLINE_MS } = options;
  let turn = 0;

  const once = async (method: string, path: string, body: unknown, key?: string) => {
    const all = hosts();
    const host = all[turn++ % all.length];
    if (host === undefined) return undefined;
    try {
      const response = await fetch(`${host}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(requestDeadlineMs),
      });
      const text = await response.text();
      const answer: unknown = text === '' ? undefined : JSON.parse(text);
      return { status: response.status, answer, again: response.headers.has('retry-after') };
    } catch {
      // No answer, or half of one: it may have been done.
      return undefined;
    }
  };

  /** Undefined when it was not answered in time. */
  const insist = async (method: string, path: string, body: unknown, key?: string) => {
    const beganMs = performance.now();
    let lastStatus: number | undefined;
    for (let tries = 1; performance.now() - beganMs < WRITE_DEADLINE_MS; tries += 1) {
      const reply = await once(method, path, body, key);
      lastStatus = reply?.status ?? lastStatus;
      // 409 with Retry-After: the first request of the key is still running.
      const isFinal =
        reply && reply.status < 500 && reply.status !== 429 && !(reply.status === 409 && reply.again);
      if (isFinal) {
        const { status, answer } = reply;
        return { status, answer, tries, beganMs, answeredMs: performance.now() };
      }
      const pause = Math.min(PAUSE_LEAST_MS * 2 ** Math.min(tries, 6), PAUSE_MOST_MS);
      await sleep(pause * (0.5 + random() / 2));
    }
    log.failed.push(`${method} ${path} was not answered in time, last with ${lastStatus ?? 'nothing'}`);
    return undefined;
  };

  return {
    id,
    /** One write; undefined when it failed, which is in the log then. `key` sends an earlier one again. */
    async write(method: string, path: string, body?: unknown, key: string = randomUUID()) {
      const reply = await insist(method, path, body, key);
      if (!reply) return undefined;
      if (reply.status >= 400) {
        log.failed.push(
          `${method} ${path} was answered with ${reply.status} ${JSON.stringify(reply.answer)}`,
        );
        return undefined;
      }
      const write: Write = { client: id, key, method, path, body, ...reply };
      log.acknowledged.push(write);
      return write;
    },
    /** The same again, as a client that has lost the answer; it is not logged as another write. */
    repeat: ({ method, path, body, key }: Write) => insist(method, path, body, key),
    /** One read; undefined when nobody answers with 200 now. */
    async look(path: string): Promise<unknown> {
      const reply = await once('GET', path, undefined);
      return reply?.status === 200 ? reply.answer : undefined;
    },
    /** The status and body of a read that is repeated until it is answered. */
    read: (path: string) => insist('GET', path, undefined),
  };
}

/** A member of an answer, as text; empty when it is not there. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  let at = value;
  for (const name of path) at = Object(at)[name];
  return typeof at === 'string' ? at : '';
}
