import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { markUnreachable, stall } from './aggregate.ts';
import { detachBinding } from './binding.ts';
import { failBinding, waitForCampaign, waitForDetach } from './binding-progress.ts';
import { rejectBrand, restoreBrand, submitBrand, suspendBrand } from './brand.ts';
import { submitCampaign } from './campaign.ts';
import { blockOnDuplicate } from './campaign-gates.ts';
import { rejectCampaign, suspendCampaign } from './campaign-progress.ts';
import { at, bindingIn, brandIn, campaignIn } from './fixtures.ts';
import { type ReadinessFacts, readinessOf } from './readiness.ts';
import { REASON } from './reasons.ts';

const brand = brandIn('VETTED');
const active = campaignIn('ACTIVE');
const verified = bindingIn('VERIFIED');
const open: ReadinessFacts = { brand, campaign: active, bindings: [verified] };
const no = { reason: REASON.InvalidField, message: 'No.' };
const suspension = { reason: REASON.ProviderSuspended, message: 'Stopped.' };
const throttled = { reason: REASON.ProviderThrottled, message: 'Slow down.' };
const suspendedBrand = suspendBrand(brand, [suspension], at(20)).next;
const waitingCampaign = submitCampaign(campaignIn('DRAFT'), { brand: brandIn('DRAFT') }, at(4)).next;

test('ready when brand is vetted, campaign active and a number verified; numbers sorted (R36)', () => {
  const later = bindingIn('VERIFIED', { bindingId: 'bind_2', e164: '+12065550100' });
  for (const bindings of [
    [verified, later, bindingIn('ATTACHED')],
    [later, verified],
  ])
    assert.deepEqual(readinessOf({ ...open, bindings }), {
      ready: true,
      blockers: [],
      numbers: ['+12065550100', '+15005550006'],
    });
});

test('conditions of the past do not block an open gate', () => {
  const restored = restoreBrand(suspendedBrand, at(21)).next;
  assert.ok(readinessOf({ ...open, brand: stall(restored, 'Once.', at(22)) }).ready);
});

