import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import {
  buildHeaders,
  formatSecret,
  nmcSignature,
  nmcSignatureV2,
  parseSecret,
  standardSignature,
} from './signature.ts';

const KEY = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
const OLD_KEY = Buffer.alloc(32, 7);
const BODY = Buffer.from('{"eventId":"evt_1","data":{"name":"Zoë"}}');
const EVENT = { eventId: 'evt_1', type: 'BrandVetted', aggregateId: 'brand_1', sequence: 3, body: BODY };
const AT = 1_767_614_400;

const SIGNED = {
  eventId: 'evt_1',
  timestamp: AT,
  aggregateId: 'brand_1',
  sequence: 3,
  previousSequence: 2,
  type: 'BrandVetted',
};

test('fixed vectors: every family over the exact bytes', () => {
  assert.equal(formatSecret(KEY), 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=');
  assert.equal(
    nmcSignature([KEY], AT, BODY),
    'v1=1e1d2e209b29b8737668b9e95d28993e026f3d45df990dc27ac4c67df3677e4b',
  );
  assert.equal(
    standardSignature([KEY], 'evt_1', AT, BODY),
    'v1,1oXo+rnoy0EbD2WwM+G8G7+B4kwlNYEr96H/pmVBOO0=',
  );
  const v2 = createHmac('sha256', KEY)
    .update(Buffer.from(`v2\nevt_1\n1767614400\nbrand_1\n3\n2\nBrandVetted\n${BODY}`))
    .digest('hex');
  assert.equal(nmcSignatureV2([KEY], SIGNED, BODY), `v2=${v2}`);
});

test('a request carries every header; the first of a lane names 0 as the event before', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const first = buildHeaders(EVENT, [KEY], AT);
  const later = buildHeaders({ ...EVENT, traceparent }, [KEY], AT, {
    previousSequence: 2,
    replayId: 'job_1',
  });
  assert.deepEqual(Object.keys(first), [
    'content-type',
    'user-agent',
    'X-NMC-Event',
    'X-NMC-EventId',
    'X-NMC-Sequence',
    'X-NMC-Previous-Sequence',
    'X-NMC-Aggregate-Id',
    'X-NMC-Timestamp',
    'X-NMC-Signature',
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
  ]);
  const added = Object.entries(later).filter(([name]) => !(name in first));
  assert.deepEqual(Object.fromEntries(added), { 'X-NMC-Replay': 'job_1', traceparent });
  assert.equal(first['X-NMC-Previous-Sequence'], '0');
  assert.equal(later['X-NMC-Previous-Sequence'], '2');
  assert.equal(later['X-NMC-Event'], 'BrandVetted');
  assert.equal(later['X-NMC-EventId'], 'evt_1');
  assert.equal(later['X-NMC-Sequence'], '3');
  assert.equal(later['X-NMC-Aggregate-Id'], 'brand_1');
  assert.equal(later['X-NMC-Timestamp'], String(AT));
  assert.equal(later['webhook-id'], 'evt_1');
  assert.equal(later['webhook-timestamp'], String(AT));
});

test('while two secrets are live, a receiver that knows either one accepts', () => {
  const now = Math.floor(Date.now() / 1000);
  const headers = buildHeaders(EVENT, [KEY, OLD_KEY], now);
  for (const key of [KEY, OLD_KEY]) {
    new Webhook(formatSecret(key)).verify(BODY.toString(), headers);
    const mine = createHmac('sha256', key).update(`${now}.`).update(BODY).digest('hex');
    assert.ok(headers['X-NMC-Signature']?.split(',').includes(`v1=${mine}`));
    assert.ok(accepted(headers, BODY, key).includes('v2'));
  }
  const versions = headers['X-NMC-Signature']?.split(',').map((value) => value.slice(0, 3));
  assert.deepEqual(versions, ['v1=', 'v1=', 'v2=', 'v2=']);
  const stranger = new Webhook(formatSecret(Buffer.alloc(32, 9)));
  assert.throws(() => stranger.verify(BODY.toString(), headers));
});

test('the official verifier accepts what is sent, and nothing of it changed', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(key, fc.json(), fc.nat({ max: 1e9 }), (secret, json, sequence) => {
      const body = Buffer.from(json);
      const headers = buildHeaders({ ...EVENT, sequence, body }, [secret], Math.floor(Date.now() / 1000));
      const webhook = new Webhook(formatSecret(secret));
      webhook.verify(body.toString(), headers);
      assert.throws(() => webhook.verify(`${body} `, headers));
      assert.throws(() => webhook.verify(body.toString(), { ...headers, 'webhook-id': 'evt_2' }));
    }),
    { numRuns: 50 },
  );
});

