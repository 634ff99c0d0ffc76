import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakePort } from './fake-port.ts';

const SCOPE = { signal: new AbortController().signal, correlationId: 'cor_test' };

test('every fifth number is lost to somebody else, always the same ones', async () => {
  const port = createFakePort();
  const found = await port.search({ areaCode: '307', capabilities: [], limit: 1_000 }, SCOPE);
  assert.ok(found.kind === 'ok');
  assert.equal(found.value.length, 100);
  const outcomes: string[] = [];
  for (const { e164 } of found.value)
    outcomes.push(`${e164.slice(-2)} ${(await port.purchase(e164, 'tag', SCOPE)).kind}`);
  const lost = outcomes.filter((outcome) => outcome.endsWith('unavailable'));
  assert.deepEqual(
    lost.map((outcome) => Number(outcome.slice(0, 2))),
    Array.from({ length: 20 }, (_, fifth) => 5 * fifth),
  );
  assert.equal(outcomes.filter((outcome) => outcome.endsWith('ok')).length, 80);
});

test('a number outside the stock is sold by nobody', async () => {
  const result = await createFakePort().purchase('+14155551234', 'tag', SCOPE);
  assert.equal(result.kind, 'unavailable');
});

test('99 has no sms and 98 no voice', async () => {
  const port = createFakePort();
  const can = async (e164: string) => {
    const result = await port.purchase(e164, 'tag', SCOPE);
    return result.kind === 'ok' && result.value.capabilities;
  };
  assert.deepEqual(await can('+14155550199'), { sms: false, voice: true });
  assert.deepEqual(await can('+14155550198'), { sms: true, voice: false });
});

test('another process knows a number by its sid, and what was released here stays so until it is bought again', async () => {
  const [first, second] = [createFakePort(), createFakePort()];
  const bought = await first.purchase('+14155550101', 'tag', SCOPE);
  assert.ok(bought.kind === 'ok');
  const { sid } = bought.value;
  const seen = await second.getNumber(sid, SCOPE);
  assert.deepEqual(seen.kind === 'ok' && [seen.value.e164, seen.value.webhooks], ['+14155550101', {}]);
  const webhooks = { smsWebhookUrl: 'https://a.example.com', voiceUrl: 'https://a.example.com' };
  assert.equal((await second.configure(sid, webhooks, SCOPE)).kind, 'ok');
  assert.equal((await second.release(sid, SCOPE)).kind, 'ok');
  assert.equal((await second.getNumber(sid, SCOPE)).kind, 'notFound');
  assert.equal((await second.purchase('+14155550101', 'tag', SCOPE)).kind, 'ok');
  assert.equal((await second.getNumber(sid, SCOPE)).kind, 'ok');
});

test('it tells which calls it got, and of those given up before, none', async () => {
  const port = createFakePort();
  await port.purchase('+14155550101', 'tag', { ...SCOPE, signal: AbortSignal.abort() });
  await port.findByTag('tag', SCOPE);
  await port.purchase('+14155550101', 'tag', SCOPE);
  assert.deepEqual(port.calls(), ['findByTag tag', 'purchase +14155550101']);
});
