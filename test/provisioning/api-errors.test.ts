import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schemas } from '../../src/provisioning/contract.gen.ts';
import type { PortResult } from '../../src/provisioning/ports.ts';
import { FAKE_UNKNOWN_APP } from '../../src/provisioning/provider/fake/fake-port.ts';
import { type Answer, openScene, type Sent, WEBHOOKS } from '../support/provisioning.ts';

/* Every answer that is not the wished-for one (B:534-544). */

const E164 = '+14155550101';
const SID = `PN${'0'.repeat(21)}14155550101`;
const AP = `AP${'0'.repeat(31)}1`;

const fieldsOf = ({ body }: Answer<Schemas['Error']>) =>
  (body.details?.fields ?? []).map(({ field }) => field).sort();
const outlineOf = ({ status, body }: Answer<Schemas['Error']>) => [status, body.code];

test('without a good token nothing is done, whatever else is wrong', async () => {
  const { app, fake } = await openScene();
  for (const [method, url] of [
    ['GET', '/availability'],
    ['POST', '/numbers'],
    ['GET', `/numbers/${SID}`],
    ['PUT', `/numbers/${SID}/webhooks`],
    ['DELETE', `/numbers/${SID}`],
  ] as const) {
    for (const [authorization, challenge] of [
      [undefined, 'Bearer'],
      ['Bearer nmc_unknown', 'Bearer error="invalid_token"'],
      ['Basic nmc_shop', 'Bearer error="invalid_token"'],
    ] as const) {
      const response = await app.inject({ method, url, headers: authorization ? { authorization } : {} });
      const { correlationId, message, ...rest } = response.json();
      assert.deepEqual([response.statusCode, rest], [401, { code: 'Unauthorized' }]);
      assert.deepEqual([typeof correlationId, typeof message], ['string', 'string']);
      assert.equal(response.headers['www-authenticate'], challenge);
    }
  }
  assert.deepEqual(fake.calls(), []);
});

test('an order is told everything that is wrong with it at once: form, policies and the missing key', async () => {
  const { call, fake } = await openScene();
  const answer = await call('POST', '/numbers', {
    body: {
      e164: '+18005550101',
      areaCode: 415,
      capabilities: ['sms', 'fax', 'sms'],
      webhooks: {
        smsWebhookUrl: 'http://hooks.example.com/sms?token=x',
        voiceUrl: 'https://elsewhere.example/voice',
        voiceAppSid: 'AP1',
        statusCallbackUrl: 7,
      },
      dryrun: true,
    },
    headers: { 'correlation-id': 'c-1' },
  });
  assert.deepEqual(outlineOf(answer), [400, 'ValidationError']);
  assert.deepEqual(
    [...new Set(fieldsOf(answer))],
    [
      'areaCode',
      'capabilities',
      'capabilities[1]',
      'dryrun',
      'e164',
      'header.idempotency-key',
      'webhooks.smsWebhookUrl',
      'webhooks.statusCallbackUrl',
      'webhooks.voiceAppSid',
      'webhooks.voiceUrl',
    ],
  );
  const messages = answer.body.details?.fields?.map(({ message }) => message) ?? [];
  assert.ok(messages.some((message) => message.includes('voiceUrl and voiceAppSid')));
  assert.ok(
    messages.every((message) => !/elsewhere|token=x|800555/.test(message)),
    'values are not repeated',
  );
  assert.deepEqual(fake.calls(), []);
});

