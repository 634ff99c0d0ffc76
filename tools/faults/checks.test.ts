import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECKS } from './checks.ts';
import type { Write } from './client.ts';
import { type Evidence, type TenantEvidence, tagOfPurchase } from './evidence.ts';
import type { Business } from './load.ts';
import { LONGEST_SECRET, SECRET_MARKS, secretsOf } from './load.ts';
import type { Purchase } from './purchases.ts';
import type { FeedEvent } from './tenant.ts';

test('a run in which everything held is found to be one', () => {
  const failures = CHECKS.flatMap(({ name, find }) =>
    find(goodRun()).map((failure) => `${name}: ${failure}`),
  );
  assert.deepEqual(failures, []);
});

/** What is broken, by the check that has to see it; a check may see more than its own. */
const BREAKS: Readonly<Record<string, readonly ((run: Evidence) => Evidence)[]>> = {
  'there was a load': [
    (run) => ({ ...run, purchases: [] }),
    (run) => ({ ...run, repeats: [] }),
    (run) => inTenant(run, () => ({ received: [] })),
    (run) => inTenant(run, () => ({ brands: [] })),
  ],
  'every write was answered, none with an error': [
    (run) => ({ ...run, writes: { ...run.writes, failed: ['POST /brands was not answered in time'] } }),
  ],
  'every acknowledged write is there': [
    (run) => inTenant(run, () => ({ brands: [] })),
    (run) => inTenant(run, () => ({ campaigns: [] })),
    (run) => inTenant(run, () => ({ numbers: [] })),
    (run) => inTenant(run, () => ({ brands: [{ ...brand, spec: { displayName: 'Another' } }] })),
    (run) => inTenant(run, () => ({ numbers: [{ ...number, campaignId: 'camp_2' }] })),
    (run) => ({ ...run, numbers: [] }),
    (run) => ({ ...run, numbers: run.numbers.map((one) => ({ ...one, friendlyName: 'another order' })) }),
    (run) => ({
      ...run,
      numbers: run.numbers.map((one) => ({ ...one, text: '{"sms_url":"https://else"}' })),
    }),
    (run) => ({ ...run, purchases: run.purchases.map((one) => ({ ...one, released: true })) }),
  ],
  'a write that is sent again is answered as before': [
    (run) => ({ ...run, repeats: [{ write, status: 201, answer: { brandId: 'brand_2' } }] }),
    (run) => ({ ...run, repeats: [{ write, status: 0, answer: undefined }] }),
    (run) => ({ ...run, repeats: [{ write, status: 201, answer: { ...brand, status: { phase: 'NEW' } } }] }),
    (run) => ({ ...run, repeats: [{ write: ordered, status: 201, answer: { sid: 'PN2' } }] }),
    (run) => ({ ...run, repeats: [{ write: { ...ordered, answer: {} }, status: 201, answer: {} }] }),
    (run) => ({ ...run, twins: ['POST /brands: brand_1 and brand_2'] }),
  ],
  'nothing exists twice at a provider': [
    (run) => ({ ...run, createdTags: [...run.createdTags, ...run.createdTags] }),
    (run) => ({ ...run, numbers: [...run.numbers, ...run.numbers] }),
    (run) => ({ ...run, registered: [{ kind: 'brands', count: 1, each: 1 }] }),
    (run) => ({
      ...run,
      businesses: run.businesses.map((one) => ({ ...one, tenant: 'twilio' })),
      registered: [{ kind: 'endUsers', count: 4, each: 3 }],
    }),
    (run) => inTenant(run, ({ numbers }) => ({ numbers: [...numbers, ...numbers] })),
    (run) => inTenant(run, ({ brands }) => ({ brands: [...brands, ...brands] })),
  ],
  'nothing exists that nobody ordered': [
    (run) => ({ ...run, purchases: [] }),
    (run) => inTenant(run, ({ campaigns }) => ({ campaigns: [...campaigns, { campaignId: 'camp_2' }] })),
  ],
  'no event is lost': [
    (run) => inTenant(run, ({ received }) => ({ received: received.slice(1) })),
    (run) => inTenant(run, ({ feed }) => ({ feed: feed.slice(0, -1) })),
    (run) =>
      inTenant(run, ({ received }) => ({ received: received.map((one) => ({ ...one, type: 'Other' })) })),
  ],
  'every aggregate has the events of its way, in sequence': [
    (run) => inTenant(run, ({ feed }) => ({ feed: feed.filter(({ type }) => type !== 'BrandVetted') })),
    (run) => inTenant(run, ({ feed }) => ({ feed: feed.filter(({ type }) => type !== 'BrandSubmitted') })),
    (run) => inTenant(run, ({ feed }) => ({ feed: feed.filter(({ type }) => type !== 'A2PReady') })),
    (run) => inTenant(run, ({ feed }) => ({ feed: feed.filter(({ type }) => type !== 'NumberVerified') })),
    (run) => ({ ...run, businesses: [{ ...business, kind: 'detached' }] }),
  ],
  'no order is inverted, every signature verifies': [
    (run) => inTenant(run, () => ({ violations: ['brand_1: 1 arrived new after 2'] })),
    (run) => inTenant(run, ({ received }) => ({ received: received.toReversed() })),
  ],
  'every aggregate settled': [
    (run) => ({ ...run, businesses: [{ ...business, settledMs: undefined }] }),
    (run) => ({ ...run, purchases: run.purchases.map((one) => ({ ...one, settledMs: undefined })) }),
    (run) => inTenant(run, () => ({ unsettled: ['brand brand_1 is parked'] })),
    (run) => inTenant(run, () => ({ campaigns: [{ ...campaign, status: { phase: 'SUSPENDED' } }] })),
    (run) => inTenant(run, () => ({ numbers: [{ ...number, status: { phase: 'FAILED' } }] })),
  ],
  'accepted = delivered + pending + dead + skipped': [
    (run) =>
      inTenant(run, ({ conserved }) => ({ conserved: conserved.map((one) => ({ ...one, holds: false })) })),
    (run) =>
      inTenant(run, ({ conserved }) => ({ conserved: conserved.map((one) => ({ ...one, accepted: 1 })) })),
    (run) => inTenant(run, () => ({ conserved: [] })),
    (run) =>
      inTenant(run, ({ conserved }) => ({ conserved: conserved.map((one) => ({ ...one, delivered: 0 })) })),
    (run) =>
      inTenant(run, ({ conserved }) => ({
        conserved: conserved.map((one) => ({ ...one, delivered: one.delivered - 1, dead: 1 })),
      })),
  ],
  'no phase ever left the allowed path': [
    (run) => ({
      ...run,
      businesses: [{ ...business, phases: { ...phases, brand: ['VETTED', 'SUBMITTED'] } }],
    }),
    (run) => ({
      ...run,
      businesses: [{ ...business, phases: { ...phases, campaign: ['ACTIVE', 'APPROVED'] } }],
    }),
    (run) => ({
      ...run,
      businesses: [{ ...business, phases: { ...phases, number: ['DETACHED', 'VERIFIED'] } }],
    }),
  ],
  'no personal data in any log or event': [
    ...secretsOf(0).map((secret) => (run: Evidence) => ({
      ...run,
      outputs: [{ name: 'api-1', text: `{"msg":"saved ${secret}"}` }],
    })),
    (run) =>
      inTenant(run, ({ feed }) => ({ feed: feed.map((one) => ({ ...one, text: secretsOf(0)[0] ?? '' })) })),
    (run) => ({ ...run, outputs: [{ name: 'api-1', text: '' }] }),
  ],
  'no process ended by itself, each stops cleanly': [
    (run) => ({ ...run, deaths: [{ name: 'api-1', count: 1 }] }),
    (run) => ({ ...run, exits: [{ name: 'api-1', code: 1 }] }),
    (run) => ({ ...run, exits: [{ name: 'api-1', code: null }] }),
  ],
};

