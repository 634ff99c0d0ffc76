import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { type Caller, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import {
  attachedNumber,
  draftBrand,
  draftCampaign,
  fieldsOf,
  newNumber,
  phaseOf,
  submittedBrand,
  submittedCampaign,
  wholeStory,
} from './stories.ts';

type Binding = Schemas['NumberBinding'];

const draftOf = async (tenant: Caller, taxId = '12-3456789') =>
  draftCampaign(tenant, await draftBrand(tenant, { taxId }));

eachDatabase('numbers', (open) => {
  const app = useApp(open);

  test('attaching answers 202 REQUESTED at once, and the number is VERIFIED once its campaign is ACTIVE (R29)', async () => {
    const a = await app().tenant();
    const campaignId = await submittedCampaign(a, await submittedBrand(a));
    const e164 = newNumber();
    const { status, body } = await a.call<Schemas['AttachedNumber']>('POST', '/numbers:attach', {
      campaignId,
      e164,
    });
    assert.equal(status, 202);
    assert.deepEqual([body.e164, body.campaignId, body.status.phase], [e164, campaignId, 'REQUESTED']);
    await app().settle();
    for (const path of [`/numbers/${e164}`, `/numbers/${encodeURIComponent(e164)}`]) {
      const read = await a.call<Binding>('GET', path);
      assert.deepEqual([read.body.campaignId, read.body.status.phase], [campaignId, 'VERIFIED']);
    }
  });

  test('a live number is attached once: the 409 says whether it is where it was asked for (C25)', async () => {
    const a = await app().tenant();
    const here = await draftOf(a);
    const there = await draftOf(a, '12-0000002');
    const e164 = await attachedNumber(a, here);
    const attach = async (campaignId: string) => {
      const { status, body } = await a.call('POST', '/numbers:attach', { campaignId, e164 });
      const { correlationId, ...details } = body.error.details;
      return [status, details];
    };
    assert.deepEqual(await attach(here), [409, { sameCampaign: true, phase: 'REQUESTED' }]);
    assert.deepEqual(await attach(there), [409, { sameCampaign: false, phase: 'REQUESTED' }]);
  });

  test('a number that another tenant holds is refused, and the answer reveals nothing of him (C2)', async () => {
    const [a, b] = [await app().tenant(), await app().tenant()];
    const e164 = await attachedNumber(a, await draftOf(a));
    const campaignId = await draftOf(b);
    const refused = await b.call('POST', '/numbers:attach', { campaignId, e164 });
    assert.deepEqual([refused.status, refused.body.error.code], [409, 'ConflictError']);
    assert.deepEqual(Object.keys(refused.body.error.details), ['correlationId']);
    assert.ok(!refused.text.includes(a.tenantId));
    for (const [method, path, body] of [
      ['GET', `/numbers/${e164}`, undefined],
      ['POST', '/numbers:detach', { e164 }],
    ] as const) {
      assert.equal((await b.call(method, path, body)).status, 404, 'as if there were none');
    }
    assert.equal(await phaseOf(a, `/numbers/${e164}`), 'REQUESTED');
    await a.call('POST', '/numbers:detach', { e164 });
    assert.equal((await b.call('POST', '/numbers:attach', { campaignId, e164 })).status, 202, 'it is free');
    assert.equal((await a.call<Binding>('GET', `/numbers/${e164}`)).body.status.phase, 'DETACHED');
  });

  test('detaching frees the number at once, is told twice alike, and the provider follows (C24, R30)', async () => {
    const a = await app().tenant();
    const { campaignId, e164 } = await wholeStory(app(), a);
    const detach = () => a.call<Schemas['DetachedNumber']>('POST', '/numbers:detach', { e164 });
    const first = await detach();
    assert.deepEqual([first.status, first.body.e164, first.body.status.phase], [200, e164, 'DETACHED']);
    const outOfPool = ({ conditions }: Schemas['BindingStatus']) =>
      conditions.find(({ type }) => type === 'ProviderDetached')?.status;
    assert.equal(outOfPool(first.body.status), 'False');
    const second = await detach();
    assert.deepEqual([second.status, second.body], [200, first.body]);
    const read = await a.call<Binding>('GET', `/numbers/${e164}`);
    assert.deepEqual([read.body.campaignId, read.body.status.phase], [undefined, 'DETACHED']);
    await app().settle();
    const { body } = await a.call<Binding>('GET', `/numbers/${e164}`);
    assert.equal(outOfPool(body.status), 'True');
    assert.equal(await phaseOf(a, `/campaigns/${campaignId}`), 'ACTIVE');
  });

  test('a detached number is attached again, to any campaign, and is verified anew (R101)', async () => {
    const a = await app().tenant();
    const { campaignId, e164 } = await wholeStory(app(), a);
    for (let time = 0; time < 2; time++) {
      await a.call('POST', '/numbers:detach', { e164 });
      const again = await a.call<Schemas['AttachedNumber']>('POST', '/numbers:attach', { campaignId, e164 });
      assert.deepEqual([again.status, again.body.status.phase], [202, 'REQUESTED']);
      await app().settle();
      assert.equal(await phaseOf(a, `/numbers/${e164}`), 'VERIFIED');
    }
    const all = await a.call<Schemas['NumberList']>('GET', `/numbers?campaignId=${campaignId}`);
    assert.deepEqual(
      all.body.items.map(({ status }) => status.phase),
      ['VERIFIED', 'DETACHED', 'DETACHED'],
    );
  });

  test('a number that the provider does not have ends FAILED, with its reason, and may be tried again (C27)', async () => {
    const a = await app().tenant();
    const campaignId = await submittedCampaign(a, await submittedBrand(a));
    const e164 = await attachedNumber(a, campaignId, '+15005550001');
    await app().settle();
    const failed = await a.call<Binding>('GET', `/numbers/${e164}`);
    assert.equal(failed.body.status.phase, 'FAILED');
    const why = failed.body.status.conditions.find(({ reason }) => reason === 'NumberUnavailable');
    assert.deepEqual([why?.status, why?.field, why?.actor], ['False', 'e164', 'tenant']);
    assert.equal((await a.call('POST', '/numbers:attach', { campaignId, e164 })).status, 202);
    assert.equal((await a.call('POST', '/numbers:detach', { e164 })).status, 200);
  });

  test('a number that is none, or none of the US, is refused with its field (R35)', async () => {
    const a = await app().tenant();
    const campaignId = await draftOf(a);
    for (const e164 of ['2025550123', '+1202555', '+442079460000', '+1 202 555 0123', '']) {
      const { status, body } = await a.call('POST', '/numbers:attach', { campaignId, e164 });
      assert.deepEqual([status, fieldsOf(body)], [422, ['e164']], e164);
    }
    const read = await a.call('GET', '/numbers/2025550123');
    assert.deepEqual([read.status, fieldsOf(read.body)], [422, ['path.e164']]);
    const missing = await a.call('POST', '/numbers:attach', {});
    assert.deepEqual(fieldsOf(missing.body).sort(), ['campaignId', 'e164']);
  });
});
