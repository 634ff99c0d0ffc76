import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { TwilioCalls } from './calls.ts';
import { ACCOUNT, type Answered, type Asked, provided } from './server.test-support.ts';

export const CORE = `/2010-04-01/Accounts/${ACCOUNT}`;
export const TRUSTHUB = '/trusthub/v1';
export const MESSAGING = '/messaging/v1';
export const EVENTS = '/events/v1';

export interface Row {
  readonly call: (calls: TwilioCalls) => Promise<unknown>;
  readonly request: string;
  /** Form of a POST. */
  readonly form?: readonly (readonly string[])[];
  readonly answer: NonNullable<Answered>;
  readonly value?: unknown;
}

/** Makes each call against a server with its answer, and compares what it asked for and what it made of it. */
export async function checkRows(t: TestContext, rows: readonly Row[]): Promise<void> {
  for (const row of rows) {
    const { calls, seen } = await provided(t, () => row.answer);
    const outcome = await row.call(calls);
    assert.deepEqual(outcome, { kind: 'ok', value: row.value }, row.request);
    const [asked, ...more] = seen;
    assert.equal(more.length, 0, row.request);
    assert.equal(asked && requestOf(asked), row.request);
    assert.deepEqual(sorted([...(asked?.form ?? [])]), sorted(row.form ?? []), row.request);
    assert.ok(!row.form || asked?.request.headers['content-type'] === 'application/x-www-form-urlencoded');
  }
}

function requestOf({ method, path, query }: Asked): string {
  return `${method} ${path.replace(/^\/base/, '')}${query.size > 0 ? `?${query}` : ''}`;
}

/** By name; the values of one name keep their order. */
const sorted = (pairs: readonly (readonly string[])[]) =>
  pairs
    .toSorted(([a = ''], [b = '']) => (a < b ? -1 : Number(a > b)))
    .map(([name, value]) => `${name}=${value}`);

export function omit<T extends object, K extends keyof T>(from: T, name: K): Omit<T, K> {
  const { [name]: _, ...rest } = from;
  return rest;
}
