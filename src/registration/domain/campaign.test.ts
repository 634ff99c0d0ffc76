import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findCondition } from '#kernel/condition.ts';
import { suspendBrand } from './brand.ts';
import { createCampaign, editCampaign, submitCampaign } from './campaign.ts';
import { blockOnBrand, blockOnDuplicate, setReady, takeSlot, unblockOnBrand } from './campaign-gates.ts';
import {
  activateCampaign,
  approveCampaign,
  campaignSent,
  rejectCampaign,
  resumeCampaign,
  suspendCampaign,
} from './campaign-progress.ts';
import {
  at,
  bindingIn,
  brandIn,
  campaignIn,
  campaignInput,
  conflictOf,
  faultyFieldsOf,
  T0,
} from './fixtures.ts';
import { readinessOf } from './readiness.ts';
import { CONDITION, REASON } from './reasons.ts';
import type { Campaign, CampaignPhase } from './types.ts';

const shortener = { reason: REASON.ShortenerInSample, message: 'A sample has a short link.', code: '30892' };
const suspension = { reason: REASON.ProviderSuspended, message: 'The carrier stopped the campaign.' };
const brand = brandIn('VETTED');
const suspendedBrand = suspendBrand(brand, [suspension], at(8)).next;
const active = campaignIn('ACTIVE');
const CAMPAIGNS: Record<CampaignPhase, Campaign> = {
  DRAFT: campaignIn('DRAFT'),
  SUBMITTED: campaignIn('SUBMITTED'),
  APPROVED: campaignIn('APPROVED'),
  ACTIVE: active,
  REJECTED: rejectCampaign(campaignIn('SUBMITTED'), [shortener], at(8)).next,
  SUSPENDED: suspendCampaign(active, [suspension], at(8)).next,
};
const PHASES = ['DRAFT', 'SUBMITTED', 'APPROVED', 'ACTIVE', 'REJECTED', 'SUSPENDED'] as const;
const ids = { campaignId: 'camp_1', brandId: 'brand_1' };

test('a new campaign is a quiet draft without the slot', () => {
  const { next, events } = createCampaign({
    tenantId: 'ten_1',
    campaignId: 'camp_1',
    brand,
    spec: { ...campaignInput, linkDomains: ['HTTPS://Example.com/'] },
    now: T0,
  });
  assert.deepEqual([next.phase, next.active, events.length], ['DRAFT', false, 0]);
  assert.deepEqual(next.spec.linkDomains, ['example.com']);
});

test('a campaign without STOP, HELP or domains is refused with every fault (R89, R91)', () => {
  const spec = {
    ...campaignInput,
    stopHelpText: 'Say bye to leave.',
    linkDomains: [],
    sampleMessages: ['Hi'],
  };
  const create = () => createCampaign({ tenantId: 'ten_1', campaignId: 'camp_1', brand, spec, now: T0 });
  assert.deepEqual(faultyFieldsOf(create), ['stopHelpText', 'stopHelpText', 'linkDomains']);
});

