import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import {
  type Brand,
  type Campaign,
  campaignBody,
  draftBrand,
  draftCampaign,
  fieldsOf,
  phaseOf,
  submittedBrand,
  submittedCampaign,
  wholeStory,
} from './stories.ts';

const conditionOf = (status: Schemas['CampaignStatus'], type: string) =>
  status.conditions.find((condition) => condition.type === type);

eachDatabase('campaigns', (open) => {
  const app = useApp(open);

  test('a new campaign is a DRAFT at its Location, under a brand of any phase (R26, R109)', async () => {
    const a = await app().tenant();
    const brandId = await draftBrand(a);
    const body = campaignBody(brandId, { linkDomains: ['HTTPS://Shop.AlderCreek.com/x', 'aldercreek.com'] });
    const created = await a.call<Campaign>('POST', '/campaigns', body);
    assert.equal(created.status, 201);
    const { campaignId, spec, status } = created.body;
    assert.equal(created.headers.location, `/v1/campaigns/${campaignId}`);
    assert.equal(created.headers.etag, '"1"');
    assert.equal(created.body.brandId, brandId);
    assert.deepEqual(spec.linkDomains, ['shop.aldercreek.com', 'aldercreek.com']);
    assert.equal(spec.useCase, 'CustomerCare.MissedCallRecovery');
    assert.deepEqual([status.phase, status.generation], ['DRAFT', 1]);
    const read = await a.call<Campaign>('GET', `/campaigns/${campaignId}`);
    assert.deepEqual([read.status, read.headers.etag, read.body], [200, '"1"', created.body]);
  });

  test('a 422 lists every rule of compliance that is broken, with its field (R34, R111)', async () => {
    const a = await app().tenant();
    const brandId = await draftBrand(a);
    const refused = await a.call(
      'POST',
      '/campaigns',
      campaignBody(brandId, {
        linkDomains: ['bit.ly', 'elsewhere.com', '127.0.0.1', 'aldercreek.com'],
        sampleMessages: ['See https://another.com/x', 'Fine. Reply STOP to opt out.', 'See tinyurl.com/x'],
        stopHelpText: 'Nonstop helpful service',
        privacyPolicyUrl: 'https://bit.ly/privacy',
        helpMessage: 'See http://10.0.0.1/help',
      }),
    );
    assert.equal(refused.status, 422);
    assert.deepEqual([...new Set(fieldsOf(refused.body))].sort(), [
      'helpMessage',
      'linkDomains[0]',
      'linkDomains[1]',
      'linkDomains[2]',
      'privacyPolicyUrl',
      'sampleMessages[0]',
      'sampleMessages[2]',
      'stopHelpText',
    ]);
    const form = await a.call('POST', '/campaigns', {
      brandId,
      useCase: 'Marketing',
      optInDescription: '',
      sampleMessages: [],
      stopHelpText: 'call us',
      linkDomains: [],
      termsUrl: 'ftp://aldercreek.com',
    });
    assert.deepEqual(fieldsOf(form.body).sort(), [
      'linkDomains',
      'optInDescription',
      'sampleMessages',
      'stopHelpText',
      'termsUrl',
      'useCase',
    ]);
  });

  test('under a brand that is not VETTED a campaign is accepted, waits, says so, and goes on by itself (R76)', async () => {
    const a = await app().tenant();
    const brandId = await draftBrand(a);
    const campaignId = await draftCampaign(a, brandId);
    const submitted = await a.call<Schemas['CampaignState']>('POST', `/campaigns/${campaignId}:submit`);
    assert.deepEqual([submitted.status, submitted.body.status.phase], [202, 'SUBMITTED']);
    const waits = conditionOf(submitted.body.status, 'BrandVetted');
    assert.deepEqual([waits?.status, waits?.reason], ['False', 'BrandNotVetted']);
    await app().settle();
    const still = await a.call<Campaign>('GET', `/campaigns/${campaignId}`);
    assert.deepEqual([still.body.status.phase, still.body.status.observedGeneration], ['SUBMITTED', 0]);
    assert.equal(conditionOf(still.body.status, 'BrandVetted')?.status, 'False');
    await a.call('POST', `/brands/${brandId}:submit`);
    await app().settle();
    const { body } = await a.call<Campaign>('GET', `/campaigns/${campaignId}`);
    assert.equal(body.status.phase, 'ACTIVE');
    assert.equal(conditionOf(body.status, 'BrandVetted')?.status, 'True');
    assert.match(String(body.status.externalRefs.messagingServiceId), /^FM/);
  });

  test('submitting twice, and submitting what is ACTIVE, is a 409 that says where it stands', async () => {
    const a = await app().tenant();
    const brandId = await submittedBrand(a);
    const campaignId = await submittedCampaign(a, brandId);
    const twice = await a.call('POST', `/campaigns/${campaignId}:submit`);
    assert.deepEqual([twice.status, twice.body.error.details.phase], [409, 'SUBMITTED']);
    const edit = await a.call('PATCH', `/campaigns/${campaignId}`, { description: 'late' });
    assert.deepEqual([edit.status, edit.body.error.details.phase], [409, 'SUBMITTED']);
    await app().settle();
    const late = await a.call('POST', `/campaigns/${campaignId}:submit`);
    assert.deepEqual([late.status, late.body.error.details.phase], [409, 'ACTIVE']);
    const lateEdit = await a.call('PATCH', `/campaigns/${campaignId}`, { description: 'late' });
    assert.deepEqual([lateEdit.status, lateEdit.body.error.details.phase], [409, 'ACTIVE']);
  });

  test('while one is ACTIVE a second cannot be submitted; the 409 names the one that is (C16)', async () => {
    const a = await app().tenant();
    const { brandId, campaignId } = await wholeStory(app(), a);
    assert.equal(await phaseOf(a, `/campaigns/${campaignId}`), 'ACTIVE');
    const second = await draftCampaign(a, brandId);
    const refused = await a.call('POST', `/campaigns/${second}:submit`);
    assert.equal(refused.status, 409);
    const { correlationId, ...details } = refused.body.error.details;
    assert.deepEqual(details, { campaignId: second, brandId, activeCampaignId: campaignId });
    assert.equal(await phaseOf(a, `/campaigns/${second}`), 'DRAFT');
    const otherBrand = await submittedBrand(a, { taxId: '12-0000002' });
    assert.equal(
      (await a.call('POST', `/campaigns/${await draftCampaign(a, otherBrand)}:submit`)).status,
      202,
    );
  });

  test('of two that wait at once the loser is told by condition DuplicateActive, and is not sent (C17)', async () => {
    const a = await app().tenant();
    const brandId = await submittedBrand(a);
    const both = [await submittedCampaign(a, brandId), await submittedCampaign(a, brandId)];
    await app().settle();
    const states = await Promise.all(both.map((id) => a.call<Campaign>('GET', `/campaigns/${id}`)));
    const phases = states.map(({ body }) => body.status.phase).sort();
    assert.deepEqual(phases, ['ACTIVE', 'SUBMITTED']);
    const loser = states.find(({ body }) => body.status.phase === 'SUBMITTED')?.body.status;
    assert.ok(loser);
    assert.equal(conditionOf(loser, 'DuplicateActive')?.status, 'True');
    assert.equal(loser.externalRefs.providerCampaignId, undefined);
  });

  test('a rejected campaign says why, is edited, submitted again and becomes ACTIVE (C18)', async () => {
    const a = await app().tenant();
    const brandId = await submittedBrand(a);
    const optInDescription = 'sim:reject Callers agree on the phone.';
    const campaignId = await submittedCampaign(a, brandId, { optInDescription });
    await app().settle();
    const path = `/campaigns/${campaignId}`;
    const rejected = await a.call<Campaign>('GET', path);
    assert.equal(rejected.body.status.phase, 'REJECTED');
    const why = conditionOf(rejected.body.status, 'Approved');
    assert.deepEqual(
      [why?.reason, why?.field, why?.actor],
      ['OptInInsufficient', 'optInDescription', 'tenant'],
    );
    const mended = { optInDescription: 'Callers hear that we text back once.' };
    const edited = await a.call<Campaign>('PATCH', path, mended);
    assert.deepEqual(
      [edited.status, edited.body.status.phase, edited.body.status.generation],
      [200, 'REJECTED', 2],
    );
    assert.equal((await a.call('POST', `${path}:submit`)).status, 202);
    await app().settle();
    const { body } = await a.call<Campaign>('GET', path);
    assert.deepEqual([body.status.phase, body.status.observedGeneration], ['ACTIVE', 2]);
  });

  test('a merge patch replaces lists whole, removes by null, and the whole is checked against the brand', async () => {
    const a = await app().tenant();
    const brandId = await draftBrand(a);
    const campaignId = await draftCampaign(a, brandId, {
      description: 'Texts back',
      helpMessage: 'HELP: call',
    });
    const path = `/campaigns/${campaignId}`;
    const patch = { description: null, sampleMessages: ['Sorry we missed you. Reply STOP to opt out.'] };
    const patched = await a.call<Campaign>('PATCH', path, patch, {
      'content-type': 'application/merge-patch+json',
    });
    assert.deepEqual([patched.status, patched.headers.etag], [200, '"2"']);
    const { spec } = patched.body;
    assert.deepEqual(
      [spec.description, spec.sampleMessages, spec.helpMessage],
      [undefined, patch.sampleMessages, 'HELP: call'],
    );
    const foreign = await a.call('PATCH', path, { linkDomains: ['elsewhere.com'] });
    assert.deepEqual([foreign.status, fieldsOf(foreign.body)], [422, ['linkDomains[0]']]);
    const fixed = await a.call('PATCH', path, { brandId: 'brand_other' });
    assert.deepEqual([fixed.status, fieldsOf(fixed.body)], [422, ['brandId']]);
    assert.equal((await a.call('PATCH', path, { stopHelpText: null })).status, 422);
    const stale = await a.call('PATCH', path, { description: 'x' }, { 'if-match': '"1"' });
    assert.equal(stale.status, 412);
    assert.equal((await a.call('PATCH', path, { description: 'x' }, { 'if-match': '"2"' })).status, 200);
    assert.equal((await a.call('POST', `${path}:submit`, undefined, { 'if-match': '"2"' })).status, 412);
    assert.equal((await a.call('POST', `${path}:submit`, undefined, { 'if-match': '"3"' })).status, 202);
  });

  test('a brand that moves to another domain makes its campaign unfit to be submitted', async () => {
    const a = await app().tenant();
    const brandId = await draftBrand(a);
    const campaignId = await draftCampaign(a, brandId);
    const moved = await a.call<Brand>('PATCH', `/brands/${brandId}`, { websiteDomain: 'alder.example' });
    assert.equal(moved.status, 200);
    const refused = await a.call('POST', `/campaigns/${campaignId}:submit`);
    assert.deepEqual([refused.status, fieldsOf(refused.body)], [422, ['linkDomains[0]']]);
  });
});
