import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { type Outcome, unknown } from '../../src/kernel/outcome.ts';
import { DEFAULT_LOOP_OPTIONS } from '../../src/platform/reconcile/loop.ts';
import type { Provider } from '../../src/registration/ports.ts';
import { type Answer, type Caller, contract, operationAt, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { brandBody, campaignBody, makeDead, newNumber, submittedBrand } from './stories.ts';

/** Every call of the port is `call`; what is pure stays pure (C20). */
function providerOf(call: (method: string) => Promise<Outcome<never>>): Provider {
  return {
    ensureBrand: () => call('ensureBrand'),
    resubmitBrand: () => call('resubmitBrand'),
    ensureCampaign: () => call('ensureCampaign'),
    resubmitCampaign: () => call('resubmitCampaign'),
    ensureMessagingService: () => call('ensureMessagingService'),
    attachNumber: () => call('attachNumber'),
    detachNumber: () => call('detachNumber'),
    pollStatus: () => call('pollStatus'),
    brandFaults: () => [],
    campaignFaults: () => [],
  };
}

/** Every operation of a tenant, each answered with its success. Answers ids of the operations and milliseconds. */
async function everyOperation(
  a: Caller,
  owner: Kysely<unknown>,
  taxId: string,
): Promise<Map<string, number>> {
  const took = new Map<string, number>();
  const ask = async <T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) => {
    const startedAt = performance.now();
    const answer: Answer<T> = await a.call<T>(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.text}`);
    took.set(operationAt(method, `/v1${path}`)?.id ?? path, performance.now() - startedAt);
    return answer.body;
  };
  const { brandId } = await ask<{ brandId: string }>('POST', '/brands', brandBody({ taxId }));
  const { campaignId } = await ask<{ campaignId: string }>('POST', '/campaigns', campaignBody(brandId));
  await ask('PATCH', `/brands/${brandId}`, { description: 'Heating' });
  await ask('PATCH', `/campaigns/${campaignId}`, { description: 'Texts back' });
  await ask('POST', `/brands/${brandId}:submit`);
  await ask('POST', `/campaigns/${campaignId}:submit`);
  const e164 = newNumber();
  await ask('POST', '/numbers:attach', { campaignId, e164 });
  await ask('GET', `/brands/${brandId}`);
  await ask('GET', `/campaigns/${campaignId}`);
  await ask('GET', `/campaigns/${campaignId}/readiness`);
  await ask('GET', `/numbers/${e164}`);
  await ask('POST', '/numbers:detach', { e164 });
  const url = 'https://hooks.aldercreek.com/';
  const { webhookId } = await ask<{ webhookId: string }>('POST', '/webhooks', { url });
  const hook = `/webhooks/${webhookId}`;
  await ask('GET', hook);
  await ask('PATCH', hook, { rateLimit: 5 });
  const { eventId } = await ask<{ eventId: string }>('POST', `${hook}:test`);
  await ask('POST', `${hook}:rotateSecret`);
  await ask('POST', `${hook}:revokeSecret`, { version: 1 });
  await ask('GET', `${hook}/deliveries/${eventId}`);
  await ask('GET', `/events/${eventId}`);
  await makeDead(owner, webhookId);
  await ask('POST', `${hook}/deadLetters/${eventId}:redeliver`);
  await ask('POST', `${hook}/deadLetters:redeliver`, {});
  await ask('POST', `${hook}:skip`);
  const { jobId } = await ask<{ jobId: string }>('POST', `${hook}:replay`, {});
  await ask('GET', `${hook}/jobs/${jobId}`);
  await ask('POST', `${hook}/jobs/${jobId}:cancel`);
  const lists = ['/brands', '/campaigns', '/numbers', '/webhooks', '/events'];
  const below = ['/jobs', '/deliveries', '/deadLetters'].map((name) => hook + name);
  for (const path of [...lists, ...below]) await ask('GET', path);
  await ask('DELETE', hook);
  return took;
}

eachDatabase('a provider that throws', (open) => {
  const calls: string[] = [];
  const provider = providerOf((method) => {
    calls.push(method);
    throw new Error('a handler called the provider');
  });
  const app = useApp(open, { provider });

  test('is called by no operation, and each of them is answered (R55, R76)', async () => {
    const took = await everyOperation(await app().tenant(), app().db.owner, '12-3456789');
    const operations = contract.operations.filter(({ scopes }) => scopes).map(({ id }) => id);
    assert.deepEqual([...took.keys()].sort(), operations.sort());
    assert.deepEqual(calls, []);
  });
});

/** Far above what an answer takes on a slow machine, far below the provider's deadline of 8 s. */
const ANSWER_MS = 2_000;
const { slots: SLOTS } = DEFAULT_LOOP_OPTIONS;
/** All of the loop's, and more that wait. */
const STUCK = SLOTS + 8;

eachDatabase('a provider that does not answer', (open) => {
  const waiting = new Set<() => void>();
  let released = false;
  const provider = providerOf((_method) =>
    released
      ? Promise.resolve(unknown('released'))
      : new Promise((resolve) => waiting.add(() => resolve(unknown('released')))),
  );
  const app = useApp(open, { provider });

  test('keeps no write waiting, with every slot of the loop stuck in it', async () => {
    const a = await app().tenant();
    for (let n = 0; n < STUCK; n++) await submittedBrand(a, { taxId: `45-${1_000_000 + n}` });
    const stop = new AbortController();
    const loop = app().registration.workers.find(({ name }) => name === 'reconcile');
    const running = loop?.run(stop.signal);
    try {
      const until = performance.now() + 5_000;
      while (waiting.size < SLOTS && performance.now() < until) await wait(20);
      assert.equal(waiting.size, SLOTS, 'every slot waits for the provider');
      const took = await everyOperation(a, app().db.owner, '12-3456789');
      const slow = [...took].filter(([, ms]) => ms > ANSWER_MS);
      assert.deepEqual(slow, []);
    } finally {
      released = true;
      stop.abort();
      for (const release of waiting) release();
      await running;
    }
  });
});
