import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { COLLECT_CACHE_MS, COLLECT_DEADLINE_MS } from './collected.ts';
import { createMetrics } from './metrics.ts';
import { collectServiceGauges, type QueueState } from './service-gauges.ts';

const QUEUE: QueueState = { lagSeconds: 1.5, due: 3, leased: 2, parked: 1 };

function service(overrides: Partial<Parameters<typeof collectServiceGauges>[1]> = {}) {
  const errors: string[] = [];
  let nowMs = 1_000;
  const metrics = createMetrics({
    onCollectError: (source, error) => void errors.push(`${source}: ${String(error)}`),
    nowMs: () => nowMs,
  });
  collectServiceGauges(metrics, {
    phases: async () => [{ resource: 'brand', phase: 'VETTED', count: 4 }],
    queue: async () => QUEUE,
    webhooks: async () => ({ oldestUndeliveredSeconds: 0, laneDepth: 7 }),
    provider: async () => ({ blockedAccounts: 0, openBreakers: [] }),
    conservation: () => undefined,
    ...overrides,
  });
  return {
    metrics,
    errors,
    wait: (ms: number) => {
      nowMs += ms;
    },
    /** Sample lines of the families named, without process metrics. */
    async samples(pattern: RegExp) {
      const { body } = await metrics.scrape();
      return body.split('\n').filter((line) => !line.startsWith('#') && pattern.test(line));
    },
  };
}

test('the six families of the seed are there from the start, under its names and labels', async () => {
  const { metrics } = service();
  metrics.pass('brand', 'settled', 0.02);
  metrics.providerCall('ensureBrand', 'ok');
  const { body, contentType } = await metrics.scrape();
  for (const line of [
    '# TYPE reconcile_runs_total counter',
    'reconcile_runs_total{resource="brand"} 1',
    '# TYPE provider_calls_total counter',
    'provider_calls_total{method="ensureBrand"} 1',
    '# TYPE status_phase_gauge gauge',
    'status_phase_gauge{resource="brand",phase="VETTED"} 4',
    'webhook_delivery_attempts_total 0',
    'idempotency_dupes_total 0',
    'assignment_conflicts_total 0',
  ]) {
    assert.ok(body.split('\n').includes(line), line);
  }
  assert.match(contentType, /^text\/plain; version=0\.0\.4/);
});

test('a provider account that is turned away raises its gauge, and an open breaker is named', async () => {
  const { metrics, samples } = service({
    provider: async () => ({ blockedAccounts: 1, openBreakers: ['messaging'] }),
  });
  metrics.providerRequest('trusthub', '2xx', 0.2);
  metrics.providerInbound('event', 'duplicate');
  assert.deepEqual(await samples(/^provider_(accounts|breaker|inbound)|^provider_request.*_count/), [
    'provider_request_duration_seconds_count{product="trusthub",how="2xx"} 1',
    'provider_inbound_total{kind="event",result="duplicate"} 1',
    'provider_accounts_blocked 1',
    'provider_breaker_open{product="messaging"} 1',
  ]);
});

test('conservation has no samples before the first check, and then tells what vanished and where', async () => {
  const before = await service().samples(/^webhook_(conservation|events|endpoint_events)/);
  assert.deepEqual(before, []);
  const { samples } = service({
    conservation: () => ({
      violations: 1,
      totals: { accepted: 5, delivered: 4 },
      worst: [{ endpointId: 'whk_1', figures: { accepted: 5, delivered: 4 } }],
    }),
  });
  assert.deepEqual(await samples(/^webhook_(conservation|events|endpoint_events)/), [
    'webhook_conservation_violations 1',
    'webhook_events{state="accepted"} 5',
    'webhook_events{state="delivered"} 4',
    'webhook_endpoint_events{endpoint="whk_1",state="accepted"} 5',
    'webhook_endpoint_events{endpoint="whk_1",state="delivered"} 4',
  ]);
});

test('each recorder counts in its own families', async () => {
  const { metrics, samples } = service();
  metrics.pass('binding', 'failed', 0.2);
  metrics.fenced();
  metrics.providerCall('attachNumber', 'unknown');
  metrics.attempt('retry');
  metrics.lateSettle();
  metrics.duplicate();
  metrics.assignmentConflict();
  metrics.request('attachNumber', 409, 0.004);
  const counted = await samples(
    /^(?!process|nodejs|status_phase|reconcile_queue|webhook_(oldest|lane)).*_(total|count)/,
  );
  assert.deepEqual(counted.sort(), [
    'assignment_conflicts_total 1',
    'http_request_duration_seconds_count{operation="attachNumber",status="409"} 1',
    'idempotency_dupes_total 1',
    'provider_call_outcomes_total{method="attachNumber",outcome="unknown"} 1',
    'provider_calls_total{method="attachNumber"} 1',
    'reconcile_duration_seconds_count{resource="binding"} 1',
    'reconcile_fenced_total 1',
    'reconcile_results_total{resource="binding",result="failed"} 1',
    'reconcile_runs_total{resource="binding"} 1',
    'webhook_delivery_attempts_total 1',
    'webhook_delivery_results_total{outcome="retry"} 1',
    'webhook_late_settles_total 1',
  ]);
});

