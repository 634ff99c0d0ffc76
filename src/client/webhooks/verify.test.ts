import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildHeaders, formatSecret, type SignedEvent } from '../../platform/webhooks/endpoints/signature.ts';
import { refuse, WebhookError } from './errors.ts';
import type { HeadersLike } from './headers.ts';
import { type VerifyOptions, verify } from './verify.ts';

const KEY = Buffer.alloc(32, 1);
const OLD = Buffer.alloc(32, 2);
const NOW = 1_767_614_400;
const clock = () => NOW * 1_000;

const EVENT = {
  eventId: 'evt_1',
  type: 'BrandVetted',
  tenantId: 'ten_1',
  aggregateType: 'brand',
  aggregateId: 'brand_1',
  sequence: 3,
  timestamp: '2026-01-05T12:00:00.000Z',
  data: { brandId: 'brand_1' },
};

function signed(event: unknown = EVENT, headers: Partial<SignedEvent> = {}, at = NOW, previousSequence = 2) {
  const body = Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
  const { eventId, type, aggregateId, sequence } = EVENT;
  const named = { eventId, type, aggregateId, sequence, body, ...headers };
  return { headers: buildHeaders(named, [KEY], at, { previousSequence }), body };
}

type Request = { headers: HeadersLike; body: string | Uint8Array };
const read = (request: Request, options: VerifyOptions = {}, keys = [KEY]) =>
  verify(request, keys.map(formatSecret), { clock, ...options });

function codeOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof WebhookError) return `${error.code} ${error.status}`;
    throw error;
  }
  return 'accepted';
}

test('headers are read whatever their case, from an object, lists of values, or Headers of the web', () => {
  const { headers, body } = signed();
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  for (const form of [headers, lower, lists, new Headers(headers)]) {
    assert.equal(read({ headers: form, body }).previousSequence, 2);
  }
});

test('a header that is given twice counts as neither of the two', () => {
  const { headers, body } = signed();
  for (const twice of [
    { ...headers, 'x-nmc-sequence': '4' },
    { 'x-nmc-sequence': '4', ...headers },
  ]) {
    assert.equal(
      codeOf(() => read({ headers: twice, body })),
      'signature_invalid 401',
    );
  }
  const list = { ...headers, 'X-NMC-Sequence': ['3', '3'] };
  assert.equal(
    codeOf(() => read({ headers: list, body })),
    'signature_invalid 401',
  );
});

test('a line feed in a header cannot move the border between two values', () => {
  // As sent: type "A\n...", which HTTP would not let through; the signature itself would be right.
  const { headers, body } = signed(EVENT, { type: 'A\nB' });
  assert.equal(
    codeOf(() => read({ headers, body })),
    'signature_invalid 401',
  );
});

test('one of several secrets is enough, and it does not matter which', () => {
  const request = signed();
  for (const keys of [[KEY], [OLD, KEY], [KEY, OLD]])
    assert.equal(read(request, {}, keys).event.eventId, 'evt_1');
  assert.equal(
    codeOf(() => read(request, {}, [OLD])),
    'signature_invalid 401',
  );
  assert.equal(
    codeOf(() => read(request, {}, [])),
    'signature_invalid 401',
  );
});

test('what is no secret is said at once, and not repeated in the error', () => {
  const { headers, body } = signed();
  const short = 'whsec_c2hvcnQ=';
  for (const secret of ['', 'whsec_', short, KEY.toString('base64'), `whsec_${'%'.repeat(44)}`]) {
    assert.throws(
      () => verify({ headers, body }, [secret], { clock }),
      (error) => error instanceof TypeError && !error.message.includes('c2hvcnQ'),
    );
  }
});

test('the tolerance holds both ways, can be set, and is asked of every family', () => {
  const off = (seconds: number, toleranceSeconds = 300) =>
    codeOf(() => read(signed(EVENT, {}, NOW + seconds), { toleranceSeconds }));
  assert.deepEqual([off(300), off(-300), off(5, 5), off(-5, 5)], Array(4).fill('accepted'));
  for (const code of [off(301), off(-301), off(6, 5), off(-6, 5)]) {
    assert.equal(code, 'timestamp_out_of_tolerance 401');
  }
  const { headers, body } = signed();
  const old = signed(EVENT, {}, NOW - 1_000).headers;
  const mixed = {
    ...headers,
    'webhook-timestamp': old['webhook-timestamp'],
    'webhook-signature': old['webhook-signature'],
  };
  assert.equal(
    codeOf(() => read({ headers: mixed, body })),
    'timestamp_out_of_tolerance 401',
  );
});

