import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProviderObject } from '../../ports.ts';
import { memoryEffects, movedClock } from './memory-effects.test-support.ts';
import { memoryTwilio } from './memory-twilio.test-support.ts';
import { POLICIES } from './options.ts';
import { createTwilioProvider } from './twilio-provider.ts';

test('what was never made is gone, of whichever kind, and asking makes nothing', async () => {
  const clock = movedClock();
  const { world, calls } = memoryTwilio(clock);
  const provider = createTwilioProvider({
    calls,
    clock,
    options: {
      primaryProfileSid: 'BU0',
      notifyEmail: 'compliance@platform.example',
      vetting: 'low-volume',
      recreateCampaigns: false,
      mock: false,
      policies: POLICIES,
    },
    registrations: { of: async () => undefined },
  });
  const pass = { signal: new AbortController().signal, effects: memoryEffects(clock) };
  const objects: readonly ProviderObject[] = [
    { resource: 'brand', refs: {} },
    { resource: 'campaign', refs: {} },
    { resource: 'binding', refs: {}, e164: '+15005550006' },
  ];
  for (const object of objects) {
    const outcome = await provider.pollStatus(object, pass);
    assert.equal(outcome.kind === 'ok' && outcome.value.state, 'gone', object.resource);
  }
  assert.deepEqual(world.calls, []);
});
