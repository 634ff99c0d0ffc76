import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { buildHeaders, parseSecret } from '../../platform/webhooks/endpoints/signature.ts';
import { WebhookError } from './errors.ts';
import { type AcceptedVector, VECTORS } from './vectors.test-support.ts';
import { DEFAULT_TOLERANCE_SECONDS, verify } from './verify.ts';

// The published vectors hold three to one answer: the service that signs, the receiver kit, and what is written
// out here with Node's crypto alone, as in the documentation.

const { accepted, refused } = VECTORS;

test('the vectors are those that were published: as many, each with a name of its own', () => {
  assert.equal(VECTORS.toleranceSeconds, DEFAULT_TOLERANCE_SECONDS);
  assert.deepEqual([accepted.length, refused.length], [14, 22]);
  assert.equal(new Set([...accepted, ...refused].map(({ name }) => name)).size, 36);
  for (const { body, bodyBase64 } of [...accepted, ...refused]) {
    assert.equal(Buffer.from(bodyBase64, 'base64').toString(), body);
  }
});

for (const vector of accepted) {
  test(`vector "${vector.name}": written out by hand, the signatures are the same`, () => {
    const body = Buffer.from(vector.bodyBase64, 'base64');
    const { eventId, type, aggregateId, sequence } = JSON.parse(vector.body);
    const previous = vector.headers['X-NMC-Previous-Sequence'] ?? '1';
    const timestamp = vector.headers['X-NMC-Timestamp'] ?? vector.headers['webhook-timestamp'];
    vector.signingSecrets.forEach((secret, index) => {
      const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
      const sign = (prefix: string) => createHmac('sha256', key).update(prefix).update(body);
      const v2 = `v2\n${eventId}\n${timestamp}\n${aggregateId}\n${sequence}\n${previous}\n${type}\n`;
      assert.equal(vector.signatures.v1[index], sign(`${timestamp}.`).digest('hex'));
      assert.equal(vector.signatures.v2[index], sign(v2).digest('hex'));
      assert.equal(vector.signatures.standard[index], sign(`${eventId}.${timestamp}.`).digest('base64'));
    });
  });

  test(`vector "${vector.name}": the service sends these headers`, () => {
    const ours = headersOf(vector);
    const whole = vector.expect.families.length === 3;
    if (whole) assert.deepEqual(ours, vector.headers);
    // A vector of one family alone is what is left of a request when the others are taken away.
    for (const [name, value] of Object.entries(vector.headers)) {
      assert.ok((ours[name] ?? '').split(/[, ]/).join().includes(value.split(/[, ]/).join()), name);
    }
  });

  test(`vector "${vector.name}": the receiver kit takes it for what it is`, () => {
    for (const body of [vector.body, Buffer.from(vector.bodyBase64, 'base64')]) {
      const options = { clock: () => vector.now * 1_000 };
      const verified = verify({ headers: vector.headers, body }, vector.secrets, options);
      const { eventId, type, aggregateId, sequence } = verified.event;
      assert.deepEqual(
        {
          families: verified.families,
          eventId,
          type,
          aggregateId,
          sequence,
          previousSequence: verified.previousSequence ?? null,
          replay: verified.replay ?? null,
        },
        vector.expect,
      );
    }
  });
}

for (const { name, code, secrets, now, require, headers, body } of refused) {
  test(`vector "${name}": the receiver kit refuses it, ${code}`, () => {
    const options = { clock: () => now * 1_000, ...(require ? { require } : {}) };
    assert.throws(
      () => verify({ headers, body }, secrets, options),
      (error) => error instanceof WebhookError && error.code === code && error.status === 401,
    );
  });
}

test('the official library of Standard Webhooks makes the same signatures', () => {
  for (const { signingSecrets, signatures, headers, expect, body } of accepted) {
    const timestamp = Number(headers['X-NMC-Timestamp'] ?? headers['webhook-timestamp']);
    const made = signingSecrets.map((secret) =>
      new Webhook(secret).sign(expect.eventId, new Date(timestamp * 1_000), body),
    );
    assert.deepEqual(
      made,
      signatures.standard.map((value) => `v1,${value}`),
    );
  }
});

function headersOf({ signingSecrets, headers, expect, bodyBase64 }: AcceptedVector): Record<string, string> {
  const keys = signingSecrets.map((secret) => parseSecret(secret) ?? Buffer.alloc(0));
  const { eventId, type, aggregateId, sequence, replay } = expect;
  const event = { eventId, type, aggregateId, sequence, body: Buffer.from(bodyBase64, 'base64') };
  const timestamp = Number(headers['X-NMC-Timestamp'] ?? headers['webhook-timestamp']);
  return buildHeaders(event, keys, timestamp, {
    previousSequence: Number(headers['X-NMC-Previous-Sequence'] ?? 0),
    ...(replay === null ? {} : { replayId: replay }),
  });
}