test('with v2 removed, everything unsigned is read from the body, and the previous sequence is not believed', () => {
  const { headers, body } = signed();
  const v1 = headers['X-NMC-Signature']?.split(',')[0];
  const changed = { ...headers, 'X-NMC-Signature': v1, 'X-NMC-EventId': 'evt_2', 'X-NMC-Sequence': '9' };
  const verified = read({ headers: { ...changed, 'X-NMC-Previous-Sequence': '8' }, body });
  assert.deepEqual(verified.families, ['standard', 'v1']);
  assert.deepEqual([verified.event.eventId, verified.event.sequence], ['evt_1', 3]);
  assert.equal(verified.previousSequence, undefined);
  assert.equal(
    codeOf(() => read({ headers: changed, body }, { require: ['v2'] })),
    'signature_missing 401',
  );
});

test('a signed body that is no event, or that its signed headers contradict, is refused with 400', () => {
  const bodies: unknown[] = ['no json', '[]', '"text"', 'null', '\ufeff{}'];
  for (const name of Object.keys(EVENT))
    bodies.push({ ...EVENT, [name]: undefined }, { ...EVENT, [name]: null });
  for (const sequence of [0, -1, 1.5, '3', 2 ** 53]) bodies.push({ ...EVENT, sequence });
  bodies.push({ ...EVENT, data: [] }, { ...EVENT, eventId: '' });
  for (const event of bodies) {
    const request = signed(event);
    assert.equal(
      codeOf(() => read(request)),
      'body_invalid 400',
      JSON.stringify(event),
    );
  }
  const badText = { ...signed(), ...signedBytes(Buffer.from([0x7b, 0xff, 0x7d])) };
  assert.equal(
    codeOf(() => read(badText)),
    'body_invalid 400',
  );
  for (const other of [{ eventId: 'evt_2' }, { type: 'A' }, { aggregateId: 'brand_2' }, { sequence: 4 }]) {
    assert.equal(
      codeOf(() => read(signed(EVENT, other))),
      'header_mismatch 400',
      JSON.stringify(other),
    );
  }
  const { headers, body } = signed(EVENT, { eventId: 'evt_2' });
  const standardAlone = { headers: { ...headers, 'X-NMC-Signature': undefined }, body };
  for (const request of [standardAlone, signed(EVENT, {}, NOW, 3)]) {
    assert.equal(
      codeOf(() => read(request)),
      'header_mismatch 400',
    );
  }
  assert.equal(
    codeOf(() => read(signed(EVENT, {}, Number.NaN))),
    'timestamp_invalid 400',
  );
});

test('nothing that arrives unsigned makes it throw anything but a refusal', () => {
  const value = fc.oneof(fc.string(), fc.constant('v1=00'), fc.constant('v1,AA=='), fc.array(fc.string()));
  const names = [
    'x-nmc-signature',
    'X-NMC-Timestamp',
    'webhook-id',
    'webhook-signature',
    'webhook-timestamp',
  ];
  const headers = fc.dictionary(fc.constantFrom(...names), value);
  fc.assert(
    fc.property(headers, fc.uint8Array(), (given, body) => {
      assert.match(
        codeOf(() => read({ headers: given, body })),
        / 401$/,
      );
    }),
  );
});

test('a handler can choose the answer, but not one that the sender takes for success', () => {
  const error = refuse(429, { retryAfterSeconds: 30, directive: 'abort-message' });
  assert.deepEqual([error.code, error.status, error.retryAfterSeconds], ['refused', 429, 30]);
  for (const status of [200, 204, 302, 399, 600, 429.5]) assert.throws(() => refuse(status), RangeError);
});

function signedBytes(body: Buffer) {
  const { eventId, type, aggregateId, sequence } = EVENT;
  return { headers: buildHeaders({ eventId, type, aggregateId, sequence, body }, [KEY], NOW), body };
}
