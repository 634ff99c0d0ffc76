import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databaseClock } from '../../src/platform/database/clock.ts';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { listTokens, revokeToken } from '../../src/registration/store/tenants.ts';
import { type Answer, type Caller, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { callOf, type Ids, NONE, OPERATIONS, pathOf, WITH_BODY } from './operations.ts';
import { attachedNumber, brandBody, draftBrand, draftCampaign, fieldsOf, owedWebhook } from './stories.ts';

async function everythingOf(tenant: Caller): Promise<Ids> {
  const brandId = await draftBrand(tenant);
  const campaignId = await draftCampaign(tenant, brandId);
  const e164 = await attachedNumber(tenant, campaignId);
  const { webhookId, eventId, jobId } = await owedWebhook(tenant);
  return { brandId, campaignId, webhookId, jobId, eventId, e164 };
}

eachDatabase('the edge', (open) => {
  const app = useApp(open);

  test('without a good token every operation is a 401 that says how to get in, before anything else', async () => {
    const a = await app().tenant();
    const { executor } = app().db.database;
    const before = new Set((await listTokens(executor, a.tenantId)).map(({ tokenId }) => tokenId));
    const revoked = await a.as('read', 'write');
    const added = (await listTokens(executor, a.tenantId)).filter(({ tokenId }) => !before.has(tokenId));
    assert.equal(added.length, 1);
    await revokeToken(executor, databaseClock, added[0]?.tokenId ?? '');
    const bad = [undefined, '', 'Bearer', 'Basic abc', 'Bearer a b', 'Bearer ü', 'Bearer nmc_unknown'];
    for (const operation of OPERATIONS) {
      for (const authorization of [...bad, `Bearer ${revoked.token}`]) {
        const { status, body, headers } = await app().send({
          method: operation.method,
          url: `/v1${pathOf(operation, NONE)}`,
          headers: authorization === undefined ? {} : { authorization },
        });
        assert.deepEqual(
          [status, body.error.code],
          [401, 'Unauthorized'],
          `${operation.id} ${authorization}`,
        );
        const challenge = authorization === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
        assert.equal(headers['www-authenticate'], challenge);
      }
    }
  });

  test('a token without the scope is a 403 that names it, on every operation', async () => {
    const a = await app().tenant();
    const tokens: Record<string, Caller> = {
      read: await a.as('write', 'pii'),
      write: await a.as('read', 'pii'),
    };
    for (const operation of OPERATIONS) {
      const [scope = ''] = operation.scopes ?? [];
      const lacking = tokens[scope];
      assert.ok(lacking, operation.id);
      const { status, body, headers } = await callOf(lacking, operation, NONE);
      assert.deepEqual([status, body.error.code, body.error.details.scope], [403, 'Forbidden', scope]);
      assert.match(String(headers['www-authenticate']), new RegExp(`scope="${scope}"`));
    }
  });

  test("what does not exist and what is another tenant's are one and the same 404, on every operation", async () => {
    const [a, b] = [await app().tenant(), await app().tenant()];
    const ids = await everythingOf(a);
    const named = OPERATIONS.filter(
      ({ path, id }) => path.includes('{') || ['createCampaign', 'attachNumber', 'detachNumber'].includes(id),
    );
    assert.ok(named.length >= 28, `${named.length} operations`);
    for (const operation of named) {
      const unknown = await callOf(b, operation, NONE);
      const foreign = await callOf(b, operation, ids);
      assert.equal(unknown.status, 404, `${operation.id} ${unknown.text}`);
      assert.equal(foreign.status, 404, `${operation.id} ${foreign.text}`);
      const { correlationId: _, ...unknownDetails } = unknown.body.error.details;
      const { correlationId: __, ...foreignDetails } = foreign.body.error.details;
      assert.deepEqual(foreignDetails, unknownDetails);
      assert.equal(foreign.body.error.message, unknown.body.error.message);
    }
    for (const operation of named.filter(({ method }) => method === 'GET')) {
      assert.equal((await callOf(a, operation, ids)).status, 200, `${operation.id} of his own`);
    }
  });

  test('a body that is not JSON in UTF-8 is a 400, one of another type a 415, one above 64 KiB a 413', async () => {
    const a = await app().tenant();
    const json = 'application/json';
    const cases: readonly [string | undefined, string | Buffer, number][] = [
      [json, '{', 400],
      [json, '{"a":1}}', 400],
      [json, "{'a':1}", 400],
      [json, 'NaN', 400],
      [json, Buffer.from([0x22, 0xff, 0x22]), 400],
      [json, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{}', 'utf16le')]), 400],
      ['text/plain', '{}', 415],
      ['application/x-www-form-urlencoded', 'a=1', 415],
      ['multipart/form-data; boundary=x', '--x--', 415],
      ['application/xml', '<a/>', 415],
      ['nonsense', '{}', 415],
      [undefined, '{}', 415],
      [json, `"${'x'.repeat(65_536)}"`, 413],
    ];
    for (const operation of OPERATIONS.filter(({ method }) => method !== 'GET')) {
      for (const [type, payload, wanted] of cases) {
        const answer = await app().send({
          method: operation.method,
          url: `/v1${pathOf(operation, NONE)}`,
          headers: { authorization: `Bearer ${a.token}`, ...(type ? { 'content-type': type } : {}) },
          payload,
        });
        assert.equal(answer.status, wanted, `${operation.id} ${type} ${answer.text}`);
        assert.equal(answer.body.error.code, 'ValidationError');
      }
    }
    const merge = { 'content-type': 'application/merge-patch+json' };
    assert.equal((await a.call('POST', '/brands', brandBody(), merge)).status, 415, 'only PATCH takes it');
    const charset = { 'content-type': 'application/json; charset=utf-8' };
    assert.equal((await a.call('POST', '/brands', brandBody(), charset)).status, 201);
  });

  test('a body that is missing, or no object, is a 422 that says what to send', async () => {
    const a = await app().tenant();
    for (const operation of WITH_BODY) {
      const missing = operation.body?.required ? [''] : [];
      for (const payload of [...missing, 'null', '[]', '"x"', '1', 'true']) {
        const { status, body } = await app().send({
          method: operation.method,
          url: `/v1${pathOf(operation, NONE)}`,
          headers: { authorization: `Bearer ${a.token}`, 'content-type': 'application/json' },
          payload,
        });
        assert.deepEqual([status, fieldsOf(body)], [422, ['body']], `${operation.id} ${payload}`);
      }
    }
  });

  test('a malformed header is a 400 that names it', async () => {
    const a = await app().tenant();
    for (const operation of OPERATIONS) {
      const known = Object.keys(operation.headerSchema.properties ?? {});
      for (const [name, values] of [
        ['if-match', ['1', '"1', 'W/1', '"a""b"', '']],
        ['idempotency-key', ['', 'k\u00fc', 'x'.repeat(256), 'tab\there']],
      ] as const) {
        if (!known.includes(name)) continue;
        for (const value of values) {
          const { status, body } = await callOf(a, operation, NONE, { [name]: value });
          assert.equal(status, 400, `${operation.id} ${name}: ${value}`);
          assert.ok(fieldsOf(body).includes(`header.${name}`));
        }
      }
    }
  });

  test('a tenant past its limit gets 429 with Retry-After and what is left; another one is served', async () => {
    const [a, b] = [await app().tenant(), await app().tenant()];
    // Refused for its limit parameter, so that none of these waits for the database.
    const burst = (tenant: Caller, n: number) =>
      Promise.all(Array.from({ length: n }, () => tenant.call('GET', '/brands?limit=0')));
    const [first] = await burst(a, 1);
    assert.match(String(first?.headers.ratelimit), /^"tenant";r=\d+;t=\d+$/);
    assert.equal(first?.headers['ratelimit-policy'], '"tenant";q=1000;w=2');
    let limited: Answer<Schemas['Error']> | undefined;
    for (let round = 0; round < 20 && !limited; round++) {
      limited = (await burst(a, 500)).find(({ status }) => status === 429);
    }
    assert.ok(limited, 'the limit was never reached');
    assert.equal(limited.body.error.code, 'RateLimited');
    assert.ok(Number(limited.headers['retry-after']) >= 1);
    assert.match(String(limited.headers.ratelimit), /^"tenant";r=0;t=\d+$/);
    assert.equal((await b.call('GET', '/brands')).status, 200);
  });
});
