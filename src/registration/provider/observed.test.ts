import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok, unknown } from '#kernel/outcome.ts';
import { recorded } from '#platform/telemetry/recorded.test-support.ts';
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

test('a call is a span with the id that the provider knows the object by, and what came of it', async () => {
  const silent: Provider = { ...fake, detachNumber: async () => unknown('the line was cut') };
  const watched = observed(silent, { providerCall: () => {} });
  const refs = { messagingServiceId: 'MG1' };
  const number = { tenantId: 'ten_1', bindingId: 'bind_1', campaignId: 'camp_1', e164: '+12065550100' };
  const [look, detach] = await recorded(async () => {
    await watched.pollStatus({ resource: 'campaign', refs: { ...refs, providerCampaignId: 'QE1' } }, pass);
    await watched.detachNumber({ ...number, ...refs, externalRefs: refs }, pass);
  });
  assert.equal(look?.name, 'provider.pollStatus');
  assert.deepEqual(look?.attributes, { providerRef: 'QE1', outcome: 'ok' });
  assert.equal(detach?.name, 'provider.detachNumber');
  assert.deepEqual(detach?.attributes, { providerRef: 'MG1', outcome: 'unknown', 'error.type': 'unknown' });
});
