import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '../../src/platform/telemetry/log.ts';
import { parseSecret } from '../../src/platform/webhooks/endpoints/signature.ts';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { type Answer, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { rowsOf, tablesOf } from './catalogue.ts';
import { fieldsOf, newWebhook } from './stories.ts';

type Rotated = Schemas['RotatedSecret'];
type Secrets = readonly Schemas['WebhookSecret'][];

const DAY_MS = 86_400_000;

eachDatabase('secrets of webhooks', (open) => {
  const lines: string[] = [];
  const log = createLogger(
    { level: 'trace', service: 'registration', role: 'all' },
    { write: (line) => void lines.push(line) },
  );
  const app = useApp(open, { log });

  async function setUp() {
    const a = await app().tenant();
    const created = await newWebhook(a);
    const path = `/webhooks/${created.webhookId}`;
    const rotate = (body?: object, headers = {}) =>
      a.call<Rotated>('POST', `${path}:rotateSecret`, body, headers);
    const revoke = (version: unknown) => a.call('POST', `${path}:revokeSecret`, { version });
    const read = () => a.call<Schemas['Webhook']>('GET', path);
    const versions = async () => (await read()).body.secrets.map(({ version }) => version);
    return { a, created, path, rotate, revoke, read, versions };
  }

  const inMs = (ms: number) => new Date(app().clock.current().getTime() + ms).toISOString();

  test('a rotation shows the new secret and until when the old one lives: a day, unless asked otherwise', async () => {
    const { rotate, read, created } = await setUp();
    app().clock.advance(1_000);
    const { status, body } = await rotate();
    assert.equal(status, 201);
    assert.equal(body.version, 2);
    assert.notEqual(body.secret, created.secret);
    assert.equal(parseSecret(body.secret)?.length, 32);
    const wanted: Secrets = [
      { version: 2, createdAt: inMs(0) },
      { version: 1, createdAt: created.createdAt, expiresAt: inMs(DAY_MS) },
    ];
    assert.deepEqual(body.secrets, wanted);
    const one = await read();
    assert.deepEqual([one.body.secrets, one.body.updatedAt, one.headers.etag], [wanted, inMs(0), '"2"']);
    const week = await rotate({ graceSeconds: 604_800 });
    assert.deepEqual(
      week.body.secrets.map(({ expiresAt }) => expiresAt),
      [undefined, inMs(7 * DAY_MS), inMs(DAY_MS)],
    );
    const leaked = await rotate({ graceSeconds: 0 });
    assert.deepEqual(leaked.body.secrets, [{ version: 4, createdAt: inMs(0) }]);
  });

  test('what has expired is not shown any more, and cannot be revoked', async () => {
    const { rotate, revoke, versions } = await setUp();
    await rotate({ graceSeconds: 60 });
    app().clock.advance(59_999);
    assert.deepEqual(await versions(), [2, 1]);
    app().clock.advance(1);
    assert.deepEqual(await versions(), [2]);
    assert.equal((await revoke(1)).status, 404);
  });

  test('refusals: five live already, the newest cannot go, and nothing that is none', async () => {
    const { a, path, rotate, revoke, versions } = await setUp();
    for (const graceSeconds of [-1, 604_801, 1.5, '60', null]) {
      const { status, body } = await a.call('POST', `${path}:rotateSecret`, { graceSeconds });
      assert.deepEqual([status, fieldsOf(body)], [422, ['graceSeconds']], String(graceSeconds));
    }
    for (const version of [0, -1, 1.5, '1', 2 ** 31, null]) {
      const { status, body } = await revoke(version);
      assert.deepEqual([status, fieldsOf(body)], [422, ['version']], String(version));
    }
    const newest = await revoke(1);
    assert.deepEqual([newest.status, newest.body.error.code], [409, 'ConflictError']);
    for (let n = 0; n < 4; n++) assert.equal((await rotate()).status, 201);
    const full = await a.call('POST', `${path}:rotateSecret`);
    assert.deepEqual([full.status, full.body.error.details.versions], [409, [5, 4, 3, 2, 1]]);
    assert.deepEqual(await versions(), [5, 4, 3, 2, 1]);
    assert.equal((await revoke(3)).status, 200);
    assert.deepEqual(await versions(), [5, 4, 2, 1]);
    assert.equal((await revoke(3)).status, 404);
    assert.equal((await rotate()).body.version, 6);
  });

  test('a test may name a live secret and no other; of an endpoint that is not active there is none', async () => {
    const { a, path, rotate, revoke } = await setUp();
    const send = (body?: object) => a.call('POST', `${path}:test`, body);
    await rotate();
    for (const body of [undefined, {}, { secretVersion: 1 }, { secretVersion: 2 }]) {
      const sent = await a.call<Schemas['EventRef']>('POST', `${path}:test`, body);
      assert.equal(sent.status, 202, sent.text);
      const { eventId } = sent.body;
      const event = await a.call<Schemas['EventDetail']>('GET', `/events/${eventId}`);
      assert.deepEqual(event.body.event.data, { webhookId: path.split('/')[2], ...body });
      assert.equal(event.body.event.type, 'WebhookTest');
      assert.equal(event.body.deliveries.length, 1, 'owed to it, although it did not ask for the type');
    }
    for (const secretVersion of [3, 2 ** 31 - 1]) {
      const { status, body } = await send({ secretVersion });
      assert.deepEqual([status, fieldsOf(body)], [422, ['secretVersion']]);
    }
    await revoke(1);
    assert.equal((await send({ secretVersion: 1 })).status, 422);
    await a.call('PATCH', path, { active: false });
    const paused = await send();
    assert.deepEqual([paused.status, paused.body.error.details.health], [409, 'paused']);
  });

  test('a secret is in the one answer that made it and its replay, and nowhere else: no answer, log or row', async () => {
    const { a, path, created, rotate } = await setUp();
    const headers = { 'idempotency-key': 'k' };
    const first = await rotate({}, headers);
    const replay = await rotate({}, headers);
    assert.deepEqual([replay.text, replay.headers['idempotent-replayed']], [first.text, 'true']);
    const secrets = [created.secret, first.body.secret];
    const answers: Answer<unknown>[] = [
      await a.call('GET', path),
      await a.call('GET', '/webhooks'),
      await a.call('PATCH', path, { rateLimit: 5 }),
      await a.call('POST', `${path}:rotateSecret`, { graceSeconds: 1 }, headers),
      await a.call('POST', `${path}:revokeSecret`, { version: 1 }),
      await a.call('POST', `${path}:test`),
      await a.call('GET', '/events'),
      await a.call('GET', `${path}/deliveries`),
    ];
    for (const { text } of answers) assert.ok(!text.includes('whsec_'), text);
    const traces = secrets.flatMap((secret) => {
      const key = parseSecret(secret) ?? assert.fail();
      return [secret, key.toString('base64'), key.toString('hex')];
    });
    const found = (text: string) => traces.filter((trace) => text.includes(trace));
    assert.ok(lines.length > 0);
    assert.deepEqual(found(lines.join('')), []);
    for (const { name } of await tablesOf(app().db.owner)) {
      assert.deepEqual(found(JSON.stringify(await rowsOf(app().db.owner, name))), [], name);
    }
  });

  test("another tenant's secrets can be neither changed nor found out about", async () => {
    const { path, rotate, versions } = await setUp();
    await rotate();
    const b = await app().tenant();
    for (const [operation, body] of [
      ['rotateSecret', {}],
      ['revokeSecret', { version: 1 }],
      ['revokeSecret', { version: 9 }],
      ['test', { secretVersion: 9 }],
    ] as const) {
      const { status, body: answer } = await b.call('POST', `${path}:${operation}`, body);
      assert.deepEqual([status, answer.error.message], [404, 'Webhook not found'], operation);
    }
    assert.deepEqual(await versions(), [2, 1]);
  });
});
