import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERRORS, endingOf } from './errors.ts';

const words = (message: string, code = '29999') => {
  const ending = endingOf({ status: 400, body: {}, code, message });
  return ending.kind === 'refused' ? ending.fault.message : ending.kind;
};

test('only what bears the provider’s code is its no: a proxy’s 404 does not mean that a number is gone', () => {
  assert.deepEqual(endingOf({ status: 404, body: {}, code: '20404' }), { kind: 'notFound' });
  for (const status of [400, 403, 404, 407, 413]) {
    const ending = endingOf({ status });
    assert.equal(ending.kind === 'unknown' && ending.sent, true, String(status));
  }
});

test('whoever is not let in is told so even without a code', () => {
  const ending = endingOf({ status: 401 });
  assert.equal(ending.kind === 'credentials' && ending.fault.code, '20003');
});

test('redirects, time-outs and 5xx leave the outcome open, whatever code they bear', () => {
  for (const status of [301, 307, 408, 500, 502, 503, 504]) {
    const ending = endingOf({ status, code: '21422', message: 'not available' });
    assert.equal(ending.kind === 'unknown' && ending.sent, true, String(status));
  }
  assert.equal(endingOf({ status: 400, code: '21730' }).kind, 'unknown');
});

test('too many requests were not processed, by status and by code', () => {
  assert.deepEqual(endingOf({ status: 429, code: '21422' }), { kind: 'throttled' });
  assert.deepEqual(endingOf({ status: 400, code: '20429', retryAfterMs: 5_000 }), {
    kind: 'throttled',
    retryAfterMs: 5_000,
  });
});

test('a code that is not known is refused in the provider’s words, made harmless', () => {
  assert.equal(words('The  number\n is \u0007 odd'), 'The number is odd');
  assert.equal(
    words('Bad https://user:pw@app.example.com/sms?token=abc#x and mail a.b@example.com.'),
    'Bad https://app.example.com/sms and mail [e-mail]',
  );
  assert.equal(words(''), 'the provider refuses this and does not say why');
  assert.equal(words('x'.repeat(10_000)).length, 200);
  assert.equal(words('half a pair \ud800').isWellFormed(), true);
});

test('a refused URL or application is named as the caller calls it', () => {
  const field = (message: string, code = '21402') => {
    const ending = endingOf({ status: 400, code, message });
    return ending.kind === 'refused' ? ending.fault.field : ending.kind;
  };
  assert.equal(field('VoiceUrl is not a valid URL'), 'webhooks.voiceUrl');
  assert.equal(field('StatusCallback is not a valid URL'), 'webhooks.statusCallbackUrl');
  assert.equal(field('not a valid URL', '21502'), 'webhooks.smsWebhookUrl');
  assert.equal(field('nothing that we know'), undefined);
});

test('every known refusal has words of ours, free of the provider’s', () => {
  for (const [code, { kind, message }] of Object.entries(ERRORS)) {
    if (kind === 'notFound' || kind === 'throttled' || kind === 'unknown') continue;
    assert.ok(message, code);
    const ending = endingOf({ status: 400, code, message: 'theirs' });
    assert.equal('fault' in ending && ending.fault.message, message, code);
  }
});