test('each rule of a request is told by the name of its field', async () => {
  const { call } = await openScene();
  const order = { e164: E164, webhooks: WEBHOOKS };
  const sms = (smsWebhookUrl: unknown) => ({ e164: E164, webhooks: { ...WEBHOOKS, smsWebhookUrl } });
  const cases: readonly [body: unknown, ...fields: string[]][] = [
    [{ webhooks: WEBHOOKS }, 'e164'],
    [{ ...order, areaCode: '415' }, 'e164'],
    [{ e164: '4155550101', webhooks: WEBHOOKS }, 'e164'],
    [{ e164: '+19005550101', webhooks: WEBHOOKS }, 'e164'],
    [{ e164: 14155550101, webhooks: WEBHOOKS }, 'e164'],
    [{ areaCode: '115', webhooks: WEBHOOKS }, 'areaCode'],
    [{ areaCode: '800', webhooks: WEBHOOKS }, 'areaCode'],
    [{ ...order, capabilities: [] }, 'capabilities'],
    [{ ...order, capabilities: ['sms', 'sms'] }, 'capabilities'],
    [{ ...order, capabilities: 'sms' }, 'capabilities'],
    [{ e164: E164 }, 'webhooks'],
    [{ e164: E164, webhooks: null }, 'webhooks'],
    [{ e164: E164, webhooks: [] }, 'webhooks'],
    [{ e164: E164, webhooks: {} }, 'webhooks.smsWebhookUrl', 'webhooks.voiceUrl'],
    [{ e164: E164, webhooks: { ...WEBHOOKS, voiceAppSid: AP } }, 'webhooks.voiceUrl'],
    [{ e164: E164, webhooks: { ...WEBHOOKS, more: 1 } }, 'webhooks.more'],
    [{ ...order, dryRun: 'yes' }, 'dryRun'],
    [sms(null), 'webhooks.smsWebhookUrl'],
    [sms(''), 'webhooks.smsWebhookUrl'],
    [sms('http://hooks.example.com/'), 'webhooks.smsWebhookUrl'],
    [sms(`https://hooks.example.com/${'x'.repeat(2_048)}`), 'webhooks.smsWebhookUrl'],
    [sms('https://example.com/'), 'webhooks.smsWebhookUrl'],
    [sms('https://hooks.example.com/?api_key=1'), 'webhooks.smsWebhookUrl'],
    [sms('https://hooks.example.com/\u0000'), 'webhooks.smsWebhookUrl'],
    [null, 'body'],
    [[], 'body'],
    ['text', 'body'],
  ];
  for (const [body, ...fields] of cases) {
    const answer = await call('POST', '/numbers', { body, key: 'k-1' });
    assert.deepEqual([answer.status, [...new Set(fieldsOf(answer))]], [400, fields], JSON.stringify(body));
  }
  const put = (body: unknown) => call('PUT', `/numbers/${SID}/webhooks`, { body });
  assert.deepEqual(fieldsOf(await put({ smsWebhookUrl: WEBHOOKS.smsWebhookUrl })), ['voiceUrl']);
  assert.deepEqual(fieldsOf(await put({ voiceUrl: 'https://1.2.3.4/' })), ['smsWebhookUrl', 'voiceUrl']);
  for (const [query, ...fields] of [
    ['', 'query.areaCode'],
    ['areaCode=41', 'query.areaCode'],
    ['areaCode=888', 'query.areaCode'],
    ['areaCode=415&areaCode=416', 'query.areaCode'],
    ['areaCode=415&limit=0&sms=yes&page=x&more=1', 'query.limit', 'query.more', 'query.page', 'query.sms'],
    ['areaCode=415&limit=101', 'query.limit'],
    ['limit=x&page=!', 'query.areaCode', 'query.limit', 'query.page'],
  ]) {
    const answer = await call('GET', `/availability?${query}`);
    assert.deepEqual([answer.status, [...new Set(fieldsOf(answer))]], [400, fields], query);
  }
  for (const sid of ['PN1', `PN${'A'.repeat(32)}`, `${SID}0`, `AC${'0'.repeat(32)}`, '%20']) {
    for (const [method, url] of [
      ['GET', `/numbers/${sid}`],
      ['DELETE', `/numbers/${sid}`],
      ['PUT', `/numbers/${sid}/webhooks`],
    ] as const) {
      const answer = await call(method, url, method === 'PUT' ? { body: WEBHOOKS } : { key: 'k-1' });
      assert.deepEqual([answer.status, fieldsOf(answer)], [400, ['path.sid']], `${method} ${sid}`);
    }
  }
});

