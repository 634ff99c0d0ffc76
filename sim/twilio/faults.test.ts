import assert from 'node:assert/strict';
import { test } from 'node:test';
import { API, buy, call, items, simFor } from './test-support.ts';

const NUMBER = { PhoneNumber: '+14155550100' };
const owned = async (sim: Awaited<ReturnType<typeof simFor>>) =>
  items(await call(sim, 'GET', `${API}/IncomingPhoneNumbers.json`), 'incoming_phone_numbers').length;

test('a status fault answers and does nothing, as often as it was asked to', async (t) => {
  const sim = await simFor(t);
  const rule = {
    match: { method: 'POST', path: 'IncomingPhoneNumbers' },
    fault: 'status',
    status: 503,
    times: 2,
  };
  assert.equal((await call(sim, 'POST', '/_sim/faults', { json: rule })).status, 201);
  assert.equal((await buy(sim, NUMBER)).status, 503);
  assert.equal((await buy(sim, NUMBER)).status, 503);
  assert.equal(await owned(sim), 0);
  assert.equal((await buy(sim, NUMBER)).status, 201);
  assert.equal(sim.control.counts().faultHits, 2);
});

test('a 429 carries Retry-After and 20429', async (t) => {
  const sim = await simFor(t);
  sim.control.fault({ match: {}, fault: 'status', status: 429, retryAfter: 7 });
  const answer = await buy(sim, NUMBER);
  assert.deepEqual([answer.status, answer.body.code, answer.headers.get('retry-after')], [429, 20429, '7']);
});

test('a lost answer has been done; a reset has not', async (t) => {
  const sim = await simFor(t);
  sim.control.fault({ match: { method: 'POST' }, fault: 'reset' });
  await assert.rejects(buy(sim, NUMBER));
  assert.equal(await owned(sim), 0);
  sim.control.fault({ match: { method: 'POST' }, fault: 'lostAnswer' });
  await assert.rejects(buy(sim, NUMBER));
  assert.equal(await owned(sim), 1);
});

test('a hanging call never answers and does nothing', async (t) => {
  const sim = await simFor(t);
  sim.control.fault({ match: { method: 'POST' }, fault: 'hang' });
  const form = NUMBER;
  await assert.rejects(call(sim, 'POST', `${API}/IncomingPhoneNumbers.json`, { form, timeoutMs: 50 }));
  assert.equal(await owned(sim), 0);
});

test('a broken answer has been done and cannot be read', async (t) => {
  const sim = await simFor(t);
  sim.control.fault({ match: { method: 'POST' }, fault: 'brokenAnswer' });
  await assert.rejects(buy(sim, NUMBER), SyntaxError);
  assert.equal(await owned(sim), 1);
});

test('skip lets calls pass first, and the body can be matched', async (t) => {
  const sim = await simFor(t);
  sim.control.fault({ match: { body: 'AreaCode=415' }, fault: 'status', status: 500, skip: 1 });
  assert.equal((await buy(sim, { AreaCode: '415' })).status, 201);
  assert.equal((await buy(sim, { AreaCode: '512' })).status, 201);
  assert.equal((await buy(sim, { AreaCode: '415' })).status, 500);
});

test('a fault rule with a typing error is refused', async (t) => {
  const sim = await simFor(t);
  for (const rule of [
    { fault: 'nope' },
    { fault: 'status', time: 3 },
    { fault: 'hang', match: { path: '(' } },
  ]) {
    assert.equal((await call(sim, 'POST', '/_sim/faults', { json: rule })).status, 400);
  }
});