describe('what blocks, since when, and who has to act', () => {
  const table: {
    readonly facts: Partial<ReadinessFacts>;
    readonly blockers: readonly (readonly [resource: string, reason: string, actor: string, since: Date])[];
    readonly reason: string;
  }[] = [
    {
      facts: { brand: brandIn('DRAFT') },
      blockers: [['brand', 'NotSubmitted', 'tenant', at(0)]],
      reason: 'a draft is for the tenant to submit',
    },
    {
      facts: { brand: brandIn('SUBMITTED') },
      blockers: [['brand', 'AwaitingProvider', 'provider', at(1)]],
      reason: 'under review it is the provider’s turn',
    },
    {
      facts: { brand: markUnreachable(brandIn('SUBMITTED'), throttled, at(9)) },
      blockers: [['brand', 'ProviderThrottled', 'platform', at(9)]],
      reason: 'nothing moves while we cannot ask',
    },
    {
      facts: {
        brand: stall(markUnreachable(brandIn('SUBMITTED'), throttled, at(9)), 'Twelve failures.', at(10)),
      },
      blockers: [['brand', 'RetriesExhausted', 'operator', at(10)]],
      reason: 'parked: only an operator gets it going',
    },
    {
      facts: { brand: rejectBrand(brandIn('SUBMITTED'), [no], at(9)).next },
      blockers: [['brand', 'InvalidField', 'tenant', at(1)]],
      reason: 'rejected: the tenant edits',
    },
    {
      facts: { brand: suspendedBrand },
      blockers: [['brand', 'ProviderSuspended', 'operator', at(20)]],
      reason: 'VETTED is not enough when the provider took it back (C35)',
    },
    {
      facts: { campaign: campaignIn('DRAFT') },
      blockers: [['campaign', 'NotSubmitted', 'tenant', at(0)]],
      reason: 'a draft is for the tenant to submit',
    },
    {
      facts: { campaign: campaignIn('SUBMITTED') },
      blockers: [['campaign', 'AwaitingProvider', 'provider', at(4)]],
      reason: 'under review',
    },
    {
      facts: { campaign: waitingCampaign, brand: brandIn('DRAFT') },
      blockers: [
        ['brand', 'NotSubmitted', 'tenant', at(0)],
        ['campaign', 'BrandNotVetted', 'tenant', at(4)],
      ],
      reason: 'who can move the brand can move the campaign',
    },
    {
      facts: { campaign: campaignIn('SUBMITTED'), brand: submitBrand(brandIn('DRAFT'), at(1)).next },
      blockers: [
        ['brand', 'AwaitingProvider', 'provider', at(1)],
        ['campaign', 'BrandNotVetted', 'provider', at(0)],
      ],
      reason: 'the campaign waits for its brand even before it was told so',
    },
    {
      facts: {
        campaign: blockOnDuplicate({ ...campaignIn('SUBMITTED'), active: false }, 'camp_2', at(9)).next,
      },
      blockers: [['campaign', 'AnotherCampaignActive', 'tenant', at(9)]],
      reason: 'two campaigns want one slot: the tenant chooses (C17)',
    },
    {
      facts: { campaign: campaignIn('APPROVED') },
      blockers: [['campaign', 'AwaitingMessagingService', 'platform', at(6)]],
      reason: 'approved: our own step is left',
    },
    {
      facts: { campaign: rejectCampaign(campaignIn('SUBMITTED'), [no], at(9)).next },
      blockers: [['campaign', 'InvalidField', 'tenant', at(4)]],
      reason: 'rejected: the tenant edits',
    },
    {
      facts: { campaign: suspendCampaign(active, [suspension], at(9)).next },
      blockers: [['campaign', 'ProviderSuspended', 'operator', at(9)]],
      reason: 'suspended by the provider',
    },
    {
      facts: {
        campaign: blockOnDuplicate(suspendCampaign(active, [suspension], at(9)).next, 'camp_2', at(11)).next,
      },
      blockers: [['campaign', 'AnotherCampaignActive', 'tenant', at(11)]],
      reason: 'given back by the provider, but the slot is taken',
    },
    {
      facts: { bindings: [] },
      blockers: [['number', 'NoNumber', 'tenant', at(0)]],
      reason: 'no number at all',
    },
    {
      facts: { bindings: [detachBinding(verified, at(11)).next] },
      blockers: [['number', 'NoNumber', 'tenant', at(0)]],
      reason: 'a detached number is none',
    },
    {
      facts: { bindings: [bindingIn('REQUESTED')] },
      blockers: [['number', 'AwaitingProvider', 'provider', at(8)]],
      reason: 'asked for, not attached',
    },
    {
      facts: { bindings: [waitForDetach(bindingIn('REQUESTED'), at(9)).next] },
      blockers: [['number', 'AwaitingDetach', 'platform', at(9)]],
      reason: 'an older pool has to let go first (C24)',
    },
    {
      facts: { bindings: [bindingIn('ATTACHED')] },
      blockers: [['number', 'AwaitingCarrier', 'provider', at(9)]],
      reason: 'attached is not verified: messages would be blocked',
    },
    {
      facts: { bindings: [failBinding(bindingIn('ATTACHED'), [no], at(11)).next] },
      blockers: [['number', 'InvalidField', 'tenant', at(9)]],
      reason: 'refused: the tenant attaches another',
    },
    {
      facts: {
        campaign: campaignIn('SUBMITTED'),
        bindings: [waitForCampaign(bindingIn('REQUESTED'), at(9)).next],
      },
      blockers: [
        ['campaign', 'AwaitingProvider', 'provider', at(4)],
        ['number', 'CampaignNotActive', 'provider', at(9)],
      ],
      reason: 'the number waits for whoever the campaign waits for',
    },
    {
      facts: {
        brand: brandIn('DRAFT'),
        campaign: campaignIn('DRAFT'),
        bindings: [
          bindingIn('ATTACHED', { bindingId: 'bind_3', e164: '+15005550009' }),
          bindingIn('REQUESTED', { bindingId: 'bind_2', e164: '+15005550008' }),
        ],
      },
      blockers: [
        ['brand', 'NotSubmitted', 'tenant', at(0)],
        ['campaign', 'NotSubmitted', 'tenant', at(0)],
        ['number', 'CampaignNotActive', 'tenant', at(8)],
        ['number', 'AwaitingCarrier', 'provider', at(9)],
      ],
      reason: 'brand, campaign, numbers in order of the number',
    },
  ];
  for (const { facts, blockers, reason } of table)
    test(`${blockers.map((blocker) => blocker.slice(0, 3).join(' ')).join(', ')}: ${reason}`, () => {
      const found = readinessOf({ ...open, ...facts });
      assert.equal(found.ready, false);
      assert.deepEqual(
        found.blockers.map(({ resource, reason: why, actor, since }) => [resource, why, actor, since]),
        blockers.map(([resource, why, actor, since]) => [resource, why, actor, since.toISOString()]),
      );
    });
});

