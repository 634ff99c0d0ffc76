import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { REASON } from '../../domain/reasons.ts';
import type { TwilioBrand, TwilioCampaign } from './calls.ts';
import { brandStatusOf, bundleStatusOf, campaignStatusOf } from './mapping-status.ts';

const brand = (status: string, more: Partial<TwilioBrand> = {}): TwilioBrand => ({
  sid: 'BN1',
  status,
  customerProfileSid: 'BU1',
  trustProductSid: 'BU2',
  errors: [],
  ...more,
});
const campaign = (status: string, more: Partial<TwilioCampaign> = {}): TwilioCampaign => ({
  messagingServiceSid: 'MG1',
  status,
  brandSid: 'BN1',
  errors: [],
  ...more,
});
const faults = [{ code: '30795', fields: ['business_name'] }];
const STANDARD = { soleProp: false };

describe('where a brand stands', () => {
  const table = [
    ['PENDING', 'pending'],
    ['IN_REVIEW', 'pending'],
    ['APPROVED', 'approved'],
    ['FAILED', 'rejected'],
    ['SUSPENDED', 'suspended'],
    ['DELETION_PENDING', 'gone'],
    ['DELETION_FAILED', 'pending'],
    ['SOMETHING_NEW', 'pending'],
  ] as const;
  for (const [status, state] of table)
    test(`${status} is ${state}`, () => assert.equal(brandStatusOf(brand(status), STANDARD).state, state));

  test('advice beside APPROVED is no rejection', () => {
    const { state, reasons } = brandStatusOf(brand('APPROVED', { errors: faults }), STANDARD);
    assert.deepEqual([state, reasons], ['approved', []]);
  });

  test('a rejection brings its reasons and the refs', () => {
    const { reasons, externalRefs } = brandStatusOf(
      brand('FAILED', { errors: faults, tcrId: 'B1' }),
      STANDARD,
    );
    assert.equal(reasons[0]?.reason, REASON.TaxIdMismatch);
    assert.deepEqual(externalRefs, { providerBrandId: 'BN1', tcrBrandId: 'B1' });
  });

  test('a sole proprietor is good once the owner has answered, and says so until then', () => {
    const of = (identityStatus?: string) =>
      brandStatusOf(brand('APPROVED', identityStatus === undefined ? {} : { identityStatus }), {
        soleProp: true,
      });
    for (const unanswered of [undefined, 'UNVERIFIED', 'SELF_DECLARED']) {
      const { state, waiting } = of(unanswered);
      assert.deepEqual(
        [state, waiting?.reason, waiting?.actor],
        ['pending', REASON.ActionRequired, 'tenant'],
      );
    }
    assert.equal(of('VERIFIED').state, 'approved');
    assert.equal(of('VETTED_VERIFIED').state, 'approved');
  });
});

describe('where a campaign stands', () => {
  const table = [
    ['PENDING', 'pending'],
    ['IN_PROGRESS', 'pending'],
    ['VERIFIED', 'approved'],
    ['FAILED', 'rejected'],
    ['SUSPENDED', 'suspended'],
    ['SOMETHING_NEW', 'pending'],
  ] as const;
  for (const [status, state] of table)
    test(`${status} is ${state}`, () => assert.equal(campaignStatusOf(campaign(status)).state, state));

  test('errors beside PENDING are no verdict', () => {
    const { state, reasons } = campaignStatusOf(campaign('PENDING', { errors: faults }));
    assert.deepEqual([state, reasons], ['pending', []]);
  });

  test('it is named by its messaging service', () => {
    assert.deepEqual(campaignStatusOf(campaign('VERIFIED', { tcrCampaignId: 'C1' })).externalRefs, {
      providerCampaignId: 'MG1',
      messagingServiceId: 'MG1',
      tcrCampaignId: 'C1',
    });
  });

  test('one that is not there is gone, with a reason', () => {
    const { state, reasons } = campaignStatusOf(undefined);
    assert.deepEqual([state, reasons[0]?.reason], ['gone', REASON.ProviderObjectGone]);
  });
});

describe('where a profile stands', () => {
  const table = [
    ['draft', 'pending'],
    ['pending-review', 'pending'],
    ['in-review', 'pending'],
    ['twilio-approved', 'approved'],
    ['twilio-rejected', 'rejected'],
    ['something-new', 'pending'],
  ] as const;
  const of = (status: string, errors: TwilioBrand['errors'] = []) =>
    bundleStatusOf({ sid: 'BU1', friendlyName: 'x', status, errors });
  for (const [status, state] of table)
    test(`${status} is ${state}`, () => assert.equal(of(status).state, state));

  test('a rejection has a reason whether the provider gives one or not', () => {
    assert.equal(of('twilio-rejected', [{ code: '18601' }]).reasons[0]?.reason, REASON.WebsiteMismatch);
    assert.equal(of('twilio-rejected').reasons[0]?.reason, REASON.ProfileNotCompliant);
  });

  test('one that is not there is gone', () => assert.equal(bundleStatusOf(undefined).state, 'gone'));
});

test('an unknown status waits, names itself and calls the operator; a strange one is not repeated', () => {
  const known = brandStatusOf(brand('FROZEN'), STANDARD).waiting;
  assert.deepEqual([known?.reason, known?.actor], [REASON.ProviderStatusUnknown, 'operator']);
  assert.match(known?.message ?? '', /FROZEN/);
  assert.ok(!campaignStatusOf(campaign('call +12065550100')).waiting?.message.includes('2065550100'));
});

test('whatever waits says for whom', () => {
  const waiting = [
    ...['PENDING', 'IN_REVIEW', 'DELETION_FAILED'].map((status) => brandStatusOf(brand(status), STANDARD)),
    ...['PENDING', 'IN_PROGRESS'].map((status) => campaignStatusOf(campaign(status))),
  ];
  for (const { waiting: why } of waiting) assert.ok(why?.actor !== undefined && why.message !== '');
});