describe('each command and observation is allowed in exactly these phases', () => {
  const table: {
    readonly name: string;
    readonly run: (campaign: Campaign) => { readonly next: Campaign };
    readonly allowed: readonly CampaignPhase[];
    readonly reason: string;
  }[] = [
    {
      name: 'edit',
      run: (campaign) => editCampaign(campaign, campaignInput, brand, at(9)),
      allowed: ['DRAFT', 'REJECTED'],
      reason: 'what is under review or running must not change under it (C18)',
    },
    {
      name: 'submit',
      run: (campaign) => submitCampaign(campaign, { brand }, at(9)),
      allowed: ['DRAFT', 'REJECTED'],
      reason: 'one order at a time',
    },
    {
      name: 'sent',
      run: (campaign) => campaignSent(campaign, {}, at(9)),
      allowed: ['SUBMITTED'],
      reason: 'only an order can be accepted',
    },
    {
      name: 'approve',
      run: (campaign) => approveCampaign(campaign, {}, at(9)),
      allowed: ['SUBMITTED'],
      reason: 'carriers review what was submitted',
    },
    {
      name: 'activate',
      run: (campaign) => activateCampaign(campaign, brand, 'MG1', at(9)),
      allowed: ['APPROVED'],
      reason: 'approval comes first (C34); a suspended one resumes instead',
    },
    {
      name: 'reject',
      run: (campaign) => rejectCampaign(campaign, [shortener], at(9)),
      allowed: ['SUBMITTED', 'APPROVED'],
      reason: 'what was ACTIVE is suspended, not rejected',
    },
    {
      name: 'suspend',
      run: (campaign) => suspendCampaign(campaign, [suspension], at(9)),
      allowed: ['APPROVED', 'ACTIVE'],
      reason: 'before approval there is nothing to take back',
    },
    {
      name: 'resume',
      run: (campaign) => resumeCampaign({ ...campaign, active: true }, brand, 'MG1', at(9)),
      allowed: ['SUSPENDED'],
      reason: 'only what was suspended comes back',
    },
    {
      name: 'take slot',
      run: (campaign) => takeSlot({ ...campaign, active: false }, at(9)),
      allowed: ['SUBMITTED', 'APPROVED', 'SUSPENDED'],
      reason: 'a draft or rejected campaign keeps nobody else out',
    },
    {
      name: 'block on duplicate',
      run: (campaign) => blockOnDuplicate({ ...campaign, active: false }, 'camp_2', at(9)),
      allowed: ['SUBMITTED', 'APPROVED', 'SUSPENDED'],
      reason: 'only who wants the slot can wait for it',
    },
  ];
  for (const { name, run, allowed, reason } of table)
    for (const phase of PHASES)
      test(`${name} in ${phase}: ${allowed.includes(phase) ? 'allowed' : 'conflict'} - ${reason}`, () => {
        if (allowed.includes(phase)) return void run(CAMPAIGNS[phase]);
        const { details } = conflictOf(() => run(CAMPAIGNS[phase]));
        assert.deepEqual(details, { campaignId: 'camp_1', phase });
      });
});

test('an edit counts a generation only when the spec differs', () => {
  assert.equal(editCampaign(CAMPAIGNS.DRAFT, campaignInput, brand, at(9)).next, CAMPAIGNS.DRAFT);
  const edited = editCampaign(
    CAMPAIGNS.REJECTED,
    { ...campaignInput, stopHelpText: 'STOP or HELP' },
    brand,
    at(9),
  );
  assert.deepEqual([edited.next.generation, edited.next.phase, edited.events.length], [2, 'REJECTED', 0]);
  assert.deepEqual(
    faultyFieldsOf(() =>
      editCampaign(CAMPAIGNS.DRAFT, { ...campaignInput, sampleMessages: [] }, brand, at(9)),
    ),
    ['sampleMessages'],
  );
});

test('submit under a brand that is not vetted is accepted and blocked (R76)', () => {
  const { next, events } = submitCampaign(CAMPAIGNS.DRAFT, { brand: brandIn('DRAFT') }, at(4));
  assert.deepEqual([next.phase, next.submission, next.active], ['SUBMITTED', 1, false]);
  assert.equal(findCondition(next.conditions, CONDITION.BrandVetted)?.reason, REASON.BrandNotVetted);
  assert.deepEqual(events, [
    {
      type: 'CampaignSubmitted',
      aggregateType: 'campaign',
      aggregateId: 'camp_1',
      data: { ...ids, generation: 1 },
    },
  ]);
});

test('submit says at once that another campaign is ACTIVE (C16), and does not count itself', () => {
  const facts = { brand, activeCampaignId: 'camp_2' };
  const { details } = conflictOf(() => submitCampaign(CAMPAIGNS.DRAFT, facts, at(4)));
  assert.deepEqual(details, { ...ids, activeCampaignId: 'camp_2' });
  const own = submitCampaign(CAMPAIGNS.REJECTED, { brand, activeCampaignId: 'camp_1' }, at(9));
  assert.equal(own.next.phase, 'SUBMITTED');
});

test('submit checks the links against the brand as it is now', () => {
  const moved = { ...brand, spec: { ...brand.spec, websiteDomain: 'example.org' } };
  assert.deepEqual(
    faultyFieldsOf(() => submitCampaign(CAMPAIGNS.DRAFT, { brand: moved }, at(4))),
    ['linkDomains[0]'],
  );
});