test('a phase speaks for itself where no condition tells more', () => {
  const bare = <A extends object>(aggregate: A) => ({ ...aggregate, conditions: [] });
  const rejected = bare(rejectBrand(brandIn('SUBMITTED'), [no], at(9)).next);
  const suspended = bare(suspendCampaign(active, [suspension], at(9)).next);
  const found = [
    readinessOf({ ...open, brand: bare(brandIn('SUBMITTED')) }),
    readinessOf({ ...open, brand: rejected }),
    readinessOf({ ...open, campaign: suspended }),
    readinessOf({ ...open, bindings: [bare(bindingIn('ATTACHED'))] }),
  ].map(({ blockers }) => [blockers[0]?.reason, blockers[0]?.actor]);
  assert.deepEqual(found, [
    ['AwaitingProvider', 'provider'],
    ['ProviderRefused', 'tenant'],
    ['ProviderSuspended', 'operator'],
    ['AwaitingProvider', 'provider'],
  ]);
});

test('a blocker names its brand, campaign or number', () => {
  const found = readinessOf({
    brand: brandIn('DRAFT'),
    campaign: campaignIn('DRAFT'),
    bindings: [bindingIn('ATTACHED')],
  });
  assert.deepEqual(
    found.blockers.map(({ id }) => id),
    ['brand_1', 'camp_1', '+15005550006'],
  );
  assert.equal(readinessOf({ ...open, bindings: [] }).blockers[0]?.id, 'camp_1');
});

test('of a number that was attached anew only the newest binding speaks', () => {
  const failed = failBinding(bindingIn('ATTACHED', { bindingId: 'bind_1' }), [no], at(11)).next;
  const anew = bindingIn('REQUESTED', { bindingId: 'bind_2' });
  for (const bindings of [
    [failed, anew],
    [anew, failed],
  ])
    assert.deepEqual(
      readinessOf({ ...open, bindings }).blockers.map(({ reason }) => reason),
      ['AwaitingProvider'],
    );
});

test('numbers that wait are told of in their order, whichever was asked for first', () => {
  const [low, high] = ['+12065550100', '+15005550006'].map((e164, at) =>
    bindingIn('ATTACHED', { bindingId: `bind_${at}`, e164 }),
  );
  assert.ok(low && high);
  for (const bindings of [
    [low, high],
    [high, low],
  ])
    assert.deepEqual(
      readinessOf({ ...open, bindings }).blockers.map(({ id }) => id),
      [low.spec.e164, high.spec.e164],
    );
});

test('while a number is verified the others do not block', () => {
  const failed = failBinding(
    bindingIn('ATTACHED', { bindingId: 'bind_2', e164: '+12065550100' }),
    [no],
    at(11),
  );
  assert.ok(readinessOf({ ...open, bindings: [failed.next, verified] }).ready);
});
