import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { load } from 'js-yaml';
import { openPostgres } from '../../src/platform/database/postgres.ts';
import { contract, createApp, useApp } from '../support/app.ts';
import { eachDatabase, freshPglite, freshPostgres } from '../support/database.ts';
import { attachedNumber, brandBody, wholeStory } from './stories.ts';

/** R43, and what an operator alerts on beside them. */
const FAMILIES = [
  'reconcile_runs_total',
  'provider_calls_total',
  'status_phase_gauge',
  'webhook_delivery_attempts_total',
  'idempotency_dupes_total',
  'assignment_conflicts_total',
  'reconcile_queue_lag_seconds',
  'reconcile_queue_depth',
  'reconcile_duration_seconds',
  'webhook_oldest_undelivered_age_seconds',
  'webhook_lane_depth',
  'http_request_duration_seconds',
];

eachDatabase('what the service says of itself', (open, engine) => {
  const app = useApp(open);
  const get = (url: string) => app().send<unknown>({ method: 'GET', url });

  test('/health, /healthz and /readyz have exactly the bodies that the seed names, without a token (C32)', async () => {
    assert.equal((await get('/health')).text, '{"status":"ok"}');
    assert.equal((await get('/healthz')).text, '{"ok":true}');
    assert.equal((await get('/readyz')).text, '{"ready":true}');
  });

  test('/metrics has every family under its exact name, and they count what happened', async () => {
    const a = await app().tenant();
    const { campaignId, e164 } = await wholeStory(app(), a);
    const headers = { 'idempotency-key': 'k' };
    await a.call('POST', '/brands', brandBody(), headers);
    await a.call('POST', '/brands', brandBody(), headers);
    assert.equal((await a.call('POST', '/numbers:attach', { campaignId, e164 })).status, 409);
    const b = await app().tenant();
    const other = await wholeStory(app(), b);
    await attachedNumber(b, other.campaignId);
    assert.equal(
      (await b.call('POST', '/numbers:attach', { campaignId: other.campaignId, e164 })).status,
      409,
    );

    const { text, headers: seen } = await get('/metrics');
    assert.match(String(seen['content-type']), /^text\/plain/);
    for (const family of FAMILIES) assert.match(text, new RegExp(`^# TYPE ${family} `, 'm'), family);
    const sampleOf = (sample: string) => {
      const line = text.split('\n').find((candidate) => candidate.startsWith(`${sample} `));
      return Number(line?.slice(sample.length + 1));
    };
    for (const resource of ['brand', 'campaign', 'binding']) {
      assert.ok(sampleOf(`reconcile_runs_total{resource="${resource}"}`) >= 2, resource);
    }
    assert.equal(sampleOf('provider_calls_total{method="ensureBrand"}'), 2);
    assert.equal(sampleOf('status_phase_gauge{resource="brand",phase="VETTED"}'), 2);
    assert.equal(sampleOf('status_phase_gauge{resource="binding",phase="VERIFIED"}'), 2);
    // A brand that was recognised by its content, and an answer from its stored copy.
    assert.equal(sampleOf('idempotency_dupes_total'), 2);
    assert.equal(sampleOf('assignment_conflicts_total'), 2, 'his own, and another tenant\u2019s');
    assert.doesNotMatch(text, /ten_|brand_|\+1202/, 'labels are words of ours, not ids or numbers');
  });

  test('/openapi.yaml is the contract in one piece: it refers to no other document', async () => {
    const { text } = await get('/openapi.yaml');
    assert.deepEqual(load(text), contract.document);
    const refs = [...text.matchAll(/\$ref: *['"]?([^\s'"]+)/g)].map(([, ref]) => ref ?? '');
    assert.ok(refs.length > 100);
    assert.deepEqual(
      refs.filter((ref) => !ref.startsWith('#/')),
      [],
    );
  });

  test('/docs is a page that needs no other host, nor do its scripts, styles and settings', async () => {
    const page = await get('/docs');
    assert.equal(page.status, 200);
    assert.match(page.text, /<title>A2P registration<\/title>/);
    const policy = String(page.headers['content-security-policy']);
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /https?:|\*/);
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address ?? '');
    assert.ok(loaded.length >= 5);
    for (const address of loaded) {
      assert.doesNotMatch(address, /^([a-z]+:)?\/\//i);
      const url = new URL(address, 'http://localhost/docs').pathname;
      const { statusCode, payload } = await app().registration.app.inject(url);
      assert.equal(statusCode, 200, url);
      if (url.endsWith('.css')) assert.doesNotMatch(payload, /url\(["']?(https?:)?\/\/|@import/, url);
      if (url.endsWith('initializer.js')) assert.doesNotMatch(payload, /["'](https?:)?\/\/\w/, url);
    }
    const document = (await app().registration.app.inject('/docs/json')).json();
    assert.deepEqual(
      document.servers.map(({ url }: { url: string }) => url),
      ['/v1'],
    );
    assert.deepEqual(Object.keys(document.paths), Object.keys(contract.document.paths ?? {}));
  });

  test('from the moment a shutdown begins /readyz is a 503, while what still comes in is answered', async () => {
    const draining = await createApp(app().db.database);
    const a = await draining.tenant();
    draining.registration.drain();
    const ready = await draining.send({ method: 'GET', url: '/readyz' });
    assert.deepEqual([ready.status, ready.text], [503, '{"ready":false,"failing":["draining"]}']);
    assert.equal((await draining.send<unknown>({ method: 'GET', url: '/healthz' })).status, 200);
    assert.equal((await a.call('POST', '/brands', brandBody())).status, 201);
    await draining.close();
  });

  test('without its database it is not ready and says what fails, and is alive all the same', async () => {
    const { database, close } = await (engine === 'pglite' ? freshPglite() : freshPostgres());
    const lost = await createApp(database);
    const a = await lost.tenant();
    assert.equal((await lost.send<unknown>({ method: 'GET', url: '/readyz' })).status, 200);
    await close();
    const { status, body } = await lost.send<unknown>({ method: 'GET', url: '/readyz' });
    assert.deepEqual([status, body], [503, { ready: false, failing: ['database', 'migrations', 'queue'] }]);
    assert.equal((await lost.send<unknown>({ method: 'GET', url: '/healthz' })).status, 200);
    assert.equal((await lost.send<unknown>({ method: 'GET', url: '/metrics' })).status, 200);
    assert.ok((await a.call('POST', '/brands', brandBody())).status >= 500);
    await lost.close();
  });
});

/** A wire to the database that can be cut and mended. */
async function startWire(url: string) {
  const target = new URL(url);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      open.add(from);
      from.on('error', () => {}).on('close', () => open.delete(from));
      from.pipe(to);
    }
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the wire has no address');
  const wired = new URL(url);
  wired.host = `127.0.0.1:${address.port}`;
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  return { url: wired.href, cut, mend: () => listen(address.port) };
}

eachDatabase('a database that goes away and comes back', (open, engine) => {
  if (engine !== 'postgres') return;

  /** A service whose way to the database can be cut. */
  async function wired() {
    const { url } = await open();
    assert.ok(url);
    const wire = await startWire(url);
    const database = openPostgres(wire.url, { onError: () => {} });
    const service = await createApp(database);
    const tenant = await service.tenant();
    await tenant.call('GET', '/brands');
    const close = async () => {
      await service.close();
      await database.close();
      await wire.cut();
    };
    return { wire, service, tenant, close };
  }

  test('meanwhile writes are 503 with Retry-After; the same key does the work once it is back', async () => {
    const { wire, service, tenant, close } = await wired();
    const post = () => tenant.call('POST', '/brands', brandBody(), { 'idempotency-key': 'k' });
    const ready = async () => (await service.send<unknown>({ method: 'GET', url: '/readyz' })).status;

    await wire.cut();
    // Until the pool has seen that its idle connections are gone.
    await wait(100);
    for (let time = 0; time < 3; time++) {
      const away = await post();
      assert.deepEqual([away.status, away.body.error.code], [503, 'Internal'], away.text);
      assert.equal(away.headers['retry-after'], '1');
    }
    assert.equal(await ready(), 503);
    const stranger = service.caller(tenant.tenantId, 'nmc_unknown');
    assert.equal((await stranger.call('GET', '/brands')).status, 503, 'who he is cannot be asked');

    await wire.mend();
    assert.equal(await ready(), 200);
    const back = await post();
    assert.deepEqual([back.status, back.headers['idempotent-replayed']], [201, undefined]);
    assert.equal((await post()).headers['idempotent-replayed'], 'true');
    await close();
  });

  test('a connection that breaks in the middle costs its request a 503, and nothing else', async () => {
    const { wire, tenant, close } = await wired();
    const cut = wire.cut();
    const [broken] = await Promise.all([tenant.call('POST', '/brands', brandBody()), cut]);
    assert.equal(broken.status, 503, broken.text);
    await wire.mend();
    assert.equal((await tenant.call('POST', '/brands', brandBody())).status, 201);
    await close();
  });
});
