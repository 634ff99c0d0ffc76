import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, API, buy, call, items, simFor } from './test-support.ts';

const ADDRESS = {
  CustomerName: 'Rosa Plumbing Incorporated',
  Street: '1 Main Street',
  City: 'Austin',
  Region: 'TX',
  PostalCode: '78701',
  IsoCountry: 'US',
};
const [KEY] = ACCOUNT.keys;

test('wrong credentials are 401/20003, whatever is wrong with them', async (t) => {
  const sim = await simFor(t);
  for (const credentials of [
    { password: 'wrong' },
    { user: 'AC00000000000000000000000000000009' },
    { user: KEY.sid, password: 'wrong' },
  ]) {
    const answer = await call(sim, 'GET', `${API}/Addresses.json`, credentials);
    assert.deepEqual([answer.status, answer.body.code], [401, 20003]);
  }
  const bare = await fetch(`${sim.url}${API}/Addresses.json`);
  assert.equal(bare.status, 401);
});

test('a key opens everything but accounts themselves; the path may not name a foreign account', async (t) => {
  const sim = await simFor(t);
  const key = { user: KEY.sid, password: KEY.secret };
  assert.equal((await call(sim, 'GET', `${API}/Addresses.json`, key)).status, 200);
  assert.equal((await call(sim, 'GET', `${API}.json`, key)).status, 401);
  assert.equal((await call(sim, 'GET', `${API}.json`)).status, 200);
  const foreign = '/2010-04-01/Accounts/AC00000000000000000000000000000009/Addresses.json';
  assert.equal((await call(sim, 'GET', foreign)).body.code, 20003);
});

test('a suspended account gets 20005 until it is active again', async (t) => {
  const sim = await simFor(t);
  sim.control.setAccountStatus(ACCOUNT.sid, 'suspended');
  assert.equal((await call(sim, 'GET', `${API}/Addresses.json`)).body.code, 20005);
  const active = await call(sim, 'POST', `/_sim/accounts/${ACCOUNT.sid}`, { json: { status: 'active' } });
  assert.equal(active.status, 200);
  assert.equal((await call(sim, 'GET', `${API}/Addresses.json`)).status, 200);
});

test('a parent reaches its subaccount by the path; the subaccount does not reach the parent', async (t) => {
  const sim = await simFor(t);
  const made = await call(sim, 'POST', '/2010-04-01/Accounts.json', { form: { FriendlyName: 'customer' } });
  assert.equal(made.status, 201);
  const sub = { user: String(made.body.sid), password: String(made.body.auth_token) };
  const path = `/2010-04-01/Accounts/${sub.user}/Addresses.json`;
  assert.equal((await call(sim, 'POST', path, { form: ADDRESS })).status, 201);
  assert.equal(items(await call(sim, 'GET', path, sub), 'addresses').length, 1);
  assert.equal(items(await call(sim, 'GET', `${API}/Addresses.json`), 'addresses').length, 0);
  assert.equal((await call(sim, 'GET', `${API}/Addresses.json`, sub)).status, 401);
});

test('unknown paths are 404/20404, known ones with another method 405', async (t) => {
  const sim = await simFor(t);
  assert.equal((await call(sim, 'GET', `${API}/Nothing.json`)).body.code, 20404);
  assert.equal((await call(sim, 'DELETE', `${API}/Addresses.json`)).status, 405);
  assert.equal((await call(sim, 'POST', `${API}/Addresses.json`, { json: {} })).status, 415);
});

