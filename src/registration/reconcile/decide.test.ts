import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCondition } from '#kernel/condition.ts';
import { type Outcome, ok, type Refusal, refused, unknown } from '#kernel/outcome.ts';
import { suspendBrand } from '../domain/brand.ts';
import { suspendCampaign } from '../domain/campaign-progress.ts';
import { at, bindingIn, brandIn, campaignIn } from '../domain/fixtures.ts';
import type { Aggregate } from '../domain/types.ts';
import type { ProviderStatus } from '../ports.ts';
import * as binding from './decide-binding.ts';
import * as brand from './decide-brand.ts';
import * as campaign from './decide-campaign.ts';
import type { Decision } from './interpret.ts';

const NOW = at(60);
const NO: Refusal = { reason: 'TaxIdMismatch', message: 'No.' };
const status = (state: ProviderStatus['state'], reasons: Refusal[] = []): Outcome<ProviderStatus> =>
  ok({ state, reasons, externalRefs: {} });

type AnyDecision = Decision<Aggregate<unknown, string>>;
interface Look {
  readonly name: string;
  readonly before: Aggregate<unknown, string>;
  readonly decide: (outcome: Outcome<ProviderStatus>) => AnyDecision;
}

const suspendedCampaign = suspendCampaign(campaignIn('ACTIVE'), [NO], at(30)).next;
const suspendedBrand = suspendBrand(brandIn('VETTED'), [NO], at(30)).next;
const LOOKS: readonly Look[] = [
  ...(['SUBMITTED', 'VETTED'] as const).map((phase) => ({
    name: `a ${phase} brand`,
    before: brandIn(phase),
    decide: (outcome: Outcome<ProviderStatus>) => brand.decideLook(NOW, brandIn(phase), outcome),
  })),
  {
    name: 'a SUBMITTED campaign',
    before: campaignIn('SUBMITTED'),
    decide: (outcome) => campaign.decideLook(NOW, campaignIn('SUBMITTED'), outcome),
  },
  {
    name: 'an ACTIVE campaign',
    before: campaignIn('ACTIVE'),
    decide: (outcome) => campaign.decideActive(NOW, campaignIn('ACTIVE'), brandIn('VETTED'), outcome),
  },
  {
    name: 'a SUSPENDED campaign',
    before: suspendedCampaign,
    decide: (outcome) => campaign.decideSuspended(NOW, suspendedCampaign, brandIn('VETTED'), outcome),
  },
  ...(['ATTACHED', 'VERIFIED'] as const).map((phase) => ({
    name: `an ${phase} number`,
    before: bindingIn(phase),
    decide: (outcome: Outcome<ProviderStatus>) => binding.decideLook(NOW, bindingIn(phase), outcome),
  })),
];

/** Phase after each answer, in the order of ANSWERS. */
const ANSWERS: readonly Outcome<ProviderStatus>[] = [
  status('approved'),
  status('pending'),
  { kind: 'pending' },
  status('rejected', [NO]),
  status('suspended', [NO]),
  status('gone'),
  refused(NO),
];
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'a SUBMITTED brand': ['VETTED', 'SUBMITTED', 'SUBMITTED', 'REJECTED', 'REJECTED', 'REJECTED', 'REJECTED'],
  'a VETTED brand': ['VETTED', 'VETTED', 'VETTED', 'VETTED', 'VETTED', 'VETTED', 'VETTED'],
  'a SUBMITTED campaign': [
    'APPROVED',
    'SUBMITTED',
    'SUBMITTED',
    'REJECTED',
    'REJECTED',
    'REJECTED',
    'REJECTED',
  ],
  'an ACTIVE campaign': ['ACTIVE', 'ACTIVE', 'ACTIVE', 'SUSPENDED', 'SUSPENDED', 'SUSPENDED', 'SUSPENDED'],
  'a SUSPENDED campaign': Array.from({ length: 7 }, () => 'SUSPENDED'),
  'an ATTACHED number': ['VERIFIED', 'ATTACHED', 'ATTACHED', 'FAILED', 'FAILED', 'FAILED', 'FAILED'],
  'an VERIFIED number': ['VERIFIED', 'VERIFIED', 'VERIFIED', 'FAILED', 'FAILED', 'FAILED', 'FAILED'],
};