test('a purchase and a release need a key, and every key is 1 to 255 printable ASCII characters', async () => {
  const { call, fake } = await openScene();
  const order = { e164: E164, webhooks: WEBHOOKS };
  const requests: readonly ((sent: Sent) => Promise<Answer<Schemas['Error']>>)[] = [
    (sent) => call('POST', '/numbers', { body: order, ...sent }),
    (sent) => call('DELETE', `/numbers/${SID}`, sent),
    (sent) => call('PUT', `/numbers/${SID}/webhooks`, { body: WEBHOOKS, ...sent }),
    (sent) => call('POST', '/numbers', { body: { ...order, dryRun: true }, ...sent }),
  ];
  for (const [index, request] of requests.entries()) {
    if (index < 2) assert.deepEqual(fieldsOf(await request({})), ['header.idempotency-key']);
    for (const key of ['', 'x'.repeat(256), 'k\u00fc', 'a\tb']) {
      const answer = await request({ headers: { 'idempotency-key': key } });
      assert.deepEqual([answer.status, fieldsOf(answer)], [400, ['header.idempotency-key']], key);
    }
  }
  assert.deepEqual(fake.calls(), []);
  assert.equal((await call('POST', '/numbers', { body: order, key: '~'.repeat(255) })).status, 201);
});