test('queue, webhooks and the process are measured', async () => {
  const { samples } = service();
  assert.deepEqual(await samples(/^(reconcile_queue|webhook_(oldest|lane))/), [
    'reconcile_queue_lag_seconds 1.5',
    'reconcile_queue_depth{state="due"} 3',
    'reconcile_queue_depth{state="leased"} 2',
    'reconcile_queue_depth{state="parked"} 1',
    'webhook_oldest_undelivered_age_seconds 0',
    'webhook_lane_depth 7',
  ]);
  assert.equal((await samples(/^process_resident_memory_bytes /)).length, 1);
});

test('two services in one process do not share a count', async () => {
  const [one, other] = [service(), service()];
  one.metrics.duplicate();
  assert.deepEqual(await other.samples(/^idempotency/), ['idempotency_dupes_total 0']);
});

test('a look that fails takes its families away, is counted, and leaves the scrape and the others whole', async () => {
  const { samples, errors } = service({
    queue: () => {
      throw new Error('down');
    },
    phases: async () => Promise.reject(new Error('down as well')),
  });
  assert.deepEqual(await samples(/^(reconcile_queue|status_phase|webhook_lane)/), ['webhook_lane_depth 7']);
  assert.deepEqual(errors.sort(), ['phases: Error: down as well', 'queue: Error: down']);
  assert.deepEqual((await samples(/^metrics_collect_errors/)).sort(), [
    'metrics_collect_errors_total{source="phases"} 1',
    'metrics_collect_errors_total{source="queue"} 1',
  ]);
});

test('values that are gone do not linger', async () => {
  let phases = [{ resource: 'brand', phase: 'DRAFT', count: 1 }];
  let broken = false;
  const { samples, wait } = service({
    phases: async () => phases,
    queue: async () => (broken ? Promise.reject(new Error('down')) : QUEUE),
  });
  assert.equal((await samples(/^(status_phase|reconcile_queue_lag)/)).length, 2);
  phases = [{ resource: 'brand', phase: 'VETTED', count: 1 }];
  broken = true;
  wait(COLLECT_CACHE_MS);
  assert.deepEqual(await samples(/^(status_phase|reconcile_queue_lag)/), [
    'status_phase_gauge{resource="brand",phase="VETTED"} 1',
  ]);
});

test('the database is asked once a look for all its families, and not again within the cache time', async () => {
  let looks = 0;
  const { samples, wait } = service({
    queue: async () => {
      looks += 1;
      return { ...QUEUE, lagSeconds: looks };
    },
  });
  await Promise.all([samples(/^x/), samples(/^x/)]);
  wait(COLLECT_CACHE_MS - 1);
  assert.deepEqual(await samples(/^reconcile_queue_lag/), ['reconcile_queue_lag_seconds 1']);
  wait(1);
  assert.deepEqual(await samples(/^reconcile_queue_lag/), ['reconcile_queue_lag_seconds 2']);
});

test('failures are kept as long as values: a scraper in a loop does not load a database that is down', async () => {
  let looks = 0;
  const { samples, wait } = service({
    queue: async () => {
      looks += 1;
      throw new Error('down');
    },
  });
  for (let i = 0; i < 5; i++) await samples(/^x/);
  assert.equal(looks, 1);
  wait(COLLECT_CACHE_MS);
  await samples(/^x/);
  assert.equal(looks, 2);
});

test('a look that hangs ends at its deadline, and no second one is started behind it', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let looks = 0;
  let answer: (state: QueueState) => void = () => assert.fail('nothing was asked');
  const { samples, wait, errors } = service({
    queue: () => {
      looks += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  });
  const scrape = samples(/^(reconcile_queue|webhook_lane)/);
  await new Promise(setImmediate);
  t.mock.timers.tick(COLLECT_DEADLINE_MS);
  assert.deepEqual(await scrape, ['webhook_lane_depth 7']);

  wait(COLLECT_CACHE_MS);
  assert.deepEqual(await samples(/^reconcile_queue/), []);
  assert.equal(looks, 1);
  assert.equal(errors.length, 2);

  answer(QUEUE);
  await new Promise(setImmediate);
  wait(COLLECT_CACHE_MS);
  const next = samples(/^reconcile_queue_lag/);
  await new Promise(setImmediate);
  answer({ ...QUEUE, lagSeconds: 9 });
  assert.deepEqual(await next, ['reconcile_queue_lag_seconds 9']);
});

test('measuring does not keep a process alive', async () => {
  const script = `import { createMetrics } from '${new URL('./metrics.ts', import.meta.url).href}';
    await createMetrics({ onCollectError() {} }).scrape();`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 10_000,
  });
  assert.equal((await run).stdout, '');
});
