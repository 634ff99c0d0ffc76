import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EVENT_PREFIX, EVENT_TYPES } from './event-types.ts';
import { readEvents } from './read-events.ts';

const NOW = new Date('2026-01-05T12:00:00.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const sid = (prefix: string) => prefix + '1'.padStart(32, '0');
const before = (ms: number) => NOW.getTime() - ms;

const event = (type: string, data: object = {}, more: object = {}) => ({
  specversion: '1.0',
  id: 'EV1',
  type: EVENT_PREFIX + type,
  time: new Date(before(MINUTE)).toISOString(),
  data: {
    accountsid: sid('AC'),
    brandsid: sid('BN'),
    messagingservicesid: sid('MG'),
    phonenumbersid: sid('PN'),
    phonenumber: '+15005550006',
    ...data,
  },
  ...more,
});
const read = (body: unknown) => readEvents(body, NOW);
const numberOf = (type: string, data: object) => {
  const [one] = read(event(type, data));
  assert.equal(one?.kind, 'event');
  return one?.kind === 'event' ? one.number : undefined;
};

test('an event says whom it concerns: brand, campaign by its service, or binding by its number', () => {
  const refOf = (type: string) => {
    const [one] = read([event(type)]);
    return one?.kind === 'event' ? [one.ref.resource, one.ref.name, one.ref.value] : one?.kind;
  };
  assert.deepEqual(refOf('brand-registration.brand-failure'), ['brand', 'providerBrandId', sid('BN')]);
  assert.deepEqual(refOf('brand-registration.of-a-later-day'), ['brand', 'providerBrandId', sid('BN')]);
  const campaign = ['campaign', 'messagingServiceId', sid('MG')];
  assert.deepEqual(refOf('campaign-registration.campaign-approved'), campaign);
  const binding = ['binding', 'phoneNumberSid', sid('PN')];
  assert.deepEqual(refOf('number-registration.successful'), binding);
  assert.deepEqual(refOf('number-deregistration.pending'), binding);
  assert.equal(refOf('a2p-resource-cleanup-started'), 'ignored');
});

test('every type that is subscribed to is understood', () => {
  assert.equal(EVENT_TYPES.length, 15);
  for (const type of EVENT_TYPES) assert.equal(read(event('', {}, { type }))[0]?.kind, 'event', type);
});

test('one bare event is read like an array of one, and each entry of an array by itself', () => {
  const one = event('brand-registration.brand-verified');
  assert.deepEqual(read(one), read([one]));
  assert.deepEqual(
    read([one, null, { type: 'com.twilio.eventstreams.test-event' }, 7]).map(({ kind }) => kind),
    ['event', 'malformed', 'ignored', 'malformed'],
  );
  assert.deepEqual(read([]), []);
});

test('names are read in any case and with any separators', () => {
  const data = { account_sid: sid('AC'), PhoneNumberSid: sid('PN'), external_status: 'registered' };
  const [one] = read({ ...event('number-registration.successful'), data });
  assert.equal(one?.kind === 'event' && one.number?.status, 'registered');
  assert.equal(one?.accountSid, sid('AC'));
});

test('an event of a day ago or more is stale, whatever it says', () => {
  const at = (ms: number) =>
    read(event('number-registration.failed', {}, { time: new Date(before(ms)).toISOString() }))[0]?.kind;
  assert.deepEqual([at(24 * HOUR - 1), at(24 * HOUR)], ['event', 'stale']);
});

test('a number’s registration is what externalstatus says, and else what the type says', () => {
  const statusOf = (type: string, externalstatus?: string) => numberOf(type, { externalstatus })?.status;
  const type = 'number-registration.successful';
  assert.equal(statusOf(type, 'pending_registration'), 'pending');
  assert.equal(statusOf(type, 'registered'), 'registered');
  assert.equal(statusOf(type, 'failure'), 'failed');
  assert.equal(statusOf(type, 'pending_deregistration'), 'pending');
  assert.equal(statusOf(type, 'unregistered'), 'unregistered');
  assert.equal(statusOf(type, 'of_a_later_day'), 'registered');
  assert.equal(statusOf('number-registration.failed'), 'failed');
  assert.equal(statusOf('number-deregistration.successful'), 'unregistered');
  assert.equal(numberOf('brand-registration.brand-failure', { externalstatus: 'failure' }), undefined);
});

test('a deregistration that failed is no more than a hint: the number may be a sender of another campaign by now', () => {
  const type = 'number-deregistration.failed';
  const failureReason = 'https://www.twilio.com/docs/api/errors/30126';
  for (const externalstatus of ['failure', 'registered', undefined]) {
    const [one] = read(event(type, { externalstatus, failureReason }));
    assert.equal(one?.kind, 'event');
    assert.equal(one?.kind === 'event' && one.number, undefined);
  }
});

test('it happened when updateddate says, else timestamp, else the event; in no other units', () => {
  const type = 'number-registration.successful';
  const at = (data: object) => numberOf(type, data)?.at.getTime();
  assert.equal(at({ updateddate: before(2 * MINUTE), timestamp: before(3 * MINUTE) }), before(2 * MINUTE));
  assert.equal(at({ updateddate: String(before(2 * MINUTE)) }), before(2 * MINUTE));
  assert.equal(at({ timestamp: new Date(before(3 * MINUTE)).toISOString() }), before(3 * MINUTE));
  assert.equal(at({}), before(MINUTE));
  assert.equal(at({ updateddate: before(-5 * MINUTE) }), before(-5 * MINUTE));
  assert.equal(at({ updateddate: before(0) * 1_000 }), before(MINUTE));
  assert.equal(at({ updateddate: Math.round(before(0) / 1_000) }), before(MINUTE));
});

test('a number’s event says which messaging service it is about, when that is a sid', () => {
  const type = 'number-registration.successful';
  const service = (data: object) => numberOf(type, data)?.messagingServiceSid;
  assert.equal(service({}), sid('MG'));
  for (const messagingservicesid of [undefined, '', 'MG1', sid('BN'), 7]) {
    assert.equal(service({ messagingservicesid }), undefined, String(messagingservicesid));
  }
  assert.equal(numberOf(type, { messagingservicesid: 'MG1' })?.status, 'registered', 'the rest still counts');
});

test('without any time an event of a number is no more than a hint', () => {
  const [one] = read(event('number-registration.successful', {}, { time: undefined }));
  assert.equal(one?.kind, 'event');
  assert.equal(one?.kind === 'event' && one.number, undefined);
});

test('of a failure only the page that explains it is kept, never text', () => {
  const reason = (failureReason: unknown, type = 'number-registration.failed') =>
    numberOf(type, { failureReason })?.reasonUrl;
  const page = 'https://www.twilio.com/docs/api/errors/30126';
  assert.equal(reason(page), page);
  assert.equal(reason('Rosa did not answer'), undefined);
  assert.equal(reason('javascript:alert(1)'), undefined);
  assert.equal(reason(`https://example.com/${'x'.repeat(3_000)}`), undefined);
  assert.equal(reason(page, 'number-registration.successful'), undefined);
});

test('an id or a sid that is none gets no further', () => {
  const kindOf = (data: object, more: object = {}) =>
    read(event('brand-registration.brand-verified', data, more))[0]?.kind;
  for (const brandsid of ['', 'BN1', sid('MG'), `${sid('BN')}\u0000`, 7, null, [sid('BN')]]) {
    assert.equal(kindOf({ brandsid }), 'malformed', String(brandsid));
  }
  for (const id of ['', 'a\u0000b', 'x'.repeat(201), 7, undefined]) {
    assert.equal(kindOf({}, { id }), 'malformed', String(id));
  }
});

test('whatever JSON comes, each entry is read as something', () => {
  const json = fc.oneof(
    fc.jsonValue(),
    fc.array(
      fc.record({
        type: fc.constantFrom(...EVENT_TYPES),
        data: fc.jsonValue(),
        id: fc.jsonValue(),
        time: fc.jsonValue(),
      }),
    ),
  );
  fc.assert(
    fc.property(json, (body) => {
      assert.equal(read(body).length, Array.isArray(body) ? body.length : 1);
    }),
    { numRuns: 300 },
  );
});
