import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Caller, useApp } from '../support/app.ts';
import { onPostgres } from '../support/database.ts';
import { bodyOf, callOf, type Ids, NONE, OPERATIONS, pathOf } from './operations.ts';
import { draftBrand, fieldsOf } from './stories.ts';

onPostgres('addresses', (open) => {
  const app = useApp(open);
  const known = (a: Caller) => ({ authorization: `Bearer ${a.token}` });

  test('what is not there is a 404 in the envelope, whatever the method', async () => {
    const a = await app().tenant();
    for (const [method, url] of [
      ['GET', '/'],
      ['GET', '/v1'],
      ['GET', '/v1/'],
      ['GET', '/v1/brands/'],
      ['GET', '/v1/brand'],
      ['GET', '/v2/brands'],
      ['GET', '/brands'],
      ['GET', '/v1/numbers:attach'],
      ['POST', '/v1/numbers'],
      ['POST', '/v1/numbers:release'],
      ['POST', '/v1/brands/x'],
      ['POST', '/v1/brands/x:vet'],
      ['POST', '/v1/brands/x/submit'],
      ['PUT', '/v1/brands/x'],
      ['PATCH', '/v1/brands'],
      ['DELETE', '/v1/brands/x'],
      ['GET', '/v1/brands/x/y'],
      ['GET', '/v1/brands/x:submit'],
      ['POST', '/v1/brands/x:submit:submit'],
      ['OPTIONS', '/v1/brands'],
      ['OPTIONS', '/health'],
      ['DELETE', '/health'],
      ['GET', '/%00'],
      ['GET', '/v1/../../etc/passwd'],
      ['GET', '/docs/static/..%2f..%2fpackage.json'],
    ] as const) {
      const { status, body } = await app().send({ method, url, headers: known(a) });
      assert.deepEqual([status, body.error.code], [404, 'NotFound'], `${method} ${url}`);
    }
  });

  test('HEAD answers as GET does, without the body', async () => {
    const a = await app().tenant();
    const brandId = await draftBrand(a);
    for (const url of ['/health', '/readyz', '/v1/brands', `/v1/brands/${brandId}`, '/v1/brands/none']) {
      const get = await app().send({ method: 'GET', url, headers: known(a) });
      const head = await app().send({ method: 'HEAD', url, headers: known(a) });
      assert.deepEqual([head.status, head.text], [get.status, ''], url);
      for (const name of ['etag', 'content-type', 'content-length']) {
        assert.equal(head.headers[name], get.headers[name], `${url} ${name}`);
      }
    }
    assert.equal((await app().send({ method: 'HEAD', url: '/v1/brands' })).status, 401);
  });

  test('an id of odd characters names nothing: 404 or 422, never anything else', async () => {
    const a = await app().tenant();
    const ids = [
      '%20',
      '%00',
      '%2F',
      '..',
      '%ff',
      '%',
      '%zz',
      'a%2Fb',
      '%F0%9F%92%A9',
      'x'.repeat(65),
      "'--",
      '*',
    ];
    for (const operation of OPERATIONS.filter(({ path }) => path.includes('{'))) {
      for (const id of [...ids, 'x'.repeat(2_000)]) {
        const odd: Ids = { brandId: id, campaignId: id, webhookId: id, jobId: id, eventId: id, e164: id };
        const { status, text } = await callOf(a, operation, odd);
        assert.ok([404, 422, 400].includes(status), `${operation.id} ${id}: ${status} ${text}`);
      }
    }
  });

  test('the correlation id is the caller\u2019s when it is one, else ours, in header and error alike', async () => {
    const a = await app().tenant();
    for (const given of ['abc-1.2_3', 'x'.repeat(128)]) {
      const { headers, body } = await a.call('GET', '/brands/none', undefined, { 'correlation-id': given });
      assert.deepEqual([headers['correlation-id'], body.error.details.correlationId], [given, given]);
    }
    for (const given of ['', 'a b', 'x'.repeat(129), 'a\u00fc', '<script>']) {
      const { headers } = await a.call('GET', '/brands/none', undefined, { 'correlation-id': given });
      assert.match(String(headers['correlation-id']), /^[0-9a-f-]{36}$/);
    }
  });

  test('query parameters that an operation does not have are refused by name', async () => {
    const a = await app().tenant();
    for (const operation of OPERATIONS) {
      const { status, body } = await a.call(
        operation.method,
        `${pathOf(operation, NONE)}?__proto__=1&toString=2`,
        bodyOf(operation, NONE),
      );
      assert.equal(status, 422, operation.id);
      assert.deepEqual(fieldsOf(body).sort(), ['query.__proto__', 'query.toString'], operation.id);
    }
  });
});
