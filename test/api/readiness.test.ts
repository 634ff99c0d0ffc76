import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { type Caller, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { APPROVAL_DELAY_MS } from '../support/world.ts';
import {
  attachedNumber,
  draftBrand,
  draftCampaign,
  submittedBrand,
  submittedCampaign,
  wholeStory,
} from './stories.ts';

eachDatabase('readiness', (open) => {
  const app = useApp(open);

  /** Blockers as `resource reason actor`, in order. */
  async function blockersOf(tenant: Caller, campaignId: string): Promise<string[]> {
    const { status, body } = await tenant.call<Schemas['Readiness']>(
      'GET',
      `/campaigns/${campaignId}/readiness`,
    );
    assert.equal(status, 200);
    assert.equal(body.ready, body.blockers.length === 0);
    assert.equal(body.campaign.campaignId, campaignId);
    for (const { since } of body.blockers) assert.ok(Date.parse(since) <= app().clock.current().getTime());
    return body.blockers.map(({ resource, reason, actor }) => `${resource} ${reason} ${actor}`);
  }

  test('from drafts to A2PReady each answer says what is missing and who has to act', async () => {
    const a = await app().tenant();
    const brandId = await draftBrand(a);
    const campaignId = await draftCampaign(a, brandId);
    const blockers = () => blockersOf(a, campaignId);
    assert.deepEqual(await blockers(), [
      'brand NotSubmitted tenant',
      'campaign NotSubmitted tenant',
      'number NoNumber tenant',
    ]);
    await a.call('POST', `/campaigns/${campaignId}:submit`);
    assert.deepEqual(await blockers(), [
      'brand NotSubmitted tenant',
      'campaign BrandNotVetted tenant',
      'number NoNumber tenant',
    ]);
    const e164 = await attachedNumber(a, campaignId);
    await a.call('POST', `/brands/${brandId}:submit`);
    assert.deepEqual(await blockers(), [
      'brand AwaitingProvider provider',
      'campaign BrandNotVetted provider',
      'number CampaignNotActive provider',
    ]);
    await app().settle();
    const { body } = await a.call<Schemas['Readiness']>('GET', `/campaigns/${campaignId}/readiness`);
    assert.deepEqual([body.ready, body.blockers], [true, []]);
    assert.deepEqual(
      [
        body.brand.status.phase,
        body.campaign.status.phase,
        body.numbers.map((n) => [n.e164, n.status.phase]),
      ],
      ['VETTED', 'ACTIVE', [[e164, 'VERIFIED']]],
    );
    await a.call('POST', '/numbers:detach', { e164 });
    const gone = await a.call<Schemas['Readiness']>('GET', `/campaigns/${campaignId}/readiness`);
    assert.deepEqual([gone.body.ready, gone.body.numbers], [false, []]);
    assert.deepEqual(await blockers(), ['number NoNumber tenant']);
  });

  test('what was rejected is for the tenant to mend', async () => {
    const a = await app().tenant();
    const brandId = await submittedBrand(a, { taxId: '99-0000001', legalName: 'Rosa' });
    const campaignId = await submittedCampaign(a, brandId);
    await app().settle();
    assert.deepEqual(await blockersOf(a, campaignId), [
      'brand TaxIdMismatch tenant',
      'campaign BrandNotVetted tenant',
      'number NoNumber tenant',
    ]);
    const campaign = { optInDescription: 'sim:reject Callers agree.' };
    const rejected = await wholeStory(app(), a, { campaign });
    assert.deepEqual(await blockersOf(a, rejected.campaignId), [
      'campaign OptInInsufficient tenant',
      'number CampaignNotActive tenant',
    ]);
  });

  test('a brand that stays pending is for the provider to act on', async () => {
    const a = await app().tenant();
    const campaignId = await submittedCampaign(a, await submittedBrand(a, { taxId: '99-0000002' }));
    await app().settle();
    const [brand] = await blockersOf(a, campaignId);
    assert.equal(brand, 'brand AwaitingProvider provider');
  });

  test('a suspended campaign is for the operator', async () => {
    const a = await app().tenant();
    const campaign = { optInDescription: 'sim:suspend Callers agree.' };
    const { campaignId } = await wholeStory(app(), a, { campaign });
    app().clock.advance(20 * APPROVAL_DELAY_MS);
    await app().settle();
    assert.deepEqual(await blockersOf(a, campaignId), ['campaign CarrierSuspended operator']);
  });

  test('a second campaign that waits for the slot is for the tenant', async () => {
    const a = await app().tenant();
    const brandId = await submittedBrand(a);
    const first = await submittedCampaign(a, brandId);
    const second = await submittedCampaign(a, brandId);
    await app().settle();
    const reasons = [...(await blockersOf(a, first)), ...(await blockersOf(a, second))];
    assert.ok(reasons.includes('campaign AnotherCampaignActive tenant'), reasons.join('; '));
  });

  test('a number that failed is for the tenant; one that the carriers have yet to confirm for the provider', async () => {
    const a = await app().tenant();
    const campaignId = await submittedCampaign(a, await submittedBrand(a));
    await attachedNumber(a, campaignId, '+15005550001');
    await attachedNumber(a, campaignId, '+15005550002');
    await app().settle();
    assert.deepEqual(await blockersOf(a, campaignId), [
      'number NumberUnavailable tenant',
      'number AwaitingCarrier provider',
    ]);
    await attachedNumber(a, campaignId);
    await app().settle();
    assert.deepEqual(await blockersOf(a, campaignId), [], 'one verified number is enough');
  });
});