test('a campaign without the slot is neither sent nor approved nor activated (C16)', () => {
  const waiting = { ...CAMPAIGNS.SUBMITTED, active: false };
  conflictOf(() => campaignSent(waiting, {}, at(9)));
  conflictOf(() => approveCampaign(waiting, {}, at(9)));
  conflictOf(() => activateCampaign({ ...CAMPAIGNS.APPROVED, active: false }, brand, 'MG1', at(9)));
  conflictOf(() => resumeCampaign(CAMPAIGNS.SUSPENDED, brand, 'MG1', at(9)));
});

test('an answer to an older submission does not approve the present one', () => {
  const again = takeSlot(submitCampaign(CAMPAIGNS.REJECTED, { brand }, at(9)).next, at(9)).next;
  assert.deepEqual([again.submission, again.sentSubmission], [2, 1]);
  conflictOf(() => approveCampaign(again, {}, at(10)));
});

test('no activation unless the brand is vetted and in good standing (R66, C35)', () => {
  const draftBrand = conflictOf(() => activateCampaign(CAMPAIGNS.APPROVED, brandIn('DRAFT'), 'MG1', at(9)));
  assert.deepEqual(draftBrand.details, { campaignId: 'camp_1', brandPhase: 'DRAFT', brandSuspended: false });
  const suspended = conflictOf(() => activateCampaign(CAMPAIGNS.APPROVED, suspendedBrand, 'MG1', at(9)));
  assert.equal(suspended.details.brandSuspended, true);
});

test('no activation and no resuming without a messaging service (C34)', () => {
  conflictOf(() => activateCampaign(CAMPAIGNS.APPROVED, brand, '', at(9)));
  conflictOf(() => resumeCampaign(takeSlot(CAMPAIGNS.SUSPENDED, at(9)).next, brand, '', at(9)));
});

test('approval, then activation, each with its event (C34)', () => {
  const approved = approveCampaign(CAMPAIGNS.SUBMITTED, { tcrCampaignId: 'C1' }, at(6));
  const activated = activateCampaign(approved.next, brand, 'MG1', at(7));
  const externalRefs = { providerCampaignId: 'QE1', tcrCampaignId: 'C1' };
  assert.deepEqual(
    [...approved.events, ...activated.events].map(({ type, data }) => [type, data]),
    [
      ['CampaignApproved', { ...ids, externalRefs }],
      ['CampaignActivated', { ...ids, messagingServiceId: 'MG1' }],
    ],
  );
  assert.equal(findCondition(approved.next.conditions, CONDITION.Approved)?.status, 'True');
  assert.equal(activated.next.externalRefs.messagingServiceId, 'MG1');
  assert.equal(findCondition(activated.next.conditions, CONDITION.Active)?.status, 'True');
});

test('a rejection frees the slot and tells why', () => {
  for (const phase of ['SUBMITTED', 'APPROVED'] as const) {
    const { next, events } = rejectCampaign(CAMPAIGNS[phase], [shortener], at(9));
    assert.equal(next.active, false);
    const condition = findCondition(next.conditions, CONDITION.Approved);
    assert.deepEqual(
      [condition?.status, condition?.reason, condition?.actor],
      ['False', 'ShortenerInSample', 'tenant'],
    );
    assert.equal(findCondition(next.conditions, CONDITION.Active), undefined);
    assert.deepEqual(
      events.map(({ type, data }) => [type, data]),
      [['CampaignRejected', { ...ids, reasons: [shortener] }]],
    );
  }
});

test('suspension frees the slot; resuming needs it again', () => {
  const { next, events } = suspendCampaign(active, [suspension], at(9));
  assert.equal(next.active, false);
  assert.deepEqual(
    events.map(({ type, data }) => [type, data]),
    [['CampaignSuspended', { ...ids, reasons: [suspension] }]],
  );
  assert.equal(findCondition(next.conditions, CONDITION.ProviderSuspended)?.status, 'True');
  const inactive = findCondition(next.conditions, CONDITION.Active);
  assert.deepEqual([inactive?.status, inactive?.actor], ['False', 'operator']);
  const resumed = resumeCampaign(takeSlot(next, at(10)).next, brand, 'MG1', at(10));
  assert.equal(resumed.next.phase, 'ACTIVE');
  assert.equal(findCondition(resumed.next.conditions, CONDITION.ProviderSuspended)?.status, 'False');
  assert.deepEqual(
    resumed.events.map(({ type }) => type),
    ['CampaignActivated'],
  );
});

