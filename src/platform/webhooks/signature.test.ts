import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { buildHeaders, formatSecret, nmcSignature, parseSecret, standardSignature } from './signature.ts';

const KEY = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
const OLD_KEY = Buffer.alloc(32, 7);
const BODY = Buffer.from('{"eventId":"evt_1","data":{"name":"Zoë"}}');
const EVENT = { eventId: 'evt_1', type: 'BrandVetted', aggregateId: 'brand_1', sequence: 3, body: BODY };
const AT = 1_767_614_400;

test('fixed vectors: both families over the exact bytes', () => {
  assert.equal(formatSecret(KEY), 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=');
  assert.equal(
    nmcSignature([KEY], AT, BODY),
    'v1=1e1d2e209b29b8737668b9e95d28993e026f3d45df990dc27ac4c67df3677e4b',
  );
  assert.equal(
    standardSignature([KEY], 'evt_1', AT, BODY),
    'v1,1oXo+rnoy0EbD2WwM+G8G7+B4kwlNYEr96H/pmVBOO0=',
  );
});

test('a request carries every header; the first of a lane names 0 as the event before', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const first = buildHeaders(EVENT, [KEY], AT);
  const later = buildHeaders({ ...EVENT, traceparent }, [KEY], AT, 2);
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
  assert.deepEqual(Object.fromEntries(added), { traceparent });
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
  }
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

test('a secret round-trips; what is none is not taken for one', () => {
  assert.deepEqual(parseSecret(formatSecret(KEY)), KEY);
  assert.equal(parseSecret('whsec_'), undefined);
  assert.equal(parseSecret(KEY.toString('base64')), undefined);
});
