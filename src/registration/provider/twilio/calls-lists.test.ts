import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TwilioCalls } from './calls.ts';
import { CORE, checkRows, EVENTS, MESSAGING, type Row, TRUSTHUB } from './calls-rows.test-support.ts';
import { provided } from './server.test-support.ts';

const SINK = {
  sid: 'DG1',
  description: 'a2p',
  status: 'active',
  sink_configuration: { destination: 'https://isv.test/provider/twilio/events', method: 'POST' },
};
const BRAND = {
  sid: 'BN1',
  status: 'PENDING',
  customer_profile_bundle_sid: 'BU1',
  a2p_profile_bundle_sid: 'BU2',
  date_updated: '2026-01-05T12:00:00Z',
};

const EVENT_ROWS: readonly Row[] = [
  {
    call: (c) => c.createSink({ description: 'a2p', destination: 'https://isv.test/provider/twilio/events' }),
    request: `POST ${EVENTS}/Sinks`,
    form: [
      ['Description', 'a2p'],
      [
        'SinkConfiguration',
        '{"destination":"https://isv.test/provider/twilio/events","method":"POST","batch_events":false}',
      ],
      ['SinkType', 'webhook'],
    ],
    answer: { status: 201, body: SINK },
    value: {
      sid: 'DG1',
      description: 'a2p',
      status: 'active',
      destination: 'https://isv.test/provider/twilio/events',
    },
  },
  {
    call: (c) => c.deleteSink('DG1'),
    request: `DELETE ${EVENTS}/Sinks/DG1`,
    answer: { status: 204 },
  },
  {
    call: (c) => c.createSubscription({ description: 'a2p', sinkSid: 'DG1', types: ['x.a', 'x.b'] }),
    request: `POST ${EVENTS}/Subscriptions`,
    form: [
      ['Description', 'a2p'],
      ['SinkSid', 'DG1'],
      ['Types', '{"type":"x.a","schema_version":1}'],
      ['Types', '{"type":"x.b","schema_version":1}'],
    ],
    answer: { status: 201, body: { sid: 'DF1', description: 'a2p', sink_sid: 'DG1' } },
    value: { sid: 'DF1', description: 'a2p', sinkSid: 'DG1' },
  },
];

test('every call of event streams asks what is documented, and reads the answer', (t) =>
  checkRows(t, EVENT_ROWS));

