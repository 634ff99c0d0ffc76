import { randomUUID } from 'node:crypto';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

/** A platform's client: repeats a write under one Idempotency-Key until it is answered, on whichever host lives. */
export function createClient(token: string, hosts: () => readonly string[]) {
  let turn = 0;
  return {
    /** One request to the next host; throws when there is no answer. */
    async once<T>(
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer<T>> {
      const all = hosts();
      const host = all[turn++ % all.length];
      const response = await fetch(`${host}/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text ? JSON.parse(text) : undefined,
        headers: response.headers,
      };
    },
    /** Until there is an answer that is no 429 and no 5xx. */
    async surely<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
      const headers = method === 'POST' ? { 'idempotency-key': randomUUID() } : {};
      const until = Date.now() + 60_000;
      for (;;) {
        try {
          const answer = await this.once<T>(method, path, body, headers);
          if (answer.status !== 429 && answer.status < 500) return answer;
        } catch (error) {
          if (Date.now() > until) throw error;
        }
        if (Date.now() > until) throw new Error(`${method} ${path} was not answered in time`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}

/** Asks again and again until the condition holds; throws with `what` when it does not in time. */
export async function eventually(
  what: string,
  ms: number,
  holds: () => Promise<boolean> | boolean,
): Promise<void> {
  const until = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`not in ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