const HEADERS_OF = {
  v1: ['X-NMC-Timestamp'],
  v2: [
    'X-NMC-Event',
    'X-NMC-EventId',
    'X-NMC-Sequence',
    'X-NMC-Previous-Sequence',
    'X-NMC-Aggregate-Id',
    'X-NMC-Timestamp',
  ],
  standard: ['webhook-id', 'webhook-timestamp'],
};
type Family = keyof typeof HEADERS_OF;

/** The families that a receiver accepts: v1 and v2 written out, Standard Webhooks by its official library. */
function accepted(headers: Record<string, string>, body: Buffer, key = KEY): Family[] {
  const h = (name: string) => headers[name] ?? '';
  const given = h('X-NMC-Signature').split(',');
  const mac = (text: string) => createHmac('sha256', key).update(text).update(body).digest('hex');
  const lines = [h('X-NMC-EventId'), h('X-NMC-Timestamp'), h('X-NMC-Aggregate-Id'), h('X-NMC-Sequence')];
  lines.push(h('X-NMC-Previous-Sequence'), h('X-NMC-Event'));
  const families: Family[] = [];
  if (given.includes(`v1=${mac(`${h('X-NMC-Timestamp')}.`)}`)) families.push('v1');
  if (given.includes(`v2=${mac(`v2\n${lines.join('\n')}\n`)}`)) families.push('v2');
  try {
    // It reads text alone: bytes that are no UTF-8 would be changed before it sees them.
    if (!Buffer.from(body.toString()).equals(body)) return families;
    new Webhook(formatSecret(key)).verify(body.toString(), headers, { jsonParse: false });
    families.push('standard');
  } catch {
    // Not accepted, which is an answer.
  }
  return families;
}

test('whatever is changed on the way is seen by each family that covers it, and v2 covers everything', () => {
  const now = Math.floor(Date.now() / 1000);
  const headers = buildHeaders(EVENT, [KEY], now, { previousSequence: 2 });
  assert.deepEqual(accepted(headers, BODY), ['v1', 'v2', 'standard']);
  for (const name of new Set(Object.values(HEADERS_OF).flat())) {
    const value = headers[name] ?? '';
    // One digit or letter other than before, at the start, in the middle and at the end.
    for (const at of [0, value.length >> 1, value.length - 1]) {
      const other = value[at] === '7' ? '8' : '7';
      const changed = { ...headers, [name]: value.slice(0, at) + other + value.slice(at + 1) };
      const covering = (['v1', 'v2', 'standard'] as const).filter((f) => HEADERS_OF[f].includes(name));
      const still = (['v1', 'v2', 'standard'] as const).filter((f) => !covering.includes(f));
      assert.ok(covering.length > 0);
      assert.deepEqual(accepted(changed, BODY), still, `${name}: ${changed[name]}`);
    }
  }
  for (let at = 0; at < BODY.length; at++) {
    const changed = Buffer.from(BODY);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.deepEqual(accepted(headers, changed), [], `byte ${at}`);
  }
  assert.deepEqual(accepted(headers, BODY.subarray(1)), []);
  assert.deepEqual(accepted(headers, Buffer.concat([BODY, Buffer.from(' ')])), []);
});

test('no two requests are signed alike, however their values run together', () => {
  // So few letters that requests which differ only in where one value ends come up often.
  const value = fc.string({ unit: fc.constantFrom('1', '.', ','), minLength: 1, maxLength: 3 });
  const one = fc.constantFrom(1, 11);
  const headers = fc.record({
    eventId: value,
    timestamp: one,
    aggregateId: value,
    sequence: one,
    previousSequence: one,
    type: value,
  });
  const request = fc.tuple(headers, fc.constantFrom('', '1', '\n', '1\n', '1\n1\n'));
  const seen = new Map<string, string>();
  fc.assert(
    fc.property(request, ([signed, body]) => {
      const signature = nmcSignatureV2([KEY], signed, Buffer.from(body));
      const text = JSON.stringify([signed, body]);
      assert.equal(seen.get(signature) ?? text, text);
      seen.set(signature, text);
    }),
    { numRuns: 3_000 },
  );
});

test('a secret round-trips; what is none is not taken for one', () => {
  assert.deepEqual(parseSecret(formatSecret(KEY)), KEY);
  assert.equal(parseSecret('whsec_'), undefined);
  assert.equal(parseSecret(KEY.toString('base64')), undefined);
});
