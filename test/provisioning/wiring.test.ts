import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTwilioSim } from '../../sim/twilio/sim.ts';
import { eventually } from '../support/client.ts';
import { runProvisioning, twilioPort } from './running-service.ts';

// Health and metrics of the service as it is wired for production.

test('an open breaker shows in readiness and metrics, and one successful call closes it', async (t) => {
  const sim = await startTwilioSim();
  t.after(sim.close);
  const port = twilioPort(sim.url, { breaker: { failures: 3, openMs: 300 } });
  const { ask } = await runProvisioning(t, { port });
  assert.deepEqual((await ask<unknown>('GET', '/readyz')).body, { ready: true });
  sim.control.fault({
    match: { path: 'AvailablePhoneNumbers' },
    fault: 'status',
    status: 503,
    times: 3,
  });
  const search = '/availability?areaCode=415';
  assert.equal((await ask('GET', search)).status, 502);
  const calls = sim.control.requests().length;
  const refused = await ask('GET', search);
  assert.equal(refused.status, 503);
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  assert.equal(sim.control.requests().length, calls, 'a call was made all the same');
  const { status, body } = await ask<unknown>('GET', '/readyz');
  assert.deepEqual([status, body], [503, { ready: false, failing: ['breaker'] }]);
  const metrics = (await ask<string>('GET', '/metrics')).body.split('\n');
  for (const line of [
    'provider_breaker_state{product="api"} 2',
    'provisioning_operations_total{operation="search",outcome="unknown"} 1',
    'provider_request_duration_seconds_count{product="api",how="5xx"} 3',
  ]) {
    const [name = ''] = line.split('{');
    assert.ok(metrics.includes(line), metrics.filter((other) => other.startsWith(name)).join('\n'));
  }
  await eventually('the breaker closes', 10_000, async () => (await ask('GET', search)).status === 200);
});

test('without accepted credentials the service is not ready, and asks at most every few seconds', async (t) => {
  const sim = await startTwilioSim();
  t.after(sim.close);
  const { ask } = await runProvisioning(t, { port: twilioPort(sim.url, { password: 'f'.repeat(32) }) });
  for (let look = 0; look < 3; look += 1) {
    const { status, body } = await ask<unknown>('GET', '/readyz');
    assert.deepEqual([status, body], [503, { ready: false, failing: ['provider'] }]);
  }
  assert.equal(sim.control.requests().length, 1);
});

test('health, the contract and metrics need no token, everything else does', async (t) => {
  const sim = await startTwilioSim();
  t.after(sim.close);
  const { url } = await runProvisioning(t, { port: twilioPort(sim.url) });
  const statusAt = async (path: string) => (await fetch(url + path)).status;
  for (const path of ['/health', '/healthz', '/readyz', '/metrics', '/openapi.yaml', '/docs/']) {
    assert.equal(await statusAt(path), 200, path);
  }
  assert.equal(await statusAt('/availability?areaCode=415'), 401);
});
