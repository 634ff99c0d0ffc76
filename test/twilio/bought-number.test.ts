import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schemas } from '../../src/provisioning/contract.gen.ts';
import { runProvisioning, twilioPort } from '../provisioning/running-service.ts';
import { onPostgres } from '../support/database.ts';
import { within } from './business.ts';

// C49: registration puts a number into a messaging service, which would take its messages away from the webhooks
// that provisioning has set, did the service not leave them to the number.

const WEBHOOKS = {
  smsWebhookUrl: 'https://hooks.example.com/sms',
  voiceUrl: 'https://hooks.example.com/voice',
};
const MOVED = { smsWebhookUrl: 'https://hooks.example.com/v2/sms', voiceUrl: WEBHOOKS.voiceUrl };
const ORDER = { areaCode: '415', webhooks: WEBHOOKS };

onPostgres('a number that is bought here and registered there', (open) => {
  test('rings what provisioning has set: before it is attached, while it is in use, and after', async (t) => {
    await within(open, { sim: { ownAskedNumbers: false } }, async ({ twilio, world, ...business }) => {
      const { sim } = twilio;
      const { ask } = await runProvisioning(t, { port: twilioPort(sim.url) });
      const { body } = await ask<Schemas['ConfiguredNumber']>('POST', '/numbers', { body: ORDER, key: 'k' });
      const { e164, sid } = body;
      const rings = () => [sim.control.inbound(e164, 'sms')?.url, sim.control.inbound(e164, 'call')?.url];
      assert.deepEqual(rings(), [WEBHOOKS.smsWebhookUrl, WEBHOOKS.voiceUrl]);

      await business.brand();
      await business.brandUntil('VETTED');
      await business.campaign();
      await business.campaignUntil('ACTIVE');
      await world.requestedNumber(e164, 'bind_1', 'camp_1');
      for (let round = 0; (await world.binding('bind_1'))?.phase !== 'VERIFIED'; round += 1) {
        assert.ok(round < 12, (await world.binding('bind_1'))?.phase);
        await business.idle();
        await twilio.advance(35_000);
      }
      assert.equal(sim.control.objects('serviceNumbers').length, 1);
      assert.deepEqual(rings(), [WEBHOOKS.smsWebhookUrl, WEBHOOKS.voiceUrl]);

      const put = await ask('PUT', `/numbers/${sid}/webhooks`, { body: MOVED });
      assert.equal(put.status, 200);
      assert.deepEqual(rings(), [MOVED.smsWebhookUrl, MOVED.voiceUrl]);
    })();
  });
});
