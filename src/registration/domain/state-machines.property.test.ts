import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findCondition } from '#kernel/condition.ts';
import { Problem } from '#kernel/problem.ts';
import { clearUnreachable, markUnreachable, quiet, stall, unstall } from './aggregate.ts';
import { bindingDetachedAtProvider, detachBinding, requestAttach } from './binding.ts';
import {
  attachBinding,
  campaignIsActive,
  failBinding,
  verifyBinding,
  waitForCampaign,
  waitForDetach,
} from './binding-progress.ts';
import {
  brandSent,
  editBrand,
  rejectBrand,
  restoreBrand,
  submitBrand,
  suspendBrand,
  vetBrand,
} from './brand.ts';
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
import type { DomainEvent, Transition } from './events.ts';
import { at, bindingIn, brandIn, brandInput, campaignIn, campaignInput, T0 } from './fixtures.ts';
import { BINDING_EDGES, BRAND_EDGES, CAMPAIGN_EDGES, isLive, type PhaseEdge } from './phases.ts';
import { readinessOf } from './readiness.ts';
import { CONDITION, REASON } from './reasons.ts';
import type { Aggregate, Binding, Brand, Campaign } from './types.ts';

/** One thing that may happen to an aggregate; `n` picks among its variants. */
type Step<A> = (aggregate: A, now: Date, n: number) => Transition<A>;
type Play = readonly { readonly step: number; readonly n: number }[];

function pick<T>(items: readonly T[], n: number): T {
  const item = items[n % items.length];
  assert.ok(item !== undefined);
  return item;
}
const refusals = [
  [],
  [{ reason: REASON.InvalidField, message: 'A field is wrong.', field: 'legalName' }],
  [{ reason: REASON.NumberReleased, message: 'Released.' }],
] as const;
const refs = [{}, { a: '1' }, { a: '2', b: '3' }] as const;
const why = [
  { reason: REASON.ProviderThrottled, message: 'Slow down.' },
  { reason: REASON.ProviderUnavailable, message: 'No answer.' },
] as const;

/** What may happen to every aggregate. */
function common<A extends Aggregate<unknown, string>>(): readonly Step<A>[] {
  return [
    (aggregate, now, n) => quiet(markUnreachable(aggregate, pick(why, n), now)),
    (aggregate, now) => quiet(clearUnreachable(aggregate, now)),
    (aggregate, now) => quiet(stall(aggregate, 'Twelve failures in a row.', now)),
    (aggregate, now) => quiet(unstall(aggregate, now)),
  ];
}

/** `size`: without it fast-check keeps to about ten steps, too few to get a campaign to ACTIVE and back. */
const plays = (steps: number): fc.Arbitrary<Play> =>
  fc.array(fc.record({ step: fc.nat(steps - 1), n: fc.nat(5) }), { maxLength: 60, size: 'max' });

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

/** What a step came to; undefined when a guard forbade it, which must have changed nothing. */
function attempt<A>(before: A, run: (before: A) => Transition<A>): Transition<A> | undefined {
  const copy = structuredClone(before);
  try {
    return run(frozen(before));
  } catch (error) {
    assert.ok(error instanceof Problem && [409, 422].includes(error.status), String(error));
    return undefined;
  } finally {
    assert.deepEqual(before, copy, 'a step never changes its input');
  }
}

const readyStatus = (aggregate: Aggregate<unknown, string>) =>
  findCondition(aggregate.conditions, CONDITION.Ready)?.status;
const isGateEvent = ({ type }: DomainEvent) => type === 'A2PReady' || type === 'A2PNotReady';