/** Two pages of one item each, and what else a list call may find in them. */
const LISTS: readonly {
  readonly call: (calls: TwilioCalls) => Promise<unknown>;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly key: string;
  readonly pages: readonly (readonly object[])[];
  readonly value: unknown;
}[] = [
  {
    call: (c) => c.findBundle('customer', { friendlyName: 'f', policySid: 'RN1' }),
    path: `${TRUSTHUB}/CustomerProfiles`,
    query: { FriendlyName: 'f', PolicySid: 'RN1' },
    key: 'results',
    pages: [
      [
        {
          status: 'draft',
          sid: 'BU3',
          friendly_name: 'ff',
          policy_sid: 'RN1',
          date_created: '2026-01-09T00:00:00Z',
        },
        {
          status: 'draft',
          sid: 'BU4',
          friendly_name: 'f',
          policy_sid: 'RN2',
          date_created: '2026-01-09T00:00:00Z',
        },
        {
          status: 'draft',
          sid: 'BU5',
          friendly_name: 'f',
          policy_sid: 'RN1',
          date_created: '2026-01-01T00:00:00Z',
        },
      ],
      [
        {
          status: 'draft',
          sid: 'BU6',
          friendly_name: 'f',
          policy_sid: 'RN1',
          date_created: '2026-01-02T00:00:00Z',
        },
      ],
    ],
    value: { sid: 'BU6', status: 'draft', friendlyName: 'f', errors: [] },
  },
  {
    call: (c) => c.pool('MG1'),
    path: `${MESSAGING}/Services/MG1/PhoneNumbers`,
    query: { PageSize: '1000' },
    key: 'phone_numbers',
    pages: [[{ sid: 'PN1', phone_number: '+12065550100' }], [{ sid: 'PN2', phone_number: '+12065550101' }]],
    value: [
      { sid: 'PN1', e164: '+12065550100' },
      { sid: 'PN2', e164: '+12065550101' },
    ],
  },
  {
    call: (c) => c.assignments('trust', 'BU1'),
    path: `${TRUSTHUB}/TrustProducts/BU1/EntityAssignments`,
    query: {},
    key: 'results',
    pages: [[{ sid: 'BV1', object_sid: 'IT1' }], [{ sid: 'BV2', object_sid: 'BU2' }]],
    value: [
      { sid: 'BV1', objectSid: 'IT1' },
      { sid: 'BV2', objectSid: 'BU2' },
    ],
  },
  {
    call: (c) => c.findEndUser({ friendlyName: 'f', type: 't' }),
    path: `${TRUSTHUB}/EndUsers`,
    query: {},
    key: 'results',
    pages: [[{ sid: 'IT1', friendly_name: 'f', type: 'u' }], [{ sid: 'IT2', friendly_name: 'f', type: 't' }]],
    value: { sid: 'IT2' },
  },
  {
    call: (c) => c.findDocument({ friendlyName: 'f', type: 't' }),
    path: `${TRUSTHUB}/SupportingDocuments`,
    query: {},
    key: 'results',
    pages: [[{ sid: 'RD1', friendly_name: 'g', type: 't' }], []],
    value: undefined,
  },
  {
    call: (c) => c.findBrand({ customerProfileSid: 'BU1', trustProductSid: 'BU2' }),
    path: `${MESSAGING}/a2p/BrandRegistrations`,
    query: {},
    key: 'data',
    pages: [[{ ...BRAND, sid: 'BN9', a2p_profile_bundle_sid: 'BU9' }], [BRAND]],
    value: {
      sid: 'BN1',
      status: 'PENDING',
      customerProfileSid: 'BU1',
      trustProductSid: 'BU2',
      updatedAt: '2026-01-05T12:00:00.000Z',
      errors: [],
    },
  },
  {
    call: (c) => c.findService('camp_1/service'),
    path: `${MESSAGING}/Services`,
    query: {},
    key: 'services',
    pages: [[{ sid: 'MG1', friendly_name: 'camp_1' }], [{ sid: 'MG2', friendly_name: 'camp_1/service' }]],
    value: { sid: 'MG2' },
  },
  {
    call: (c) => c.sinks(),
    path: `${EVENTS}/Sinks`,
    query: {},
    key: 'sinks',
    pages: [[SINK], [{ ...SINK, sid: 'DG2', sink_configuration: {} }]],
    value: [
      {
        sid: 'DG1',
        description: 'a2p',
        status: 'active',
        destination: 'https://isv.test/provider/twilio/events',
      },
      { sid: 'DG2', description: 'a2p', status: 'active' },
    ],
  },
  {
    call: (c) => c.subscriptions('DG1'),
    path: `${EVENTS}/Subscriptions`,
    query: { SinkSid: 'DG1' },
    key: 'subscriptions',
    pages: [
      [{ sid: 'DF1', description: 'a', sink_sid: 'DG1' }],
      [{ sid: 'DF2', description: 'b', sink_sid: 'DG2' }],
    ],
    value: [{ sid: 'DF1', description: 'a', sinkSid: 'DG1' }],
  },
];

test('lists are read to their end, along the addresses that the provider gives', async (t) => {
  for (const { call, path, query, key, pages, value } of LISTS) {
    const host = `https://${path.split('/')[1]}.twilio.com${path.replace(/^\/[a-z]+/, '')}`;
    const { calls, seen } = await provided(t, (asked) => {
      const second = asked.query.get('PageToken') === 'two';
      const next = second ? null : `${host}?PageSize=1000&PageToken=two`;
      return { status: 200, body: { [key]: pages[second ? 1 : 0], meta: { key, next_page_url: next } } };
    });
    assert.deepEqual(await call(calls), { kind: 'ok', value }, path);
    assert.deepEqual(
      seen.map((asked) => asked.path),
      [`/base${path}`, `/base${path}`],
    );
    assert.deepEqual(Object.fromEntries(seen[0]?.query ?? []), { ...query, PageSize: '1000' }, path);
  }
});

test('lists of the core API are read along relative addresses', async (t) => {
  const { calls, seen } = await provided(t, ({ query }) => {
    const second = query.get('Page') === '1';
    return {
      status: 200,
      body: {
        addresses: [{ sid: second ? 'AD2' : 'AD1', friendly_name: second ? 'brand_1/address' : 'brand_1' }],
        next_page_uri: second ? null : `${CORE}/Addresses.json?Page=1`,
      },
    };
  });
  assert.deepEqual(await calls.findAddress('brand_1/address'), { kind: 'ok', value: { sid: 'AD2' } });
  assert.equal(seen[0]?.query.get('FriendlyName'), 'brand_1/address');
  assert.equal(seen.length, 2);
});
