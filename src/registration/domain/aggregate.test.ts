import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCondition } from '#kernel/condition.ts';
import {
  andThen,
  clearUnreachable,
  inOne,
  markUnreachable,
  moveTo,
  providerRefOf,
  quiet,
  reasonsOf,
  refusalCondition,
  sameSpec,
  stall,
  unstall,
  withCondition,
  withRefs,
  withSent,
  withSpec,
} from './aggregate.ts';
import { at, brandIn } from './fixtures.ts';
import { BRAND_EDGES } from './phases.ts';
import { CONDITION, REASON } from './reasons.ts';

const draft = brandIn('DRAFT');
const unreachable = { reason: REASON.ProviderThrottled, message: 'The provider asks us to slow down.' };

test('setting a condition that stands already answers the very same object', () => {
  const once = markUnreachable(draft, unreachable, at(1));
  assert.notEqual(once, draft);
  assert.equal(markUnreachable(once, unreachable, at(2)), once);
  assert.equal(once.updatedAt.getTime(), at(1).getTime());
});

test('another reason moves updatedAt but not the time of the last transition', () => {
  const once = markUnreachable(draft, unreachable, at(1));
  const again = markUnreachable(once, { ...unreachable, reason: REASON.ProviderUnavailable }, at(2));
  assert.equal(again.updatedAt.getTime(), at(2).getTime());
  const condition = findCondition(again.conditions, CONDITION.ProviderReachable);
  assert.equal(condition?.reason, REASON.ProviderUnavailable);
  assert.equal(condition?.lastTransitionTime, at(1).toISOString());
});

test('good news about what was never marked writes nothing', () => {
  assert.equal(clearUnreachable(draft, at(1)), draft);
  assert.equal(unstall(draft, at(1)), draft);
});

test('unreachable and stalled end with status flips, and end only once', () => {
  const reachable = clearUnreachable(markUnreachable(draft, unreachable, at(1)), at(2));
  assert.equal(findCondition(reachable.conditions, CONDITION.ProviderReachable)?.status, 'True');
  assert.equal(clearUnreachable(reachable, at(3)), reachable);

  const stalled = stall(draft, 'Twelve failures in a row.', at(1));
  assert.equal(findCondition(stalled.conditions, CONDITION.Stalled)?.actor, 'operator');
  const resumed = unstall(stalled, at(2));
  const condition = findCondition(resumed.conditions, CONDITION.Stalled);
  assert.deepEqual([condition?.status, condition?.lastTransitionTime], ['False', at(2).toISOString()]);
  assert.equal(unstall(resumed, at(3)), resumed);
});

test('refs are merged; refs that are known change nothing', () => {
  const first = withRefs(draft, { a: '1' }, at(1));
  const second = withRefs(first, { b: '2' }, at(2));
  assert.deepEqual(second.externalRefs, { a: '1', b: '2' });
  assert.equal(withRefs(second, { a: '1' }, at(3)), second);
  assert.equal(withRefs(second, {}, at(3)), second);
  assert.deepEqual(withRefs(second, { a: '9' }, at(3)).externalRefs, { a: '9', b: '2' });
});

test('sent brings observed generation and submission up, once', () => {
  const sent = withSent({ ...draft, generation: 3, submission: 2 }, { a: '1' }, at(1));
  assert.deepEqual([sent.observedGeneration, sent.sentSubmission], [3, 2]);
  assert.equal(withSent(sent, { a: '1' }, at(2)), sent);
});

test('a spec that differs only in the order of its keys is the same spec', () => {
  const turned = Object.fromEntries(Object.entries(draft.spec).reverse());
  assert.ok(sameSpec(draft.spec, turned));
  assert.equal(withSpec(draft, { ...draft.spec }, at(1)), draft);
  const edited = withSpec(draft, { ...draft.spec, legalName: 'Another' }, at(1));
  assert.equal(edited.generation, draft.generation + 1);
});

test('a list in another order is another spec', () => {
  assert.ok(!sameSpec({ linkDomains: ['a', 'b'] }, { linkDomains: ['b', 'a'] }));
});

