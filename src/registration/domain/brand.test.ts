import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findCondition } from '#kernel/condition.ts';
import { stall } from './aggregate.ts';
import {
  brandSent,
  createBrand,
  editBrand,
  isInGoodStanding,
  rejectBrand,
  restoreBrand,
  submitBrand,
  suspendBrand,
  vetBrand,
} from './brand.ts';
import { at, brandIn, brandInput, conflictOf, faultyFieldsOf, T0 } from './fixtures.ts';
import { CONDITION, REASON } from './reasons.ts';
import type { Brand, BrandPhase } from './types.ts';

const mismatch = {
  reason: REASON.TaxIdMismatch,
  message: 'The EIN belongs to another name.',
  code: '30795',
  field: 'legalName',
  link: 'https://example.com/30795',
  remediation: 'Write the name as on the IRS letter.',
};

const draft = brandIn('DRAFT');
const sent = brandIn('SUBMITTED');
const vetted = brandIn('VETTED');
const rejected = rejectBrand(sent, [mismatch], at(3)).next;
const BRANDS: Record<BrandPhase, Brand> = {
  DRAFT: draft,
  SUBMITTED: sent,
  VETTED: vetted,
  REJECTED: rejected,
};
const PHASES = ['DRAFT', 'SUBMITTED', 'VETTED', 'REJECTED'] as const;

test('a new brand is a quiet draft of generation 1 that the provider has not seen', () => {
  const { next, events } = createBrand({ tenantId: 'ten_1', brandId: 'brand_1', spec: brandInput, now: T0 });
  assert.deepEqual(events, []);
  assert.equal(next.phase, 'DRAFT');
  assert.deepEqual(
    [next.generation, next.observedGeneration, next.submission, next.sentSubmission],
    [1, 0, 0, 0],
  );
  assert.equal(next.spec.displayName, brandInput.legalName, 'C30: displayName defaults to legalName');
});

test('a brand with faults is refused with all of them at once', () => {
  const spec = { ...brandInput, legalName: ' ', taxId: 'no', websiteDomain: 'localhost' };
  assert.deepEqual(
    faultyFieldsOf(() => createBrand({ tenantId: 'ten_1', brandId: 'brand_1', spec, now: T0 })),
    ['legalName', 'taxId', 'websiteDomain'],
  );
});

describe('each command and observation is allowed in exactly these phases', () => {
  const table: {
    readonly name: string;
    readonly run: (brand: Brand) => { readonly next: Brand };
    readonly allowed: readonly BrandPhase[];
    readonly reason: string;
  }[] = [
    {
      name: 'edit',
      run: (brand) => editBrand(brand, { ...brandInput, legalName: 'Rosa Plumbing' }, at(9)),
      allowed: ['DRAFT', 'REJECTED'],
      reason: 'what the provider is looking at, or has vetted, must not change under it (C18)',
    },
    {
      name: 'submit',
      run: (brand) => submitBrand(brand, at(9)),
      allowed: ['DRAFT', 'REJECTED'],
      reason: 'one order at a time; VETTED is final; SUBMITTED never goes back (R90)',
    },
    {
      name: 'sent',
      run: (brand) => brandSent(brand, { a: '1' }, at(9)),
      allowed: ['SUBMITTED'],
      reason: 'only an order can be accepted',
    },
    {
      name: 'vet',
      run: (brand) => vetBrand(brand, {}, at(9)),
      allowed: ['SUBMITTED'],
      reason: 'only what was ordered can be vetted (R66)',
    },
    {
      name: 'reject',
      run: (brand) => rejectBrand(brand, [mismatch], at(9)),
      allowed: ['SUBMITTED'],
      reason: 'a vetted brand that is refused later is suspended instead (C35)',
    },
    {
      name: 'suspend',
      run: (brand) => suspendBrand(brand, [mismatch], at(9)),
      allowed: ['VETTED'],
      reason: 'before VETTED there is nothing to take back',
    },
    {
      name: 'restore',
      run: (brand) => restoreBrand(brand, at(9)),
      allowed: ['VETTED'],
      reason: 'only what was vetted can be given back',
    },
  ];
  for (const { name, run, allowed, reason } of table)
    for (const phase of PHASES)
      test(`${name} in ${phase}: ${allowed.includes(phase) ? 'allowed' : 'conflict'} - ${reason}`, () => {
        if (allowed.includes(phase)) return void run(BRANDS[phase]);
        const { details } = conflictOf(() => run(BRANDS[phase]));
        assert.deepEqual(details, { brandId: 'brand_1', phase });
      });
});

test('an edit counts a generation only when the spec differs, and keeps the phase', () => {
  assert.equal(editBrand(draft, { ...brandInput, taxId: '123456789' }, at(1)).next, draft);
  const { next, events } = editBrand(rejected, { ...brandInput, legalName: 'Rosa Plumbing Inc.' }, at(9));
  assert.deepEqual([next.generation, next.observedGeneration, next.phase], [2, 1, 'REJECTED']);
  assert.deepEqual(events, []);
  assert.equal(next.updatedAt.getTime(), at(9).getTime());
});

test('an edit that would leave faults is refused', () => {
  assert.throws(() => editBrand(draft, { ...brandInput, legalName: '' }, at(1)), { status: 422 });
});

