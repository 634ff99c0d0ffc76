import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onPostgres } from '../support/database.ts';
import { BRAND_UPDATE, pageOf, within } from './business.ts';
import { COMPLETE_BRAND } from './complete.ts';

/** Belongs to the name below; under any other it is rejected with 30795. */
const TAX_ID = '99-0000001';
const RIGHT_NAME = 'Rosa Plumbing Incorporated';
/** Longer than the simulated registry looks at a brand. */
const TIME_FOR_THE_REGISTRY_MS = 1_000;
/** The owner of this mobile does not answer the one-time code by himself. */
const NEVER_ANSWERS = '+15005550001';
/** How often something is looked at that has been waiting for days. */
const LOOKED_AT_EVERY_MS = 10 * 60_000;
const SOLE_PROPRIETOR = {
  brandType: 'SOLE_PROP',
  taxId: '',
  legalName: 'Sample Owner',
  displayName: 'Alder Creek',
  mobilePhone: NEVER_ANSWERS,
} as const;

onPostgres('what Twilio says no to', (open) => {
  test(
    'a brand under a name that is not the EIN’s is corrected and vetted as the same brand',
    within(open, {}, async (business) => {
      const { twilio, world } = business;
      await business.brand({ taxId: TAX_ID });
      const { refs, ...why } = await business.brandUntil('REJECTED');
      assert.deepEqual(
        [why.status, why.reason, why.code, why.field, why.actor, why.link],
        ['False', 'TaxIdMismatch', '30795', 'legalName', 'tenant', pageOf('30795')],
      );
      assert.match(why.remediation ?? '', /CP 575/);

      await business.correctBrand({ legalName: RIGHT_NAME });
      const vetted = await business.brandUntil('VETTED');
      assert.deepEqual(
        [vetted.status, vetted.code, vetted.refs.providerBrandId],
        ['True', undefined, refs.providerBrandId],
      );
      assert.deepEqual(await world.eventsOf('brand_1'), [
        'BrandSubmitted',
        'BrandRejected',
        'BrandSubmitted',
        'BrandVetted',
      ]);
      assert.deepEqual(
        twilio.objects('brands').map(({ sid }) => sid),
        [refs.providerBrandId],
      );
      assert.equal(business.taken('POST', BRAND_UPDATE), 1);
    }),
  );

  test(
    'a brand has three corrections; the fourth is refused without another brand, for the operator to appeal',
    within(open, {}, async (business) => {
      await business.brand({ taxId: TAX_ID });
      await business.brandUntil('REJECTED');
      for (const attempt of [1, 2, 3]) {
        await business.correctBrand({ legalName: `Wrong Name ${attempt} LLC` });
        const { code, actor } = await business.brandUntil('REJECTED');
        assert.deepEqual([code, actor], ['30795', 'tenant']);
        assert.equal(business.taken('POST', BRAND_UPDATE), attempt);
      }
      // Even the right name comes too late.
      await business.correctBrand({ legalName: RIGHT_NAME });
      const why = await business.brandUntil('REJECTED');
      assert.deepEqual([why.reason, why.code, why.actor], ['EditsExhausted', '21724', 'operator']);
      assert.match(why.link ?? '', /^https:\/\/www\.twilio\.com\/docs\/.*\/21724$/);
      assert.match(why.remediation ?? '', /appeal/);
      const round = ['BrandSubmitted', 'BrandRejected'];
      assert.deepEqual(await business.world.eventsOf('brand_1'), [
        ...round,
        ...round,
        ...round,
        ...round,
        ...round,
      ]);
      assert.equal(business.taken('POST', BRAND_UPDATE), 3);
      assert.equal(business.twilio.objects('brands').length, 1);
    }),
  );

  test(
    'a correction whose answer is lost, and that fails again meanwhile, is one of the three',
    within(open, {}, async (business) => {
      const { twilio } = business;
      await business.brand({ taxId: TAX_ID });
      await business.brandUntil('REJECTED');
      const update = { method: 'POST', path: 'a2p/BrandRegistrations/BN' };
      twilio.sim.control.fault({ match: update, fault: 'lostAnswer' });
      await business.correctBrand({ legalName: 'Wrong Name LLC' });
      await business.brandUntil('REJECTED');
      const sent = () =>
        twilio.sim.control
          .requests()
          .filter(({ method, path }) => method === 'POST' && BRAND_UPDATE.test(path));
      assert.equal(sent().length, 1);
      await business.correctBrand({ legalName: RIGHT_NAME });
      await business.brandUntil('VETTED');
      assert.equal(sent().length, 2);
    }),
  );

  test(
    'a corrected brand’s address is left alone when it is as it was',
    within(open, {}, async (business) => {
      await business.brand({ taxId: TAX_ID, displayName: 'Alder' });
      await business.brandUntil('REJECTED');
      await business.correctBrand({ displayName: 'Alder Creek Heating' });
      await business.brandUntil('REJECTED');
      assert.equal(business.taken('POST', /\/Addresses\/AD\w+\.json$/), 0);
      assert.equal(business.twilio.objects('addresses').length, 1);
      await business.correctBrand({ legalName: RIGHT_NAME });
      await business.brandUntil('VETTED');
      const [document] = business.twilio.objects('supportingDocuments').slice(-1);
      assert.ok(document, 'the address names the business: that is a change');
    }),
  );

  test(
    'every fault that an evaluation finds is told at once',
    within(open, {}, async (business) => {
      // Past our own check at the submit, as when the provider asks for more than it used to.
      await business.brand({ businessType: 'Circus', industry: 'MAGIC' });
      const why = await business.brandUntil('REJECTED');
      assert.deepEqual([why.code, why.field, why.actor], ['22215', 'businessType', 'tenant']);
      assert.match(why.message, /businessType: .*industry: /);
      const { businessType = '', industry = '' } = COMPLETE_BRAND;
      await business.correctBrand({ businessType, industry });
      await business.brandUntil('VETTED');
    }),
  );

  test(
    'a profile rejected while the brand waits rejects the brand; corrected, it costs neither brand nor correction',
    within(
      open,
      { sim: { delays: { bundleReviewMs: 60_000, brandReviewMs: 120_000 } } },
      async (business) => {
        const { twilio } = business;
        await business.brand();
        const { refs: first } = await business.brandWaiting('AwaitingProvider');
        const { customerProfileSid, providerBrandId } = first;
        const rejected = { status: 'twilio-rejected', errors: [{ code: 18602 }] };
        const { status } = await twilio.sim.control.call('bundles', customerProfileSid, rejected);
        assert.equal(status, 200);

        const why = await business.brandUntil('REJECTED');
        assert.deepEqual(
          [why.reason, why.code, why.field, why.actor, why.link],
          ['TaxIdMismatch', '18602', 'legalName', 'tenant', pageOf('18602')],
        );
        await business.correctBrand({ legalName: 'Alder Creek Heating and Cooling LLC' });
        const { refs } = await business.brandUntil('VETTED');
        assert.deepEqual(
          [refs.providerBrandId, refs.customerProfileSid],
          [providerBrandId, customerProfileSid],
        );
        assert.equal(twilio.objects('brands').length, 1);
        assert.equal(twilio.objects('customerProfiles').length, 1);
        assert.equal(business.taken('POST', BRAND_UPDATE), 0);
      },
    ),
  );

  test(
    'a brand that the registry never took, its profile being rejected, is ordered anew under the mended profile',
    within(open, { sim: { delays: { bundleReviewMs: 60_000 } } }, async (business) => {
      const { twilio, world } = business;
      await business.brand();
      const { refs: first } = await business.brandWaiting('AwaitingProvider');
      await twilio.advance(TIME_FOR_THE_REGISTRY_MS);
      await twilio.sim.control.call('bundles', first.customerProfileSid, {
        status: 'twilio-rejected',
        errors: [{ code: 18602 }],
      });
      // The registry's own words, 30793, are about us; what the tenant can mend comes first.
      const { code, actor } = await business.brandUntil('REJECTED');
      assert.deepEqual([code, actor], ['18602', 'tenant']);
      await business.correctBrand({ legalName: 'Alder Creek Heating and Cooling LLC' });
      const { refs } = await business.brandUntil('VETTED');
      assert.notEqual(refs.providerBrandId, first.providerBrandId);
      assert.equal(refs.customerProfileSid, first.customerProfileSid);
      const round = ['BrandSubmitted', 'BrandRejected'];
      assert.deepEqual(await world.eventsOf('brand_1'), [...round, 'BrandSubmitted', 'BrandVetted']);
      assert.equal(twilio.objects('brands').length, 2);
    }),
  );

  test(
    'a profile rejected at first sight costs no brand, however often it is submitted again',
    within(open, {}, async (business) => {
      // This tax id cannot be verified under any name, and it cannot be changed after the first submit.
      await business.brand({ taxId: '99-0018602' });
      for (const legalName of ['Alder Creek One LLC', 'Alder Creek Two LLC']) {
        const { code, actor } = await business.brandUntil('REJECTED');
        assert.deepEqual([code, actor], ['18602', 'tenant']);
        await business.correctBrand({ legalName });
      }
      await business.brandUntil('REJECTED');
      assert.equal(business.twilio.objects('brands').length, 0);
      assert.equal(business.twilio.objects('customerProfiles').length, 1);
    }),
  );

  test(
    'a sole proprietor waits for the owner, and says so, until the one-time code is answered',
    within(open, {}, async (business) => {
      const { twilio, world } = business;
      await business.brand(SOLE_PROPRIETOR);
      await business.campaign();
      const { refs, status, actor, message } = await business.brandWaiting('ActionRequired');
      assert.deepEqual([status, actor], ['False', 'tenant']);
      assert.match(message, /answer YES.*mobilePhone/);
      assert.ok(!message.includes(NEVER_ANSWERS));
      // A week without an answer changes nothing, and orders nothing.
      for (let day = 0; day < 7; day++) {
        await twilio.advance(24 * 3_600_000);
        await business.idle();
      }
      await business.brandWaiting('ActionRequired');
      assert.equal(twilio.objects('campaigns').length, 0);

      await twilio.sim.control.call('brands', refs.providerBrandId, { otp: true });
      await twilio.advance(LOOKED_AT_EVERY_MS);
      await business.brandUntil('VETTED');
      assert.deepEqual(await world.eventsOf('brand_1'), ['BrandSubmitted', 'BrandVetted']);
      assert.equal(twilio.objects('brands').length, 1);
      await business.campaignUntil('ACTIVE');
    }),
  );
});