/** What holds of every step of every machine. Answers the edge taken, if any. */
function checkStep<P extends string, A extends Aggregate<unknown, P>>(
  before: A,
  { next, events }: Transition<A>,
  edges: readonly PhaseEdge<P>[],
  now: Date,
): string | undefined {
  const edge = edges.find(({ from, to }) => from === before.phase && to === next.phase);
  const moved = before.phase !== next.phase;
  if (moved) assert.ok(edge, `illegal move ${before.phase} -> ${next.phase}`);
  assert.deepEqual(
    events.filter((event) => !isGateEvent(event)).map(({ type }) => type),
    moved ? [edge?.event] : [],
    'events are the edges taken',
  );
  const [was, is] = [readyStatus(before), readyStatus(next)];
  const gate =
    was === is || (was === undefined && is === 'False') ? [] : [is === 'True' ? 'A2PReady' : 'A2PNotReady'];
  assert.deepEqual(
    events.filter(isGateEvent).map(({ type }) => type),
    gate,
    'the gate is told on flips',
  );

  if (next === before) return undefined;
  assert.notDeepEqual(next, before, 'what changes nothing answers the same object');
  assert.equal(next.updatedAt, now);
  for (const kept of ['tenantId', 'version', 'createdAt'] as const) assert.equal(next[kept], before[kept]);
  assert.ok([0, 1].includes(next.generation - before.generation), 'generation counts up');
  assert.ok([0, 1].includes(next.submission - before.submission), 'submission counts up');
  assert.equal(next.submission > before.submission, moved && next.phase === 'SUBMITTED');
  assert.ok(next.observedGeneration >= before.observedGeneration);
  assert.ok(next.observedGeneration <= next.generation);
  assert.ok(next.sentSubmission >= before.sentSubmission);
  assert.ok(next.sentSubmission <= next.submission);
  for (const condition of next.conditions) {
    const older = findCondition(before.conditions, condition.type);
    const since = older?.status === condition.status ? older.lastTransitionTime : now.toISOString();
    assert.equal(condition.lastTransitionTime, since, `${condition.type} moved without a flip`);
  }
  return moved ? `${before.phase} -> ${next.phase}` : undefined;
}

/** Plays sequences against one machine; every edge has to be taken at least once on the way. */
function explore<P extends string, A extends Aggregate<unknown, P>>(
  machine: {
    readonly edges: readonly PhaseEdge<P>[];
    /** Where a play may begin; states further on make the rarer edges common. */
    readonly starts: readonly A[];
    readonly steps: readonly Step<A>[];
    readonly invariant: (before: A, next: A) => void;
  },
  numRuns: number,
): void {
  const taken = new Set<string>();
  const { edges, starts, steps, invariant } = machine;
  fc.assert(
    fc.property(fc.constantFrom(...starts), plays(steps.length), (start, play) => {
      let aggregate = start;
      for (const [index, { step, n }] of play.entries()) {
        const now = at(100 + index);
        const before = aggregate;
        const done = attempt(before, () => steps[step]?.(before, now, n) ?? quiet(before));
        if (done === undefined) continue;
        const edge = checkStep(before, done, edges, now);
        if (edge !== undefined) taken.add(edge);
        invariant(before, done.next);
        aggregate = done.next;
      }
    }),
    { numRuns },
  );
  assert.deepEqual(
    [...taken].sort(),
    edges.map(({ from, to }) => `${from} -> ${to}`).sort(),
    'every edge is reachable',
  );
}

test('brand: no sequence of commands and observations leaves the allowed edges', () => {
  const specs = [
    brandInput,
    { ...brandInput, legalName: 'Rosa Plumbing' },
    { ...brandInput, taxId: '98-7654321' },
    { ...brandInput, websiteDomain: 'localhost' },
    { ...brandInput, brandType: 'SOLE_PROP' },
  ] as const;
  const steps: readonly Step<Brand>[] = [
    (brand, now, n) => editBrand(brand, pick(specs, n), now),
    (brand, now) => submitBrand(brand, now),
    (brand, now, n) => brandSent(brand, pick(refs, n), now),
    (brand, now, n) => vetBrand(brand, pick(refs, n), now),
    (brand, now, n) => rejectBrand(brand, pick(refusals, n), now),
    (brand, now, n) => suspendBrand(brand, pick(refusals, n), now),
    (brand, now) => restoreBrand(brand, now),
    ...common<Brand>(),
  ];
  explore(
    {
      edges: BRAND_EDGES,
      starts: [brandIn('DRAFT'), brandIn('SUBMITTED'), brandIn('VETTED')],
      steps,
      invariant(before, next) {
        assert.equal(next.brandId, before.brandId);
        if (before.submission > 0) assert.equal(next.spec.taxId, before.spec.taxId, 'frozen (R66)');
        if (next.phase === 'VETTED') assert.equal(next.sentSubmission, next.submission);
        if (next.spec !== before.spec) assert.ok(['DRAFT', 'REJECTED'].includes(before.phase));
      },
    },
    400,
  );
});

