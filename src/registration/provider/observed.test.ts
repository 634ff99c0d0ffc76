import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '#kernel/outcome.ts';
import type { Provider } from '../ports.ts';
import { createFakeProvider } from './fake/fake-provider.ts';
import { observed } from './observed.ts';

const fake = createFakeProvider({ clock: { now: () => new Date(0) }, approvalDelayMs: 0, seed: 1 });
const pass = {
  signal: new AbortController().signal,
  effects: { ensure: async () => ok(undefined as never) },
};
const BRAND = { resource: 'brand', refs: {} } as const;

test('a provider that never answers is an unknown outcome after the deadline, not a hang', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const calls: string[] = [];
  const hanging: Provider = { ...fake, pollStatus: () => new Promise(() => {}) };
  const watched = observed(hanging, {
    providerCall: (method, outcome) => void calls.push(`${method} ${outcome}`),
  });
  const answer = watched.pollStatus(BRAND, pass);
  t.mock.timers.tick(8_000);
  assert.equal((await answer).kind, 'unknown');
  assert.deepEqual(calls, ['pollStatus unknown']);
});

test('every call is counted under the name of its method', async () => {
  const calls: string[] = [];
  const watched = observed(fake, { providerCall: (method) => void calls.push(method) });
  await watched.pollStatus(BRAND, pass);
  assert.deepEqual(calls, ['pollStatus']);
});

test('what a submission requires is asked of the provider without a call', () => {
  const fields = [{ field: 'industry', message: 'is required' }];
  const demanding: Provider = { ...fake, brandFaults: () => fields };
  const watched = observed(demanding, { providerCall: () => assert.fail('no call was to be made') });
  assert.deepEqual(watched.brandFaults({} as never), fields);
});
