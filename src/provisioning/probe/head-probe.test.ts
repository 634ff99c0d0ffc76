import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AskHead, HeadOutcome } from './head.ts';
import { createHeadProbe, type ProbeOutcome } from './head-probe.ts';

const SMS = 'https://hook.example.com/sms';
const VOICE = 'https://hook.example.com/voice?leaky=1';

/** A probe over questions that are answered by hand. */
function probeOver() {
  const questions: { readonly url: string; readonly answer: (outcome: HeadOutcome) => void }[] = [];
  const results: { outcome: ProbeOutcome; field: string; correlationId: string }[] = [];
  const ask: AskHead = (url, signal) =>
    new Promise((resolve) => {
      questions.push({ url, answer: resolve });
      signal.addEventListener('abort', () => resolve('own'));
    });
  const probe = createHeadProbe({
    allowPrivate: true,
    ask,
    onResult: (outcome, of) => results.push({ outcome, ...of }),
  });
  return { probe, questions, results };
}

/** Everything that has been answered has been heard by then. */
const heard = () => new Promise((resolve) => setImmediate(resolve));

test('it begins at once, warns of nothing while it waits, and of what does not answer once that is known', async () => {
  const { probe, questions, results } = probeOver();
  const probing = probe.begin({ smsWebhookUrl: SMS, voiceUrl: VOICE }, 'corr-1');
  assert.deepEqual(
    questions.map(({ url }) => url),
    [SMS, VOICE],
  );
  assert.deepEqual(probing.warnings(), []);
  questions[1]?.answer('not_found');
  await heard();
  assert.deepEqual(probing.warnings(), ['voiceUrl does not answer: not_found']);
  questions[0]?.answer('timeout');
  await heard();
  assert.deepEqual(probing.warnings(), [
    'smsWebhookUrl does not answer: timeout',
    'voiceUrl does not answer: not_found',
  ]);
  assert.doesNotMatch(JSON.stringify([probing.warnings(), results]), /leaky|example/);
  assert.deepEqual(results[0], { outcome: 'not_found', field: 'voiceUrl', correlationId: 'corr-1' });
});

test('what answers, and what we could not ask for a reason of ours, is no warning', async () => {
  const { probe, questions } = probeOver();
  const probing = probe.begin({ smsWebhookUrl: SMS, voiceUrl: VOICE }, 'corr-1');
  questions[0]?.answer('reachable');
  questions[1]?.answer('own');
  await heard();
  assert.deepEqual(probing.warnings(), []);
});

test('one URL in several fields is asked once and told of each', async () => {
  const { probe, questions } = probeOver();
  const probing = probe.begin({ smsWebhookUrl: SMS, voiceUrl: SMS, statusCallbackUrl: SMS }, 'corr-1');
  assert.equal(questions.length, 1);
  questions[0]?.answer('refused');
  await heard();
  assert.deepEqual(probing.warnings(), [
    'smsWebhookUrl does not answer: refused',
    'voiceUrl does not answer: refused',
    'statusCallbackUrl does not answer: refused',
  ]);
});

test('an application is no URL: it is not asked', () => {
  const { probe, questions } = probeOver();
  probe.begin({ voiceAppSid: `AP${'0'.repeat(32)}` }, 'corr-1');
  assert.equal(questions.length, 0);
});

test('at most 16 are asked at once; the rest is skipped without a warning, and there is room again afterwards', async () => {
  const { probe, questions, results } = probeOver();
  const all = Array.from({ length: 20 }, (_, i) =>
    probe.begin({ smsWebhookUrl: `${SMS}/${i}` }, `corr-${i}`),
  );
  assert.equal(questions.length, 16);
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['skipped', 'skipped', 'skipped', 'skipped'],
  );
  assert.deepEqual(all[19]?.warnings(), []);
  for (const { answer } of questions) answer('reachable');
  await heard();
  probe.begin({ smsWebhookUrl: SMS }, 'corr-20');
  assert.equal(questions.length, 17);
});

test('closed it gives up what it asks, warns of nothing of it, and asks nothing more', async () => {
  const { probe, questions } = probeOver();
  const probing = probe.begin({ smsWebhookUrl: SMS }, 'corr-1');
  await probe.close();
  assert.deepEqual(probing.warnings(), []);
  assert.deepEqual(probe.begin({ smsWebhookUrl: VOICE }, 'corr-2').warnings(), []);
  assert.equal(questions.length, 1);
});
