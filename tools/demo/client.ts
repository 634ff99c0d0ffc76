import type { Schemas } from '../../src/registration/contract.gen.ts';

export interface Answer<T> {
  readonly body: T;
  /** Version of what was answered, for If-Match. */
  readonly etag: string | undefined;
}

export interface Call {
  readonly body?: object;
  /** Sends the body as a merge patch on this version. */
  readonly ifMatch?: string;
  /** One made for this call otherwise. */
  readonly idempotencyKey?: string;
  /** The one status that is right here. */
  readonly expect: number;
}

export interface Client {
  /** One request. Throws UnexpectedAnswer when the status is another than expected, an Error when none comes. */
  call<T>(method: string, path: string, call: Call): Promise<Answer<T>>;
}

/** One line for people: what was asked, how it was answered, and the fields at fault. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * A client of an API as a platform would write it with Node alone.
 * @param base what goes before each path, such as `http://127.0.0.1:8080/v1`.
 */
export function createClient(base: string, token: string, signal: AbortSignal): Client {
  return {
    async call<T>(
      method: string,
      path: string,
      { body, ifMatch, idempotencyKey, expect }: Call,
    ): Promise<Answer<T>> {
      const key = idempotencyKey ?? (method === 'POST' ? crypto.randomUUID() : undefined);
      const response = await send(`${base}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...(ifMatch === undefined
            ? {}
            : { 'content-type': 'application/merge-patch+json', 'if-match': ifMatch }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
      });
      const text = await response.text();
      if (response.status !== expect) {
        const answer = `was answered with ${response.status}, not ${expect}: ${errorLine(text)}`;
        throw new UnexpectedAnswer(response.status, `${method} ${path} ${answer}`);
      }
      return {
        body: text === '' ? undefined : JSON.parse(text),
        etag: response.headers.get('etag') ?? undefined,
      };
    },
  };
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    // fetch says no more than "fetch failed"; its cause says why.
    const cause = error instanceof TypeError && error.cause instanceof Error ? error.cause : undefined;
    if (cause) throw new Error(`${new URL(url).origin} does not answer: ${cause.message}`);
    throw error;
  }
}

/** Code, message and the fields at fault, from the error envelope. */
function errorLine(text: string): string {
  try {
    const answer: Schemas['Error'] | Schemas['Error']['error'] = JSON.parse(text);
    // Each service has its own envelope.
    const error = 'error' in answer ? answer.error : answer;
    const fields = error.details?.fields?.map(({ field, message }) => `${field} ${message}`) ?? [];
    return [`${error.code}, ${error.message}`, ...fields].join('; ');
  } catch {
    return text.slice(0, 200) || 'without a body';
  }
}
