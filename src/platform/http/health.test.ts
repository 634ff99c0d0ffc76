import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { healthEndpoints, type ReadinessCheck } from './health.ts';
import { loggerInto, things } from './http.test-support.ts';
import { createServer } from './server.ts';

function newApp(checks: readonly ReadinessCheck[], draining = () => false) {
  const lines: string[] = [];
  const app = createServer({ logger: loggerInto(lines) });
  const [operation] = things.operations;
  assert.ok(operation);
  for (const [id, endpoint] of Object.entries(healthEndpoints({ checks, draining, deadlineMs: 20 }))) {
    app.get(`/${id}`, endpoint(operation).handler);
  }
  const ask = async (id: string) => {
    const response = await app.inject(`/${id}`);
    return [response.statusCode, response.json()];
  };
  return { ask, lines };
}

const fine: ReadinessCheck = { name: 'fine', check: async () => {} };
const broken: ReadinessCheck = { name: 'broken', check: () => Promise.reject(new Error('gone')) };
const silent: ReadinessCheck = { name: 'silent', check: () => new Promise(() => {}) };

test('health says that the process answers, whatever else is broken', async () => {
  const { ask } = newApp([broken]);
  assert.deepEqual(await ask('getHealth'), [200, { status: 'ok' }]);
  assert.deepEqual(await ask('getHealthz'), [200, { ok: true }]);
});

test('readiness names what fails and what does not answer in time, and the log says why', async () => {
  assert.deepEqual(await newApp([fine]).ask('getReadyz'), [200, { ready: true }]);
  const { ask, lines } = newApp([fine, broken, silent]);
  assert.deepEqual(await ask('getReadyz'), [503, { ready: false, failing: ['broken', 'silent'] }]);
  assert.ok(lines.some((line) => line.includes('gone')));
  assert.ok(lines.some((line) => line.includes('no answer within 20 ms')));
});

test('a process that drains is not ready, and asks nothing of its dependencies any more', async () => {
  let asked = 0;
  const counted: ReadinessCheck = {
    name: 'counted',
    check: async () => {
      asked += 1;
    },
  };
  const { ask } = newApp([counted], () => true);
  assert.deepEqual(await ask('getReadyz'), [503, { ready: false, failing: ['draining'] }]);
  assert.equal(asked, 0);
});

test('probes at the same time share one round of checks; the next round is a new one', async () => {
  let asked = 0;
  const counted: ReadinessCheck = {
    name: 'counted',
    check: async () => {
      asked += 1;
      await new Promise(setImmediate);
    },
  };
  const { getReadyz } = healthEndpoints({ checks: [counted], draining: () => false });
  const app = createServer({ logger: pino({ level: 'silent' }) });
  const [operation] = things.operations;
  assert.ok(operation && getReadyz);
  app.get('/readyz', getReadyz(operation).handler);
  await app.ready();
  await Promise.all([app.inject('/readyz'), app.inject('/readyz'), app.inject('/readyz')]);
  assert.equal(asked, 1);
  await app.inject('/readyz');
  assert.equal(asked, 2);
});