test('taxId may change before the first submit, never after (R66)', () => {
  const other = { ...brandInput, taxId: '98-7654321' };
  assert.equal(editBrand(draft, other, at(1)).next.spec.taxId, '98-7654321');
  const { details } = conflictOf(() => editBrand(rejected, other, at(9)));
  assert.deepEqual(details, { brandId: 'brand_1', phase: 'REJECTED', field: 'taxId' });
  const { taxId: _gone, ...without } = brandInput;
  assert.equal(
    conflictOf(() => editBrand(rejected, { ...without, brandType: 'SOLE_PROP' }, at(9))).details.field,
    'taxId',
    'leaving it out is a change, too',
  );
});

test('submit orders once more each time and tells so', () => {
  const first = submitBrand(draft, at(1));
  assert.deepEqual([first.next.phase, first.next.submission, first.next.sentSubmission], ['SUBMITTED', 1, 0]);
  assert.deepEqual(first.events, [
    {
      type: 'BrandSubmitted',
      aggregateType: 'brand',
      aggregateId: 'brand_1',
      data: { brandId: 'brand_1', generation: 1 },
    },
  ]);
  const vettedFalse = findCondition(first.next.conditions, CONDITION.Vetted);
  assert.deepEqual([vettedFalse?.status, vettedFalse?.reason], ['False', REASON.AwaitingProvider]);

  const again = submitBrand(rejected, at(9)).next;
  assert.deepEqual([again.submission, again.sentSubmission, again.generation], [2, 1, 1]);
  const waiting = findCondition(again.conditions, CONDITION.Vetted);
  assert.deepEqual(
    [waiting?.reason, waiting?.field, waiting?.code],
    ['AwaitingProvider', undefined, undefined],
  );
});

test('submit lists what the seed minimum misses', () => {
  const { taxId: _none, ...rest } = brandInput;
  const spec = { ...rest, brandType: 'SOLE_PROP' } as const;
  const brand = createBrand({ tenantId: 'ten_1', brandId: 'brand_1', spec, now: T0 }).next;
  assert.deepEqual(
    faultyFieldsOf(() => submitBrand(brand, at(1))),
    ['mobilePhone'],
  );
  const complete = editBrand(brand, { ...spec, mobilePhone: '(500) 555-0006' }, at(1)).next;
  assert.equal(submitBrand(complete, at(2)).next.phase, 'SUBMITTED');
});

test('sent remembers refs, generation and submission, and writes nothing the second time', () => {
  assert.deepEqual([sent.observedGeneration, sent.sentSubmission], [1, 1]);
  assert.deepEqual(sent.externalRefs, { providerBrandId: 'BN1' });
  assert.equal(brandSent(sent, { providerBrandId: 'BN1' }, at(9)).next, sent);
});

test('vetted brands tell their refs and are in good standing', () => {
  const { next, events } = vetBrand(sent, { tcrBrandId: 'B1' }, at(3));
  assert.ok(isInGoodStanding(next));
  assert.deepEqual(events, [
    {
      type: 'BrandVetted',
      aggregateType: 'brand',
      aggregateId: 'brand_1',
      data: { brandId: 'brand_1', externalRefs: { providerBrandId: 'BN1', tcrBrandId: 'B1' } },
    },
  ]);
  const condition = findCondition(next.conditions, CONDITION.Vetted);
  assert.deepEqual([condition?.status, condition?.lastTransitionTime], ['True', at(3).toISOString()]);
});

test('an answer to an older submission does not vet the present one', () => {
  const again = submitBrand(rejected, at(9)).next;
  conflictOf(() => vetBrand(again, {}, at(10)));
  assert.equal(vetBrand(brandSent(again, {}, at(10)).next, {}, at(11)).next.phase, 'VETTED');
});

test('a rejection tells the tenant what to mend, in condition and event', () => {
  const { next, events } = rejectBrand(sent, [mismatch, { reason: 'Other', message: 'More.' }], at(3));
  assert.deepEqual(findCondition(next.conditions, CONDITION.Vetted), {
    type: 'Vetted',
    status: 'False',
    ...mismatch,
    message: `legalName: ${mismatch.message} More.`,
    actor: 'tenant',
    lastTransitionTime: at(1).toISOString(),
  });
  const { link: _link, ...told } = mismatch;
  assert.deepEqual(events, [
    {
      type: 'BrandRejected',
      aggregateType: 'brand',
      aggregateId: 'brand_1',
      data: { brandId: 'brand_1', reasons: [told, { reason: 'Other', message: 'More.' }] },
    },
  ]);
});

test('a refusal at once rejects an order that was never accepted', () => {
  const order = submitBrand(draft, at(1)).next;
  assert.equal(rejectBrand(order, [mismatch], at(2)).next.phase, 'REJECTED');
});

test('suspension keeps VETTED, costs the good standing, and says nothing twice', () => {
  const gone = { reason: REASON.ProviderObjectGone, message: 'The provider no longer has the brand.' };
  const { next, events } = suspendBrand(vetted, [gone], at(9));
  assert.deepEqual([next.phase, isInGoodStanding(next), events.length], ['VETTED', false, 0]);
  assert.equal(findCondition(next.conditions, CONDITION.ProviderSuspended)?.actor, 'operator');
  assert.equal(suspendBrand(next, [gone], at(10)).next, next);

  const restored = restoreBrand(next, at(11)).next;
  assert.ok(isInGoodStanding(restored));
  assert.equal(restoreBrand(restored, at(12)).next, restored);
  assert.equal(restoreBrand(vetted, at(12)).next, vetted, 'never suspended: nothing to write');
});

test('a submission ends a stall', () => {
  const next = submitBrand(stall(rejected, 'Twelve failures in a row.', at(8)), at(9)).next;
  assert.equal(findCondition(next.conditions, CONDITION.Stalled)?.status, 'False');
});