test('a body that is not JSON is a 400, one of another type a 415, one above 64 KiB a 413', async () => {
  const { call } = await openScene();
  for (const [method, url] of [
    ['POST', '/numbers'],
    ['PUT', `/numbers/${SID}/webhooks`],
    ['DELETE', `/numbers/${SID}`],
  ] as const) {
    for (const [type, payload, status] of [
      ['application/json', '{', 400],
      ['application/json', Buffer.from([0x22, 0xff, 0x22]), 400],
      ['application/json', '[]', 400],
      ['text/plain', '{}', 415],
      ['application/merge-patch+json', '{"a":1}', method === 'DELETE' ? 400 : 415],
      ['application/json', `"${'x'.repeat(65_536)}"`, 413],
    ] as const) {
      const answer = await call(method, url, { payload, key: 'k-1', headers: { 'content-type': type } });
      assert.deepEqual(outlineOf(answer), [status, 'ValidationError'], `${method} ${type} ${payload.length}`);
    }
  }
  const bodyless = await call('POST', '/numbers', { key: 'k-1' });
  assert.deepEqual([bodyless.status, fieldsOf(bodyless)], [400, ['body']]);
  const deep = JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`);
  assert.equal((await call('POST', '/numbers', { body: { capabilities: deep }, key: 'k-1' })).status, 400);
});

test('an address of nothing is a 404 in the same envelope', async () => {
  const { call } = await openScene();
  for (const url of ['/', '/numbers', '/availability/', `/numbers/${SID}/`, `/numbers/${'x'.repeat(600)}`]) {
    const answer = await call('GET', url, { headers: { 'correlation-id': 'c-1' } });
    assert.deepEqual(outlineOf(answer), [404, 'NotFound'], url);
    assert.equal(answer.body.correlationId, 'c-1');
  }
  const long = await call('DELETE', `/numbers/${'x'.repeat(600)}`, { key: 'k-1' });
  assert.deepEqual(outlineOf(long), [404, 'NotFound']);
});

test('a number that the provider does not know is a 404, but to release it is done already', async () => {
  const { call } = await openScene();
  const sid = `PN${'f'.repeat(32)}`;
  const read = await call('GET', `/numbers/${sid}`, { headers: { 'correlation-id': 'c-1' } });
  assert.deepEqual(outlineOf(read), [404, 'NotFound']);
  assert.deepEqual(Object.keys(read.body), ['code', 'message', 'correlationId']);
  assert.equal((await call('PUT', `/numbers/${sid}/webhooks`, { body: WEBHOOKS })).status, 404);
  assert.equal((await call('DELETE', `/numbers/${sid}`, { key: 'k-1' })).status, 200);
});

test('a number that cannot be bought is a 409 that names it, and an unknown application a 400', async () => {
  const { call, fake } = await openScene();
  const buy = (e164: string, key: string, webhooks: object = WEBHOOKS) =>
    call('POST', '/numbers', { body: { e164, webhooks }, key });
  const lost = await buy('+14155550105', 'k-1');
  assert.deepEqual(outlineOf(lost), [409, 'Conflict']);
  assert.equal(lost.body.details?.e164, '+14155550105');

  assert.equal((await buy(E164, 'k-2')).status, 201);
  const owned = await buy(E164, 'k-3');
  assert.deepEqual(outlineOf(owned), [409, 'Conflict']);
  const incapable = await buy('+14155550199', 'k-4');
  assert.deepEqual([incapable.status, fieldsOf(incapable)], [400, ['capabilities']]);

  const before = fake.calls().filter((call) => call.startsWith('purchase')).length;
  const { smsWebhookUrl } = WEBHOOKS;
  const app = await buy('+14155550102', 'k-5', { smsWebhookUrl, voiceAppSid: FAKE_UNKNOWN_APP });
  assert.deepEqual([app.status, fieldsOf(app)], [400, ['webhooks.voiceAppSid']]);
  assert.equal(fake.calls().filter((call) => call.startsWith('purchase')).length, before);
});

test('a number that somebody relies on is not released, nor one of which that cannot be found out', async () => {
  for (const [answer, status, code] of [
    [{ kind: 'held', reason: 'NumberBound', message: 'bound' }, 409, 'Conflict'],
    [{ kind: 'unknown', reason: 'time-out' }, 503, 'ProviderUnavailable'],
  ] as const) {
    const { call, fake } = await openScene({ guard: { ask: async () => answer } });
    await call('POST', '/numbers', { body: { e164: E164, webhooks: WEBHOOKS }, key: 'k-1' });
    const refused = await call('DELETE', `/numbers/${SID}`, { key: 'k-1' });
    assert.deepEqual(outlineOf(refused), [status, code]);
    if (status === 409) assert.equal(refused.body.details?.reason, 'NumberBound');
    else assert.match(String(refused.headers['retry-after']), /^[1-9]/);
    assert.ok(!fake.calls().some((call) => call.startsWith('release') || call.startsWith('detach')));
  }
});

test('what the provider fails with has one code each, on every operation', async () => {
  const cases: readonly [PortResult<never>, number, string, string | undefined][] = [
    [{ kind: 'throttled', retryAfterMs: 7_000 }, 429, 'RateLimited', '7'],
    [{ kind: 'throttled' }, 429, 'RateLimited', '1'],
    [{ kind: 'unknown', reason: 'time-out', sent: true }, 502, 'ProviderError', undefined],
    [{ kind: 'unknown', reason: 'refused', sent: false }, 503, 'ProviderUnavailable', '1'],
    [{ kind: 'open', retryAfterMs: 9_500 }, 503, 'ProviderUnavailable', '10'],
    [{ kind: 'credentials', fault: { code: '20003', message: 'no' } }, 502, 'ProviderError', undefined],
    [{ kind: 'refused', fault: { code: '21404', message: 'trial' } }, 502, 'ProviderError', undefined],
  ];
  for (const [result, status, code, retryAfter] of cases) {
    const fail = async () => result;
    const { call } = await openScene({
      port: () => ({ search: fail, findByTag: fail, getNumber: fail, configure: fail }),
    });
    for (const [method, url, sent] of [
      ['GET', '/availability?areaCode=415', {}],
      ['POST', '/numbers', { body: { areaCode: '415', webhooks: WEBHOOKS }, key: 'k-1' }],
      ['GET', `/numbers/${SID}`, {}],
      ['PUT', `/numbers/${SID}/webhooks`, { body: WEBHOOKS, key: 'k-1' }],
      ['DELETE', `/numbers/${SID}`, { key: 'k-1' }],
    ] as const) {
      const answer = await call(method, url, sent);
      assert.deepEqual(outlineOf(answer), [status, code], `${method} ${url} ${result.kind}`);
      assert.equal(answer.headers['retry-after'], retryAfter);
      if (result.kind === 'credentials') {
        assert.deepEqual(answer.body.details, { reason: 'credentials', providerCode: '20003' });
      }
    }
  }
});

test('a fault of ours is a 500 that says nothing of the inside; a ledger that is away is a 503', async () => {
  const secret = 'inside';
  const broken = await openScene({
    port: () => ({
      getNumber: () => Promise.reject(new Error(secret)),
    }),
  });
  const internal = await broken.call('GET', `/numbers/${SID}`);
  assert.deepEqual(outlineOf(internal), [500, 'Internal']);
  assert.ok(!internal.text.includes(secret));

  const away = () => Promise.reject(new Error(secret));
  const noLedger = await openScene({ ledger: () => ({ claim: away }) });
  const order = { body: { e164: E164, webhooks: WEBHOOKS }, key: 'k-1' };
  const unavailable = await noLedger.call('POST', '/numbers', order);
  assert.deepEqual(outlineOf(unavailable), [503, 'Internal']);
  assert.equal(unavailable.headers['retry-after'], '1');
  assert.ok(!unavailable.text.includes(secret));
  assert.deepEqual(noLedger.fake.calls(), []);
});