for (const { name, find } of CHECKS) {
  test(`"${name}" sees each way in which it can be broken`, () => {
    const breaks = BREAKS[name] ?? [];
    assert.ok(breaks.length > 0, 'nothing shows that it can fail');
    for (const [at, broken] of breaks.entries()) {
      assert.notDeepEqual(find(broken(goodRun())), [], `break ${at + 1} is not seen`);
    }
  });
}

test('every secret of every business has a mark by which it is looked for, and is no longer than is looked at', () => {
  for (const n of [0, 7, 42, 999, 4_096, 9_999]) {
    for (const secret of secretsOf(n)) {
      assert.ok(
        SECRET_MARKS.some((mark) => secret.includes(mark)),
        secret,
      );
      assert.ok(secret.length <= LONGEST_SECRET, secret);
    }
  }
});

const phases: Business['phases'] = {
  brand: ['SUBMITTED', 'VETTED'],
  campaign: ['DRAFT', 'SUBMITTED', 'ACTIVE'],
  number: ['REQUESTED', 'VERIFIED'],
};
const business: Business = {
  n: 0,
  tenant: 'fake',
  kind: 'plain',
  displayName: 'Alder Creek 0',
  e164: '+12125551000',
  brandId: 'brand_1',
  campaignId: 'camp_1',
  beganMs: 0,
  settledMs: 1_000,
  phases,
};
const brand = { brandId: 'brand_1', spec: { displayName: 'Alder Creek 0' }, status: { phase: 'VETTED' } };
const campaign = { campaignId: 'camp_1', brandId: 'brand_1', status: { phase: 'ACTIVE' } };
const number = { e164: '+12125551000', campaignId: 'camp_1', status: { phase: 'VERIFIED' } };
const purchase: Purchase = {
  key: 'order-1',
  sid: 'PN1',
  e164: '+14155550100',
  smsWebhookUrl: 'https://hooks.example.com/sms',
  rewired: false,
  released: false,
  beganMs: 0,
  settledMs: 500,
};
const write: Write = {
  client: 'fake',
  key: 'key-1',
  method: 'POST',
  path: '/brands',
  body: {},
  status: 201,
  answer: { brandId: 'brand_1' },
  beganMs: 0,
  answeredMs: 1,
  tries: 1,
};
const ordered: Write = { ...write, client: 'shop', path: '/numbers', answer: { sid: 'PN1' } };
const feed = [
  ...eventsOf('brand', 'brand_1', ['BrandSubmitted', 'BrandVetted']),
  ...eventsOf('campaign', 'camp_1', [
    'CampaignSubmitted',
    'CampaignApproved',
    'CampaignActivated',
    'A2PReady',
  ]),
  ...eventsOf('binding', 'bind_1', ['NumberAttachRequested', 'NumberAttached', 'NumberVerified']),
];

