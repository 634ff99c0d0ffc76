import type { TestContext } from 'node:test';
import { isObject, objectOf } from './json.ts';
import { DEFAULT_ACCOUNT, type SimOptions, startTwilioSim, type TwilioSim } from './sim.ts';

export const ACCOUNT = DEFAULT_ACCOUNT;
export const API = `/2010-04-01/Accounts/${ACCOUNT.sid}`;

/** A simulator that ends with its test. */
export async function simFor(t: TestContext, options: SimOptions = {}): Promise<TwilioSim> {
  const sim = await startTwilioSim(options);
  t.after(() => sim.close());
  return sim;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

interface CallOptions {
  readonly form?: Readonly<Record<string, string>> | URLSearchParams;
  readonly json?: unknown;
  readonly user?: string;
  readonly password?: string;
  readonly timeoutMs?: number;
}

/** One call with Basic auth of the default account. Throws when no answer comes. */
export async function call(
  sim: TwilioSim,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const { user = ACCOUNT.sid, password = ACCOUNT.token, form, json, timeoutMs = 5000 } = options;
  const headers = new Headers({
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  });
  if (json !== undefined) headers.set('content-type', 'application/json');
  const body = json === undefined ? form && new URLSearchParams(form) : JSON.stringify(json);
  const url = path.startsWith('http') ? path : sim.url + path;
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { method, headers, signal, ...(body !== undefined && { body }) });
  const text = await response.text();
  const parsed: unknown = text === '' ? {} : JSON.parse(text);
  return { status: response.status, body: objectOf(parsed), headers: response.headers };
}

/** Buys a number of an area code and answers its resource. */
export async function buy(sim: TwilioSim, form: Readonly<Record<string, string>>): Promise<Answer> {
  return call(sim, 'POST', `${API}/IncomingPhoneNumbers.json`, { form });
}

/** The objects under a key of an answer. */
export function items(answer: Answer, key: string): readonly Readonly<Record<string, unknown>>[] {
  const value = answer.body[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}