const vetted = brandIn('VETTED');
const brands = [vetted, suspendBrand(vetted, [], at(4)).next, brandIn('SUBMITTED')] as const;
const bindingSets = [[bindingIn('VERIFIED')], [bindingIn('ATTACHED')], []] as const;

/** The gate in the seed's own words (R36), apart from how readinessOf finds it. */
function mayBeReady(brand: Brand, campaign: Campaign, bindings: readonly Binding[]): boolean {
  const suspended = findCondition(brand.conditions, CONDITION.ProviderSuspended)?.status === 'True';
  const verified = bindings.some(({ phase }) => phase === 'VERIFIED');
  return brand.phase === 'VETTED' && !suspended && campaign.phase === 'ACTIVE' && verified;
}

function refreshReady(campaign: Campaign, now: Date, n: number): Transition<Campaign> {
  const [brand, bindings] = [pick(brands, n), pick(bindingSets, Math.floor(n / 2))];
  const readiness = readinessOf({ brand, campaign, bindings });
  assert.equal(readiness.ready, mayBeReady(brand, campaign, bindings));
  assert.equal(readiness.ready, readiness.blockers.length === 0);
  return setReady(campaign, readiness, now);
}

const campaignSteps: readonly Step<Campaign>[] = [
  (campaign, now, n) =>
    editCampaign(campaign, { ...campaignInput, stopHelpText: n % 2 ? 'STOP, HELP' : 'STOP' }, vetted, now),
  (campaign, now, n) => submitCampaign(campaign, { brand: pick(brands, n) }, now),
  (campaign, now) => takeSlot(campaign, now),
  (campaign, now) => blockOnDuplicate(campaign, 'camp_other', now),
  (campaign, now, n) => blockOnBrand(campaign, pick(brands, n), now),
  (campaign, now) => unblockOnBrand(campaign, now),
  (campaign, now, n) => campaignSent(campaign, pick(refs, n), now),
  (campaign, now, n) => approveCampaign(campaign, pick(refs, n), now),
  (campaign, now, n) => activateCampaign(campaign, pick(brands, n), 'MG1', now),
  (campaign, now, n) => rejectCampaign(campaign, pick(refusals, n), now),
  (campaign, now, n) => suspendCampaign(campaign, pick(refusals, n), now),
  (campaign, now, n) => resumeCampaign(campaign, pick(brands, n), 'MG1', now),
  refreshReady,
  ...common<Campaign>(),
];

const newCampaign = (campaignId: string): Campaign =>
  createCampaign({ tenantId: 'ten_1', campaignId, brand: vetted, spec: campaignInput, now: T0 }).next;

function campaignInvariant(before: Campaign, next: Campaign): void {
  assert.deepEqual([next.campaignId, next.brandId], [before.campaignId, before.brandId]);
  if (['APPROVED', 'ACTIVE'].includes(next.phase)) assert.ok(next.active, `${next.phase} without the slot`);
  if (['DRAFT', 'REJECTED'].includes(next.phase)) assert.ok(!next.active, `${next.phase} holds the slot`);
  if (next.phase === 'ACTIVE') assert.equal(next.externalRefs.messagingServiceId, 'MG1');
  if (next.active) assert.notEqual(findCondition(next.conditions, CONDITION.DuplicateActive)?.status, 'True');
}

test('campaign: no sequence of commands and observations leaves the allowed edges', () => {
  explore(
    {
      edges: CAMPAIGN_EDGES,
      starts: (['DRAFT', 'SUBMITTED', 'APPROVED', 'ACTIVE'] as const).map(campaignIn),
      steps: campaignSteps,
      invariant: campaignInvariant,
    },
    600,
  );
});

