import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRegistrationGuard } from '../../src/provisioning/guard/registration-guard.ts';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { createApp, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { attachedNumber, submittedBrand, submittedCampaign, wholeStory } from './stories.ts';

const GUARD_TOKEN = 'release-guard-of-a-test';

eachDatabase('what the provisioning service asks before it releases a number (C52)', (open) => {
  const app = useApp(open, { releaseGuardToken: GUARD_TOKEN });
  const ask = <T = Schemas['NumberHold']>(e164: string, authorization = `Bearer ${GUARD_TOKEN}`) =>
    app().send<T>({
      method: 'GET',
      url: `/internal/number-holds/${e164}`,
      headers: authorization === '' ? {} : { authorization },
    });

  test('a number is held while it is bound, then while its pool is cleared, and then free', async () => {
    const a = await app().tenant();
    const { e164 } = await wholeStory(app(), a);
    const bound = await ask(e164);
    assert.deepEqual([bound.status, bound.body.held, bound.body.reason], [200, true, 'NumberBound']);
    const service = bound.body.messagingServiceSid;
    assert.ok(service);

    await a.call('POST', '/numbers:detach', { e164 });
    const detaching = (await ask(encodeURIComponent(e164))).body;
    assert.deepEqual([detaching.held, detaching.reason], [true, 'NumberDetaching']);
    await app().settle();
    assert.deepEqual((await ask(e164)).body, { e164, held: false, messagingServiceSid: service });
  });

  test('a number that has moved is held for whoever has it now, and says where it is now', async () => {
    const [a, b] = [await app().tenant(), await app().tenant()];
    const { e164 } = await wholeStory(app(), a);
    const before = (await ask(e164)).body.messagingServiceSid;
    await a.call('POST', '/numbers:detach', { e164 });
    await app().settle();
    const campaignId = await submittedCampaign(b, await submittedBrand(b));
    await attachedNumber(b, campaignId, e164);
    const waiting = (await ask(e164)).body;
    assert.deepEqual([waiting.reason, waiting.messagingServiceSid], ['NumberBound', before]);
    await app().settle();
    const { reason, messagingServiceSid } = (await ask(e164)).body;
    assert.equal(reason, 'NumberBound');
    assert.notEqual(messagingServiceSid, before);
  });

  test('the answer reveals nothing of the tenant, his campaign or his binding', async () => {
    const a = await app().tenant();
    const { e164, campaignId, brandId } = await wholeStory(app(), a);
    const { text, body } = await ask(e164);
    assert.deepEqual(Object.keys(body).sort(), ['e164', 'held', 'message', 'messagingServiceSid', 'reason']);
    for (const id of [a.tenantId, campaignId, brandId, 'bind_']) assert.ok(!text.includes(id), id);
  });

  test('only the guard’s own token is taken: no tenant’s, none that is nearly it, none at all', async () => {
    const a = await app().tenant();
    const wrong = [`Bearer ${a.token}`, `Bearer ${GUARD_TOKEN}x`, `Basic ${GUARD_TOKEN}`, 'Bearer', ''];
    for (const authorization of wrong) {
      const { status, headers, body } = await ask<Schemas['Error']>('+12025550123', authorization);
      assert.deepEqual([status, body.error.code], [401, 'Unauthorized'], authorization);
      assert.match(String(headers['www-authenticate']), /^Bearer/);
    }
    assert.equal((await ask('+12025550123', `bearer  ${GUARD_TOKEN}`)).status, 200);
    const elsewhere = await a.call('GET', '/brands', undefined, { authorization: `Bearer ${GUARD_TOKEN}` });
    assert.equal(elsewhere.status, 401, 'nor does it open anything else');
  });

  test('what is no number is a 422, and a stranger is not even told that', async () => {
    const { status, body } = await ask<Schemas['Error']>('2025550123');
    assert.equal(status, 422);
    assert.equal(body.error.details.fields?.[0]?.field, 'path.e164');
    assert.equal((await ask('2025550123', '')).status, 401);
  });

  test('the guard of the provisioning service understands each answer', async () => {
    const a = await app().tenant();
    const { e164 } = await wholeStory(app(), a);
    const url = await app().registration.app.listen({ host: '127.0.0.1', port: 0 });
    const scope = { signal: AbortSignal.timeout(10_000), correlationId: 'corr-1' };
    const guard = createRegistrationGuard({ url, token: GUARD_TOKEN });
    const stranger = createRegistrationGuard({ url, token: a.token });
    const asked = async () => {
      const answer = await guard.ask(e164, scope);
      return 'reason' in answer ? [answer.kind, answer.reason] : [answer.kind];
    };
    assert.deepEqual(await asked(), ['held', 'NumberBound']);
    await a.call('POST', '/numbers:detach', { e164 });
    assert.deepEqual(await asked(), ['held', 'NumberDetaching']);
    await app().settle();
    assert.deepEqual(await asked(), ['free']);
    assert.equal((await stranger.ask(e164, scope)).kind, 'unknown');
    await Promise.all([guard.close(), stranger.close()]);
  });

  test('without the setting nobody can ask: there is nothing at the address', async () => {
    const without = await createApp(app().db.database);
    const response = await without.registration.app.inject({
      url: '/internal/number-holds/+12025550123',
      headers: { authorization: `Bearer ${GUARD_TOKEN}` },
    });
    assert.equal(response.statusCode, 404);
    await without.close();
  });
});