function goodRun(): Evidence {
  const count = { accepted: feed.length, delivered: feed.length, pending: 0, dead: 0, skipped: 0 };
  return {
    businesses: [business],
    purchases: [purchase],
    writes: { acknowledged: [write], failed: [] },
    twins: [],
    repeats: [{ write, status: 201, answer: { brandId: 'brand_1' } }],
    tenants: [
      {
        name: 'fake',
        brands: [brand],
        campaigns: [campaign],
        numbers: [number],
        feed,
        received: feed,
        violations: [],
        requests: feed.length,
        conserved: [{ tenantId: 'ten_1', endpointId: 'whk_1', ...count, holds: true }],
        unsettled: [],
      },
    ],
    createdTags: ['brand_1/brand/1', 'camp_1/campaign/1'],
    numbers: [
      {
        sid: 'PN1',
        friendlyName: tagOfPurchase(purchase),
        text: '{"sms_url":"https://hooks.example.com/sms"}',
      },
    ],
    registered: [{ kind: 'brands', count: 0, each: 1 }],
    outputs: [{ name: 'api-1', text: '{"msg":"http:request:done","path":"/v1/brands/brand_1"}' }],
    exits: [{ name: 'api-1', code: 0 }],
    deaths: [{ name: 'api-1', count: 0 }],
  };
}

function eventsOf(aggregateType: string, aggregateId: string, types: readonly string[]): FeedEvent[] {
  return types.map((type, at) => ({
    eventId: `evt_${aggregateId}_${at}`,
    aggregateType,
    aggregateId,
    sequence: at + 1,
    type,
    text: `{"e164":"${business.e164}"}`,
  }));
}

function inTenant(run: Evidence, change: (tenant: TenantEvidence) => Partial<TenantEvidence>): Evidence {
  return { ...run, tenants: run.tenants.map((tenant) => ({ ...tenant, ...change(tenant) })) };
}
