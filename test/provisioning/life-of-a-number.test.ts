import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DEFAULT_ACCOUNT, startTwilioSim } from '../../sim/twilio/sim.ts';
import { createTwilioSdk } from '../../src/platform/twilio/sdk.ts';
import type { Schemas } from '../../src/provisioning/contract.gen.ts';
import { openApiDir } from '../support/openapi.ts';
import { fakePort, type OpenPort, runProvisioning, twilioPort } from './running-service.ts';

// What a platform does with a number from beginning to end, over HTTP, on both ports.

const FIRST = {
  smsWebhookUrl: 'https://hooks.example.com/sms',
  voiceUrl: 'https://hooks.example.com/voice',
  statusCallbackUrl: 'https://hooks.example.com/status',
};
const SECOND = {
  smsWebhookUrl: 'https://hooks.example.com/v2/sms',
  voiceUrl: 'https://hooks.example.com/v2',
};

/** `look`: what somebody else sees at the provider, or undefined when the number is not there. */
async function live(
  t: TestContext,
  port: OpenPort,
  look?: (sid: string) => Promise<Partial<Record<string, string>> | undefined>,
): Promise<void> {
  const { ask } = await runProvisioning(t, { port });
  const found = await ask<Schemas['Availability']>(
    'GET',
    '/availability?areaCode=415&sms=true&voice=true&limit=3',
  );
  assert.equal(found.status, 200);
  assert.equal(found.body.candidates.length, 3);

  const order = { areaCode: '415', webhooks: FIRST };
  const planned = await ask<Schemas['Plan']>('POST', '/numbers', { body: { ...order, dryRun: true } });
  assert.deepEqual(
    planned.body.plan.map(({ op }) => op),
    ['purchase', 'configureMessaging', 'configureVoice'],
  );
  const bought = await ask<Schemas['ConfiguredNumber']>('POST', '/numbers', { body: order, key: 'k1' });
  assert.equal(bought.status, 201, JSON.stringify(bought.body));
  const { sid, e164 } = bought.body;
  assert.match(e164, /^\+1415\d{7}$/);
  if (look) {
    assert.deepEqual(await look(sid), {
      phoneNumber: e164,
      smsUrl: FIRST.smsWebhookUrl,
      voiceUrl: FIRST.voiceUrl,
      statusCallback: FIRST.statusCallbackUrl,
    });
  }
  const again = await ask<Schemas['ConfiguredNumber']>('POST', '/numbers', { body: order, key: 'k1' });
  assert.deepEqual(again.body, bought.body);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');

  const read = await ask<Schemas['NumberState']>('GET', `/numbers/${sid}`);
  assert.deepEqual(read.body.webhooks, FIRST);
  const changed = await ask<Schemas['NumberState']>('PUT', `/numbers/${sid}/webhooks`, { body: SECOND });
  assert.deepEqual(changed.body.webhooks, SECOND);
  // What is absent is cleared.
  assert.deepEqual((await ask<Schemas['NumberState']>('GET', `/numbers/${sid}`)).body.webhooks, SECOND);
  if (look) assert.equal((await look(sid))?.statusCallback, '');

  for (const key of ['d1', 'd1', 'd2']) {
    const released = await ask<Schemas['ReleasedNumber']>('DELETE', `/numbers/${sid}`, { key });
    assert.deepEqual([released.status, released.body.released], [200, true]);
  }
  assert.equal((await ask('GET', `/numbers/${sid}`)).status, 404);
  if (look) assert.equal(await look(sid), undefined);
}

test('a number is found, bought, rewired and released on the fake port', (t) => live(t, fakePort));

test('the same at the simulator, and the official SDK reads back what was written', async (t) => {
  const sim = await startTwilioSim({ ...(openApiDir && { openApiDir }) });
  t.after(sim.close);
  const sdk = createTwilioSdk(
    { accountSid: DEFAULT_ACCOUNT.sid, username: DEFAULT_ACCOUNT.sid, password: DEFAULT_ACCOUNT.token },
    async ({ url, method, headers, body }) => {
      const { pathname, search } = new URL(url);
      const response = await fetch(sim.url + pathname + search, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      if (!response.ok) throw new Error(String(response.status));
      return { status: response.status, body: Object(await response.json()) };
    },
  );
  await live(t, twilioPort(sim.url), async (sid) => {
    try {
      const { phoneNumber, smsUrl, voiceUrl, statusCallback } = await sdk.incomingPhoneNumbers(sid).fetch();
      return { phoneNumber, smsUrl, voiceUrl, statusCallback };
    } catch (error) {
      if (error instanceof Error && error.message === '404') return undefined;
      throw error;
    }
  });
  const { contractViolations, answerFaults } = sim.control.counts();
  assert.deepEqual([contractViolations, answerFaults], [0, 0]);
  if (!openApiDir) t.diagnostic('calls were not held to OpenAPI files of the provider: there are none here');
});