test('campaigns: with one slot to take, never two are at the provider, APPROVED or ACTIVE (R66, C16)', () => {
  let contended = 0;
  const turns = fc.array(
    fc.record({ who: fc.nat(1), step: fc.nat(campaignSteps.length - 1), n: fc.nat(5) }),
    { maxLength: 80, size: 'max' },
  );
  fc.assert(
    fc.property(turns, (play) => {
      const campaigns: [Campaign, Campaign] = [newCampaign('camp_1'), newCampaign('camp_2')];
      for (const [index, { who, step, n }] of play.entries()) {
        const [mine, other] = who === 0 ? ([0, 1] as const) : ([1, 0] as const);
        const before = campaigns[mine];
        const done = attempt(before, () => campaignSteps[step]?.(before, at(index + 1), n) ?? quiet(before));
        if (done === undefined) continue;
        // The store's unique index: a second holder is a conflict, and nothing is saved.
        if (done.next.active && campaigns[other].active) {
          contended += 1;
          continue;
        }
        campaigns[mine] = done.next;
        const running = campaigns.filter(({ phase }) => phase === 'APPROVED' || phase === 'ACTIVE');
        assert.ok(running.length <= 1);
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(contended > 0, 'the slot was fought for');
});

const bindingSteps: readonly Step<Binding>[] = [
  (binding, now) => waitForCampaign(binding, now),
  (binding, now) => campaignIsActive(binding, now),
  (binding, now) => waitForDetach(binding, now),
  (binding, now, n) => attachBinding(binding, pick(refs, n), 'MG1', now),
  (binding, now, n) => verifyBinding(binding, pick(refs, n), now),
  (binding, now, n) => failBinding(binding, pick(refusals, n), now),
  (binding, now) => detachBinding(binding, now),
  (binding, now) => bindingDetachedAtProvider(binding, now),
  ...common<Binding>(),
];

test('binding: no sequence of commands and observations leaves the allowed edges', () => {
  explore(
    {
      edges: BINDING_EDGES,
      starts: [bindingIn('REQUESTED'), bindingIn('ATTACHED'), bindingIn('VERIFIED')],
      steps: bindingSteps,
      invariant(before, next) {
        assert.deepEqual([next.bindingId, next.spec], [before.bindingId, before.spec]);
        if (['ATTACHED', 'VERIFIED'].includes(next.phase))
          assert.equal(findCondition(next.conditions, CONDITION.Attached)?.status, 'True');
        if (next.phase === 'VERIFIED')
          assert.equal(findCondition(next.conditions, CONDITION.Verified)?.status, 'True');
        if (next.phase === 'DETACHED')
          assert.ok(findCondition(next.conditions, CONDITION.ProviderDetached), 'the pool is accounted for');
      },
    },
    600,
  );
});

test('bindings: one number never has two live ones, whoever asks in whatever order (R22, R92)', () => {
  const turns = fc.array(fc.record({ step: fc.nat(bindingSteps.length), n: fc.nat(5) }), {
    maxLength: 60,
    size: 'max',
  });
  fc.assert(
    fc.property(turns, (play) => {
      const all: Binding[] = [];
      for (const [index, { step, n }] of play.entries()) {
        const now = at(index + 1);
        const current = all.at(-1);
        if (step === bindingSteps.length || current === undefined) {
          const input = {
            tenantId: 'ten_1',
            bindingId: `bind_${all.length}`,
            campaignId: `camp_${n}`,
            e164: '+15005550006',
            current,
            now,
          };
          const asked = attempt(input, () => ({ next: input, events: requestAttach(input).events }));
          assert.equal(asked === undefined, current !== undefined && isLive(current.phase));
          if (asked) all.push(requestAttach(input).next);
        } else {
          const done = attempt(current, () => bindingSteps[step]?.(current, now, n) ?? quiet(current));
          if (done) all.splice(-1, 1, done.next);
        }
        assert.ok(all.filter(({ phase }) => isLive(phase)).length <= 1);
      }
    }),
    { numRuns: 300 },
  );
});