for (const { name, before, decide } of LOOKS) {
  test(`${name} goes where each answer sends it, and tells exactly when its phase changes`, () => {
    const decisions = ANSWERS.map(decide);
    assert.deepEqual(
      decisions.map((d) => d.next.phase),
      EXPECTED[name],
    );
    for (const { next, events } of decisions) {
      assert.equal(events.length > 0, next.phase !== before.phase);
    }
  });

  test(`${name} stays where it is while the provider says nothing about it`, () => {
    for (const outcome of [
      { kind: 'throttled', retryAfterMs: 5, reason: '429' },
      unknown('no answer'),
      { ...unknown('no answer'), needsOperator: true },
    ] as const) {
      const { next, events, verdict } = decide(outcome);
      assert.equal(next.phase, before.phase);
      assert.deepEqual(events, []);
      assert.notEqual(verdict.kind, 'settled');
    }
  });
}

test('a short throttle writes nothing; a long one says so', () => {
  const throttled = (retryAfterMs: number) =>
    brand.decideLook(NOW, brandIn('SUBMITTED'), { kind: 'throttled', retryAfterMs, reason: '429' });
  const { next, verdict } = throttled(1_000);
  assert.deepEqual(next, brandIn('SUBMITTED'));
  assert.deepEqual(verdict, { kind: 'throttled', inMs: 1_000 });
  assert.equal(throttled(60_000).next.conditions.at(-1)?.reason, 'ProviderThrottled');
});

test('an answer after a silence clears the mark that the silence left', () => {
  const silent = brand.decideLook(NOW, brandIn('SUBMITTED'), unknown('no answer')).next;
  const heard = brand.decideLook(at(61), silent, status('pending')).next;
  assert.equal(heard.conditions.find((c) => c.type === 'ProviderReachable')?.status, 'True');
});

test('an ACTIVE campaign is suspended with its brand, whatever is said of the campaign itself (C35)', () => {
  const { next } = campaign.decideActive(NOW, campaignIn('ACTIVE'), suspendedBrand, status('approved'));
  assert.equal(next.phase, 'SUSPENDED');
  assert.equal(next.active, false);
});

test('what an order is refused for along with the first reason is told too, in the condition and to the world', () => {
  const along = { ...NO, field: 'address', message: 'The address is missing.' };
  const { next, events } = brand.decideSent(NOW, brandIn('SUBMITTED'), refused({ ...NO, also: [along] }));
  assert.equal(next.phase, 'REJECTED');
  const [told] = events;
  assert.ok(told?.type === 'BrandRejected');
  assert.deepEqual(
    told.data.reasons.map(({ message }) => message),
    [NO.message, along.message],
  );
  assert.match(findCondition(next.conditions, 'Vetted')?.message ?? '', /address: The address is missing\./);
});

test('a SUSPENDED campaign is restored only when provider and brand both allow it', () => {
  const restored = (of: typeof suspendedBrand, outcome: Outcome<ProviderStatus>) =>
    campaign.decideSuspended(NOW, suspendedCampaign, of, outcome).restored;
  assert.equal(restored(brandIn('VETTED'), status('approved')), true);
  assert.equal(restored(suspendedBrand, status('approved')), false);
  assert.equal(restored(brandIn('VETTED'), status('suspended')), false);
});

test('the messaging service makes an APPROVED campaign ACTIVE, and its refusal REJECTED', () => {
  const approved = campaignIn('APPROVED');
  const after = (outcome: Outcome<{ messagingServiceId: string }>) =>
    campaign.decideService(NOW, approved, brandIn('VETTED'), outcome).next.phase;
  assert.equal(after(ok({ messagingServiceId: 'MG1' })), 'ACTIVE');
  assert.equal(after({ kind: 'pending' }), 'APPROVED');
  assert.equal(after(refused(NO)), 'REJECTED');
  assert.equal(after(unknown('no answer')), 'APPROVED');
});

test('a released number is FAILED with the reason that the tenant can act on (C52)', () => {
  const { events } = binding.decideLook(NOW, bindingIn('VERIFIED'), status('gone'));
  const [event] = events;
  assert.ok(event?.type === 'NumberAttachFailed');
  assert.equal(event.data.reasons[0]?.reason, 'NumberReleased');
});
