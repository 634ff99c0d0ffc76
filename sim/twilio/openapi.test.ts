import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { answerChecks } from './openapi-answers.ts';
import { API, call, simFor } from './test-support.ts';

/** A small file in the form of the published ones. */
const DOCUMENT = {
  openapi: '3.0.1',
  servers: [{ url: 'https://api.twilio.com' }],
  components: { schemas: { method: { type: 'string', enum: ['GET', 'POST'] } } },
  paths: {
    '/2010-04-01/Accounts/{AccountSid}/Applications.json': {
      post: {
        parameters: [
          {
            name: 'AccountSid',
            in: 'path',
            required: true,
            schema: { type: 'string', pattern: '^AC[0-9a-f]{32}$' },
          },
        ],
        requestBody: {
          content: {
            'application/x-www-form-urlencoded': {
              schema: {
                type: 'object',
                required: ['FriendlyName'],
                properties: {
                  FriendlyName: { type: 'string' },
                  SmsMethod: { $ref: '#/components/schemas/method' },
                  VoiceCallerIdLookup: { type: 'boolean' },
                },
              },
            },
          },
        },
      },
    },
  },
};

test('a call that does not fit the OpenAPI files is 400, says why, and is counted', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'openapi-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'api.json'), JSON.stringify(DOCUMENT));
  const sim = await simFor(t, { openApiDir: folder });
  const path = `${API}/Applications.json`;
  const refused = async (form: URLSearchParams, text: RegExp) => {
    const answer = await call(sim, 'POST', path, { form });
    assert.equal(answer.status, 400);
    assert.match(String(answer.body.message), text);
  };
  await refused(new URLSearchParams({ FriendlyName: 'x', Nonsense: '1' }), /unknown form parameter Nonsense/);
  await refused(new URLSearchParams({ SmsMethod: 'GET' }), /missing required form parameter FriendlyName/);
  await refused(new URLSearchParams({ FriendlyName: 'x', SmsMethod: 'PUT' }), /one of GET, POST/);
  await refused(new URLSearchParams({ FriendlyName: 'x', VoiceCallerIdLookup: '1' }), /true or false/);
  await refused(new URLSearchParams('FriendlyName=x&FriendlyName=y'), /2 times/);
  const fits = await call(sim, 'POST', path, { form: { FriendlyName: 'x', VoiceCallerIdLookup: 'true' } });
  assert.equal(fits.status, 201);
  const query = await call(sim, 'POST', `${path}?Page=1`, { form: { FriendlyName: 'x' } });
  assert.match(String(query.body.message), /unknown query parameter Page/);
  assert.equal(sim.control.counts().contractViolations, 6);
});

test('a folder without OpenAPI files is an error at the start', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'openapi-'));
  t.after(() => rm(folder, { recursive: true }));
  await assert.rejects(simFor(t, { openApiDir: folder }), /no OpenAPI operation/);
});

test('an answer that does not fit its schema is found: type, unknown field, date, status', () => {
  const created = { type: 'string', format: 'date-time-rfc-2822', nullable: true };
  const kind = { type: 'string', enum: ['one', 'two'], nullable: true };
  const schema = {
    type: 'object',
    additionalProperties: false,
    properties: { created, kind, any: { nullable: true } },
  };
  const responses = { 200: { content: { 'application/json': { schema } } }, 204: {} };
  const check = answerChecks({ paths: { '/v1/Things': { get: { responses } } } })('/v1/Things', 'get');
  const fitting = { created: 'Tue, 18 Aug 2015 17:07:30 +0000', kind: null, any: 7 };
  assert.equal(check(200, fitting), undefined);
  assert.equal(check(200, { created: '', kind: 'one' }), undefined);
  assert.match(check(200, { created: '2015-08-18T17:07:30Z' }) ?? '', /date-time-rfc-2822/);
  assert.match(check(200, { kind: 'three' }) ?? '', /allowed values/);
  assert.match(check(200, { more: 1 }) ?? '', /additional properties/);
  assert.match(check(201, fitting) ?? '', /201 is not an answer/);
  assert.equal(check(204, undefined), undefined);
  assert.equal(check(404, { code: 20404 }), undefined);
});

const FILES = new URL('../../../shared/twilio/', import.meta.url).pathname;
const present = existsSync(FILES);

test("the numbers API's own answers fit Twilio's OpenAPI files", {
  skip: present ? false : `no OpenAPI files in ${FILES}`,
}, async (t) => {
  const sim = await simFor(t, { openApiDir: FILES });
  const ok = async (method: string, path: string, form?: Readonly<Record<string, string>>) => {
    const answer = await call(sim, method, path, form && { form });
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await ok('GET', `${API}.json`);
  await ok('POST', '/2010-04-01/Accounts.json', { FriendlyName: 'customer' });
  await ok('GET', '/2010-04-01/Accounts.json?Status=active');
  const address = await ok('POST', `${API}/Addresses.json`, {
    CustomerName: 'Rosa Plumbing Incorporated',
    Street: '1 Main Street',
    City: 'Austin',
    Region: 'TX',
    PostalCode: '78701',
    IsoCountry: 'US',
  });
  await ok('GET', `${API}/Addresses.json?IsoCountry=US&PageSize=1`);
  await ok('POST', `${API}/Addresses/${address.sid}.json`, { FriendlyName: 'tag' });
  const app = await ok('POST', `${API}/Applications.json`, { FriendlyName: 'app' });
  await ok('GET', `${API}/Applications.json`);
  await ok('GET', `${API}/Applications/${app.sid}.json`);
  await ok('GET', `${API}/AvailablePhoneNumbers/US/Local.json?AreaCode=415&SmsEnabled=true&PageSize=3`);
  const number = await ok('POST', `${API}/IncomingPhoneNumbers.json`, {
    PhoneNumber: '+14155550107',
    AddressSid: String(address.sid),
    SmsApplicationSid: String(app.sid),
  });
  await ok('GET', `${API}/IncomingPhoneNumbers.json?PhoneNumber=%2B14155550107`);
  const path = `${API}/IncomingPhoneNumbers/${number.sid}.json`;
  await ok('POST', path, { VoiceUrl: 'https://a.example.com/voice' });
  await ok('GET', path);
  await ok('DELETE', path);
  const local = { PhoneNumber: '+14155550100' };
  await ok('POST', `${API}/IncomingPhoneNumbers/Local.json`, local);
  const faults = sim.control.requests().flatMap((entry) => entry.answerFault ?? []);
  assert.deepEqual(faults, []);
});
