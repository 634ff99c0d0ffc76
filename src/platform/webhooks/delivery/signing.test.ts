import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nmcSignature } from '../endpoints/signature.ts';
import type { Delivery } from './pending.ts';
import { signedHeaders } from './signing.ts';

const NOW = new Date('2026-01-05T12:00:00.900Z');
const later = (ms: number) => new Date(NOW.getTime() + ms);
const key = (version: number) => Buffer.alloc(32, version);
const DELIVERY: Delivery = {
  lane: { endpointId: 'whk_1', aggregateId: 'thing_1', claimId: 'clm_1' },
  tenantId: 'ten_1',
  url: 'https://a.example/',
  timeoutMs: 5_000,
  rateLimited: false,
  endpointFailures: 0,
  secrets: [
    { version: 3, sealed: key(3) },
    { version: 2, sealed: key(2), expiresAt: later(1_000) },
  ],
  event: { eventId: 'evt_1', type: 'Happened', aggregateId: 'thing_1', sequence: 5, body: Buffer.from('{}') },
  failures: 0,
  settledThrough: 4,
  now: NOW,
};
const open = (sealed: Buffer) => sealed;

function versionsThatSign(delivery: Delivery, at: Date): number[] | string {
  const headers = signedHeaders(delivery, at, open);
  if (typeof headers === 'string') return headers;
  const timestamp = Number(headers['X-NMC-Timestamp']);
  const signatures = headers['X-NMC-Signature']?.split(',') ?? [];
  return [1, 2, 3].filter((v) => signatures.includes(nmcSignature([key(v)], timestamp, delivery.event.body)));
}

test('a secret signs until the moment of its end, however long ago it was read', () => {
  assert.deepEqual(versionsThatSign(DELIVERY, NOW), [2, 3]);
  assert.deepEqual(versionsThatSign(DELIVERY, later(999)), [2, 3]);
  assert.deepEqual(versionsThatSign(DELIVERY, later(1_000)), [3]);
});

test('the timestamp is the whole second of the sending, not of the reading', () => {
  const at = (ms: number) => {
    const headers = signedHeaders(DELIVERY, later(ms), open);
    return typeof headers === 'string' ? headers : headers['X-NMC-Timestamp'];
  };
  const second = Math.floor(NOW.getTime() / 1_000);
  assert.deepEqual([at(0), at(99), at(100)], [String(second), String(second), String(second + 1)]);
});

test('an event that asks for one secret is signed with that alone, or not at all', () => {
  assert.deepEqual(versionsThatSign({ ...DELIVERY, secretVersion: 2 }, NOW), [2]);
  assert.deepEqual(versionsThatSign({ ...DELIVERY, secretVersion: 2 }, later(1_000)), 'secret_expired');
  assert.deepEqual(versionsThatSign({ ...DELIVERY, secretVersion: 1 }, NOW), 'secret_expired');
});

test('a secret is opened once for all that was read with it, and anew when it is read anew', () => {
  let openings = 0;
  const counting = (sealed: Buffer) => {
    openings += 1;
    return sealed;
  };
  const read = () => ({ ...DELIVERY, secrets: DELIVERY.secrets.map((secret) => ({ ...secret })) });
  const first = read();
  const signed = [first, { ...first, event: { ...first.event, sequence: 6 } }, read()].map((delivery) =>
    signedHeaders(delivery, NOW, counting),
  );
  assert.equal(openings, 4);
  assert.deepEqual(signed[2], signed[0]);
  assert.notDeepEqual(signed[1], signed[0]);
});

test('without a live secret nothing is signed', () => {
  assert.throws(() => signedHeaders({ ...DELIVERY, secrets: [] }, NOW, open), /unsigned/);
  const expired = [{ version: 1, sealed: key(1), expiresAt: NOW }];
  assert.throws(() => signedHeaders({ ...DELIVERY, secrets: expired }, NOW, open), /unsigned/);
});

test('what is sent again says by which job, and what came before it', () => {
  const headers = signedHeaders({ ...DELIVERY, replayId: 'job_1', previousSequence: 3 }, NOW, open);
  assert.ok(typeof headers !== 'string');
  assert.deepEqual([headers['X-NMC-Replay'], headers['X-NMC-Previous-Sequence']], ['job_1', '3']);
});