test('the loser of the slot waits under a condition until it gets it (C17)', () => {
  const loser = { ...CAMPAIGNS.SUBMITTED, active: false };
  const blocked = blockOnDuplicate(loser, 'camp_2', at(9)).next;
  const condition = findCondition(blocked.conditions, CONDITION.DuplicateActive);
  assert.deepEqual([condition?.status, condition?.actor], ['True', 'tenant']);
  assert.equal(blockOnDuplicate(blocked, 'camp_2', at(10)).next, blocked);
  const winner = takeSlot(blocked, at(11)).next;
  assert.equal(winner.active, true);
  assert.equal(findCondition(winner.conditions, CONDITION.DuplicateActive)?.status, 'False');
  assert.equal(takeSlot(winner, at(12)).next, winner);
  conflictOf(() => blockOnDuplicate(winner, 'camp_2', at(12)));
});

test('the brand block tells missing vetting from suspension, and ends', () => {
  const waiting = blockOnBrand(CAMPAIGNS.SUBMITTED, brandIn('SUBMITTED'), at(9)).next;
  assert.equal(findCondition(waiting.conditions, CONDITION.BrandVetted)?.reason, REASON.BrandNotVetted);
  const suspended = blockOnBrand(waiting, suspendedBrand, at(10)).next;
  assert.equal(findCondition(suspended.conditions, CONDITION.BrandVetted)?.reason, REASON.BrandSuspended);
  const free = unblockOnBrand(suspended, at(11)).next;
  assert.equal(findCondition(free.conditions, CONDITION.BrandVetted)?.status, 'True');
  assert.equal(unblockOnBrand(free, at(12)).next, free);
});

test('A2PReady and A2PNotReady are told exactly when Ready flips; the first False is no news (R37)', () => {
  const verified = [bindingIn('VERIFIED')];
  const no = readinessOf({ brand, campaign: active, bindings: [] });
  const yes = readinessOf({ brand, campaign: active, bindings: verified });
  const steps = [
    { readiness: no, events: [], reason: 'not ready from the start: nobody was told otherwise' },
    { readiness: no, events: [], reason: 'nothing new' },
    { readiness: yes, events: ['A2PReady'], reason: 'the gate opens' },
    { readiness: yes, events: [], reason: 'still open' },
    { readiness: no, events: ['A2PNotReady'], reason: 'the gate closes' },
    { readiness: no, events: [], reason: 'still closed' },
    { readiness: yes, events: ['A2PReady'], reason: 'it opens again' },
  ];
  let campaign = active;
  for (const [index, { readiness, events, reason }] of steps.entries()) {
    const step = setReady(campaign, readiness, at(20 + index));
    assert.deepEqual(
      step.events.map(({ type }) => type),
      events,
      reason,
    );
    if (readiness === no && campaign.conditions.some(({ type }) => type === CONDITION.Ready))
      assert.equal(step.next === campaign, step.events.length === 0, reason);
    campaign = step.next;
  }
});

test('A2PReady names the numbers, A2PNotReady the reasons, on the campaign', () => {
  const yes = readinessOf({ brand, campaign: active, bindings: [bindingIn('VERIFIED')] });
  const ready = setReady(active, yes, at(20));
  assert.deepEqual(ready.events, [
    {
      type: 'A2PReady',
      aggregateType: 'campaign',
      aggregateId: 'camp_1',
      data: { ...ids, numbers: ['+15005550006'] },
    },
  ]);
  const no = readinessOf({ brand: suspendedBrand, campaign: active, bindings: [bindingIn('VERIFIED')] });
  const { next, events } = setReady(ready.next, no, at(21));
  assert.deepEqual(
    events.map(({ data }) => data),
    [{ ...ids, reasons: [suspension] }],
  );
  const condition = findCondition(next.conditions, CONDITION.Ready);
  assert.deepEqual([condition?.reason, condition?.actor], [suspension.reason, 'operator']);
});