test('a move without an edge is a conflict that names phase and ways in', () => {
  const subject = { name: 'Brand', details: { brandId: 'brand_1' } } as const;
  assert.throws(() => moveTo(draft, BRAND_EDGES, 'VETTED', subject, at(1)), {
    name: 'Problem',
    code: 'ConflictError',
    status: 409,
    message: 'Brand is DRAFT; only SUBMITTED can become VETTED',
    details: { brandId: 'brand_1', phase: 'DRAFT' },
  });
});

test('a move ends a stall: something went on', () => {
  const stalled = stall(draft, 'Twelve failures in a row.', at(1));
  const subject = { name: 'Brand', details: {} } as const;
  const moved = moveTo(stalled, BRAND_EDGES, 'SUBMITTED', subject, at(2));
  assert.equal(findCondition(moved.conditions, CONDITION.Stalled)?.status, 'False');
});

test('a refusal keeps code, field, link, remediation and its own actor', () => {
  const refusal = {
    reason: REASON.TaxIdMismatch,
    message: 'EIN and name do not match.',
    code: '30795',
    field: 'legalName',
    link: 'https://example.com/30795',
    remediation: 'Write the name as on the IRS letter.',
    actor: 'provider',
  } as const;
  assert.deepEqual(refusalCondition(CONDITION.Vetted, 'False', refusal, 'tenant'), {
    type: 'Vetted',
    status: 'False',
    ...refusal,
  });
  const { link: _link, actor: _actor, ...told } = refusal;
  assert.deepEqual(reasonsOf([refusal]), [told]);
});

test('a refusal without reasons still leaves one, for an operator', () => {
  assert.equal(inOne([]).reason, REASON.ProviderRefused);
  assert.equal(inOne([]).actor, 'operator');
  assert.equal(reasonsOf([]).length, 1);
});

test('several refusals make one condition with the words of all, each once and with its field', () => {
  const missing = { reason: REASON.InvalidField, message: 'A field is missing.', remediation: 'Give it.' };
  const said = inOne([
    { ...missing, field: 'legalName', code: '22215', actor: 'tenant' },
    { ...missing, field: 'address' },
    { ...missing, field: 'address' },
    { reason: REASON.ProviderRefused, message: 'No.', remediation: 'Ask.', actor: 'operator' },
  ]);
  assert.deepEqual(said, {
    reason: REASON.InvalidField,
    message: 'legalName: A field is missing. address: A field is missing. No.',
    remediation: 'Give it. Ask.',
    field: 'legalName',
    code: '22215',
    actor: 'tenant',
  });
  assert.equal(inOne([missing]), missing);
  const bare = { reason: REASON.ProviderRefused, message: 'No.' };
  assert.deepEqual(inOne([bare, { ...bare, message: 'Never.' }]), { ...bare, message: 'No. Never.' });
});

test('an object is known to the provider by the ref of its own kind, until then by none', () => {
  const number = { messagingServiceId: 'MG1', phoneNumberSid: 'PN1' };
  assert.equal(providerRefOf({ providerBrandId: 'BN1', tcrBrandId: 'B1ABCDE' }), 'BN1');
  assert.equal(providerRefOf({ ...number, providerCampaignId: 'QE1' }), 'QE1');
  assert.deepEqual([providerRefOf(number), providerRefOf({})], ['MG1', undefined]);
});

test('two transitions in a row keep the order of their events', () => {
  const event = (generation: number) =>
    ({
      type: 'BrandSubmitted',
      aggregateType: 'brand',
      aggregateId: 'brand_1',
      data: { brandId: 'brand_1', generation },
    }) as const;
  const both = andThen({ next: draft, events: [event(1)] }, (next) => ({ next, events: [event(2)] }));
  assert.deepEqual(both, { next: draft, events: [event(1), event(2)] });
  assert.deepEqual(quiet(draft), { next: draft, events: [] });
});

test('optional fields of an older condition do not survive a new one of its type', () => {
  const refused = withCondition(
    draft,
    { type: 'Vetted', status: 'False', reason: 'A', message: 'a', field: 'legalName' },
    at(1),
  );
  const waiting = withCondition(
    refused,
    { type: 'Vetted', status: 'False', reason: 'B', message: 'b' },
    at(2),
  );
  assert.equal(findCondition(waiting.conditions, 'Vetted')?.field, undefined);
});