test('addresses: create, change in part, filter, delete; what is missing is named', async (t) => {
  const sim = await simFor(t);
  const made = await call(sim, 'POST', `${API}/Addresses.json`, {
    form: { ...ADDRESS, FriendlyName: 'b/address' },
  });
  assert.equal(made.status, 201);
  const path = `${API}/Addresses/${made.body.sid}.json`;
  const changed = await call(sim, 'POST', path, { form: { Street: '2 Main Street' } });
  assert.deepEqual([changed.body.street, changed.body.city], ['2 Main Street', 'Austin']);
  const found = await call(sim, 'GET', `${API}/Addresses.json?FriendlyName=b%2Faddress`);
  assert.equal(items(found, 'addresses').length, 1);
  const none = await call(sim, 'GET', `${API}/Addresses.json?FriendlyName=b`);
  assert.equal(items(none, 'addresses').length, 0);
  const { City: _, ...noCity } = ADDRESS;
  const missing = await call(sim, 'POST', `${API}/Addresses.json`, { form: noCity });
  assert.match(String(missing.body.message), /City/);
  assert.equal((await call(sim, 'DELETE', path)).status, 204);
  assert.equal((await call(sim, 'GET', path)).status, 404);
});

test('2010 lists page by next_page_uri and never by a counted page', async (t) => {
  const sim = await simFor(t);
  for (let count = 0; count < 5; count += 1) await buy(sim, { AreaCode: '415' });
  const seen: unknown[] = [];
  let path: unknown = `${API}/IncomingPhoneNumbers.json?PageSize=2`;
  for (let pages = 0; typeof path === 'string' && pages < 10; pages += 1) {
    const answer = await call(sim, 'GET', path);
    seen.push(...items(answer, 'incoming_phone_numbers').map((one) => one.phone_number));
    path = answer.body.next_page_uri;
  }
  assert.equal(new Set(seen).size, 5);
  assert.equal((await call(sim, 'GET', `${API}/IncomingPhoneNumbers.json?Page=1`)).status, 400);
});

test('a new object is invisible for the consistency time, and there afterwards', async (t) => {
  const sim = await simFor(t, { consistencyMs: 60_000 });
  const made = await call(sim, 'POST', `${API}/Addresses.json`, { form: ADDRESS });
  const path = `${API}/Addresses/${made.body.sid}.json`;
  assert.equal((await call(sim, 'GET', path)).status, 404);
  assert.equal(items(await call(sim, 'GET', `${API}/Addresses.json`), 'addresses').length, 0);
  await sim.control.advance(60_000);
  assert.equal((await call(sim, 'GET', path)).status, 200);
});

test('the log knows every call without values, and counts A2P calls that come too soon', async (t) => {
  const sim = await simFor(t);
  await call(sim, 'POST', `${API}/Addresses.json`, { form: ADDRESS });
  await call(sim, 'GET', '/messaging/v1/a2p/BrandRegistrations');
  await call(sim, 'GET', '/messaging/v1/a2p/BrandRegistrations');
  const log = await call(sim, 'GET', '/_sim/requests');
  const [first] = items(log, 'requests');
  assert.deepEqual(first?.params, Object.keys(ADDRESS));
  assert.equal(JSON.stringify(log.body).includes('Main Street'), false);
  assert.equal(sim.control.counts().a2pCalls, 2);
  assert.equal(sim.control.counts().paceViolations, 1);
});

test('with enforced pace the second A2P call of a second is 429/20429 with Retry-After', async (t) => {
  const sim = await simFor(t, { enforcePace: true });
  await call(sim, 'GET', '/messaging/v1/a2p/BrandRegistrations');
  const second = await call(sim, 'GET', '/messaging/v1/a2p/BrandRegistrations');
  assert.deepEqual([second.status, second.body.code, second.headers.get('retry-after')], [429, 20429, '1']);
});

test('reset forgets objects, faults and the log', async (t) => {
  const sim = await simFor(t);
  await buy(sim, { AreaCode: '415' });
  sim.control.fault({ match: {}, fault: 'reset', times: 99 });
  assert.equal((await call(sim, 'POST', '/_sim/reset')).status, 204);
  const list = await call(sim, 'GET', `${API}/IncomingPhoneNumbers.json`);
  assert.equal(items(list, 'incoming_phone_numbers').length, 0);
  assert.equal(sim.control.counts().requests, 1);
});
