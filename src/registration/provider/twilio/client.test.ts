import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TwilioCalls } from './calls.ts';
import { ACCOUNT, type Answered, provided } from './server.test-support.ts';

const BUNDLE = { sid: 'BU1', status: 'draft', friendly_name: 'brand_1/profile', errors: null };
const BRAND = {
  sid: 'BN1',
  status: 'PENDING',
  customer_profile_bundle_sid: 'BU1',
  a2p_profile_bundle_sid: 'BU2',
};
const create = (calls: TwilioCalls) =>
  calls.createBundle('customer', {
    friendlyName: 'brand_1/profile',
    email: 'a2p@isv.test',
    policySid: 'RN1',
  });
const error = (status: number, code: number): Answered => ({
  status,
  body: { status, code, message: 'No.', more_info: `https://www.twilio.com/docs/errors/${code}` },
});

test('a request goes below the base URL with the credentials of the account', async (t) => {
  const { calls, seen } = await provided(t, () => ({ status: 201, body: BUNDLE }));
  assert.deepEqual(await create(calls), {
    kind: 'ok',
    value: { sid: 'BU1', status: 'draft', friendlyName: 'brand_1/profile', errors: [] },
  });
  assert.equal(seen[0]?.path, '/base/trusthub/v1/CustomerProfiles');
  assert.equal(seen[0]?.authorization, `Basic ${Buffer.from('SKkey:secret').toString('base64')}`);
});

test('a success that cannot be read leaves the outcome of a create unknown', async (t) => {
  for (const raw of ['', 'null', '[]', '{"sid":', '<html>', '{}', '{"sid":"BU1"}']) {
    const { calls } = await provided(t, () => ({ status: 201, raw }));
    assert.equal((await create(calls)).kind, 'unknown', raw);
  }
});

test('a list that cannot be read is unknown, not empty', async (t) => {
  for (const raw of ['{}', '{"meta":{"key":"results"}}', '{"results":null,"meta":{"key":"results"}}', 'x']) {
    const { calls } = await provided(t, () => ({ status: 200, raw }));
    const found = await calls.findBundle('customer', { friendlyName: 'a', policySid: 'RN1' });
    assert.equal(found.kind, 'unknown', raw);
  }
});

test('too many requests were not processed: they wait as long as the provider says', async (t) => {
  const retryAfter: (string | undefined)[] = ['7', undefined, 'soon', '999999'];
  const { calls } = await provided(t, () => {
    const header = retryAfter.shift();
    return { status: 429, raw: '', headers: header === undefined ? {} : { 'retry-after': header } };
  });
  const waits: number[] = [];
  for (let i = 0; i < 4; i++) {
    const outcome = await create(calls);
    assert.equal(outcome.kind, 'throttled');
    if (outcome.kind === 'throttled') waits.push(outcome.retryAfterMs);
  }
  assert.equal(waits[0], 7_000);
  for (const wait of waits.slice(1, 3)) assert.ok(wait >= 1_000 && wait < 2_001, `${wait}`);
  assert.equal(waits[3], 300_000);
});

test('a server error leaves the outcome unknown, of reads too', async (t) => {
  for (const status of [500, 502, 503, 504]) {
    const { calls } = await provided(t, () => error(status, 20500));
    assert.equal((await create(calls)).kind, 'unknown');
    assert.equal((await calls.fetchBrand('BN1')).kind, 'unknown');
    assert.equal((await calls.unassign('customer', 'BU1', 'BV1')).kind, 'unknown');
  }
});

test('a lost answer leaves the outcome unknown', async (t) => {
  const { calls } = await provided(t, ({ request }) => void request.socket.resetAndDestroy());
  assert.equal((await create(calls)).kind, 'unknown');
});

test('a provider that cannot be reached has processed nothing', async (t) => {
  const { calls } = await provided(t, () => undefined, {
    http: { hosts: (url) => new URL(url.pathname, 'http://127.0.0.1:1') },
  });
  const outcome = await create(calls);
  assert.equal(outcome.kind === 'throttled' && outcome.retryAfterMs, 2_000);
});

test('an open breaker has processed nothing', async (t) => {
  const { calls } = await provided(t, () => ({ status: 500 }), {
    http: { breaker: { failures: 1, openMs: 5_000 } },
  });
  assert.equal((await create(calls)).kind, 'unknown');
  const outcome = await create(calls);
  assert.ok(outcome.kind === 'throttled' && outcome.retryAfterMs > 0 && outcome.retryAfterMs <= 5_000);
});

test('what is not there reads as undefined; only the provider can say so', async (t) => {
  const there = await provided(t, () => error(404, 20404));
  assert.deepEqual(await there.calls.fetchBundle('trust', 'BU1'), { kind: 'ok', value: undefined });
  assert.deepEqual(await there.calls.fetchBrand('BN1'), { kind: 'ok', value: undefined });
  assert.deepEqual(await there.calls.fetchCampaign('MG1'), { kind: 'ok', value: undefined });
  assert.deepEqual(await there.calls.fetchPolicy('RN1'), { kind: 'ok', value: undefined });
  assert.deepEqual(await there.calls.isAttached('MG1', 'PN1'), { kind: 'ok', value: false });
  for (const gone of [
    there.calls.detachNumber('MG1', 'PN1'),
    there.calls.unassign('customer', 'BU1', 'BV1'),
    there.calls.deleteCampaign('MG1'),
    there.calls.deleteSink('DG1'),
  ]) {
    assert.deepEqual(await gone, { kind: 'ok', value: undefined });
  }
  assert.notEqual((await create(there.calls)).kind, 'ok');

  const proxy = await provided(t, () => ({ status: 404, raw: '<h1>Not Found</h1>' }));
  assert.equal((await proxy.calls.fetchBrand('BN1')).kind, 'unknown');
});

test('what the provider refuses is a refusal with its code', async (t) => {
  const { calls } = await provided(t, () => error(400, 21727));
  const outcome = await create(calls);
  assert.equal(outcome.kind === 'refused' && outcome.refusal.code, '21727');
});

test('wrong credentials block the account, and say so', async (t) => {
  for (const answer of [error(401, 20003), { status: 401, raw: '' }, error(403, 20005)]) {
    const { calls, accounts } = await provided(t, () => answer);
    const outcome = await create(calls);
    assert.equal(outcome.kind, 'throttled');
    assert.ok(outcome.kind === 'throttled' && outcome.blocked);
    assert.match(accounts.log[1] ?? '', new RegExp(`^block ${ACCOUNT} 300000 2000[35]$`));
  }
});

test('while the account is blocked no call is made', async (t) => {
  const blocked = { kind: 'blocked', inMs: 60_000, code: '20003', message: 'Authenticate' } as const;
  const { calls, seen } = await provided(t, () => ({ status: 201, body: BUNDLE }), {
    accounts: { check: async () => blocked, take: async () => blocked },
  });
  const turnedAway = {
    kind: 'throttled',
    retryAfterMs: 60_000,
    reason: 'Authenticate',
    blocked: { code: '20003', message: 'Authenticate' },
  };
  assert.deepEqual(await create(calls), turnedAway);
  assert.deepEqual(await calls.fetchBrand('BN1'), turnedAway);
  assert.equal(seen.length, 0);
});

test('the call that tests a blocked account ends the block, unless it is turned away as well', async (t) => {
  const probing = { accounts: { check: async () => ({ kind: 'open', probe: true }) as const } };
  for (const [answer, ends] of [
    [{ status: 201, body: BUNDLE }, true],
    [error(400, 21727), true],
    [error(401, 20003), false],
    [{ status: 429 }, false],
    [{ status: 503 }, false],
  ] as const) {
    const { calls, accounts } = await provided(t, () => answer, probing);
    await create(calls);
    assert.equal(accounts.log.includes(`clear ${ACCOUNT}`), ends, JSON.stringify(answer));
  }
});

test('reading the account itself neither heeds nor sets a block: an API key may not', async (t) => {
  const { calls, accounts, seen } = await provided(t, () => error(401, 20003));
  const outcome = await calls.fetchAccount();
  assert.ok(outcome.kind === 'throttled' && outcome.blocked?.code === '20003');
  assert.deepEqual(accounts.log, []);
  assert.equal(seen[0]?.path, `/base/2010-04-01/Accounts/${ACCOUNT}.json`);
});

test('brands and campaigns wait for their turn, reads and pages too; nothing else does', async (t) => {
  const { calls, accounts, url } = await provided(t, ({ path, query }) => {
    if (path.includes('PhoneNumbers')) return error(404, 20404);
    if (!path.endsWith('/BrandRegistrations')) return { status: 200, body: BRAND };
    const next = query.has('PageToken') ? null : `${url}/messaging${path.slice(15)}?PageToken=2`;
    return { status: 200, body: { data: [], meta: { key: 'data', next_page_url: next } } };
  });
  await calls.findBrand({ customerProfileSid: 'BU1', trustProductSid: 'BU2' });
  await calls.fetchBrand('BN1');
  await calls.fetchCampaign('MG1');
  await calls.useCases('MG1', 'BN1');
  await calls.isAttached('MG1', 'PN1');
  const take = `take ${ACCOUNT} 1000`;
  assert.deepEqual(accounts.log, [take, take, take, take, take, `check ${ACCOUNT}`]);
});

test('a turn is waited for, and one too far away is left to later', async (t) => {
  const waits = [30, 'later'] as const;
  let asked = 0;
  const { calls } = await provided(t, () => ({ status: 200, body: BRAND }), {
    accounts: {
      take: async () => {
        const wait = waits[asked++];
        return typeof wait === 'number' ? { kind: 'turn', waitMs: wait } : { kind: 'later', inMs: 4_000 };
      },
    },
  });
  const from = performance.now();
  assert.equal((await calls.fetchBrand('BN1')).kind, 'ok');
  assert.ok(performance.now() - from >= 29);
  const later = await calls.fetchBrand('BN1');
  assert.equal(later.kind === 'throttled' && later.retryAfterMs, 4_000);
});

test('a pass that is stopped ends its calls at once: unknown once sent, never processed before', async (t) => {
  const stop = new AbortController();
  const { callsOf, seen } = await provided(t, () => void stop.abort(), {
    accounts: { take: async () => ({ kind: 'turn', waitMs: 600_000 }) },
  });
  const calls = callsOf(stop.signal);
  const waiting = calls.fetchBrand('BN1');
  assert.equal((await create(calls)).kind, 'unknown');
  assert.equal((await waiting).kind, 'throttled');
  assert.equal(seen.length, 1);
});

test('a page on a foreign host is not asked for: no request, no credentials', async (t) => {
  const foreign = await provided(t, () => ({ status: 200, body: {} }));
  const next: (string | undefined)[] = [
    `${foreign.url}/trusthub/v1/EndUsers?Page=1`,
    'http://trusthub.twilio.com/v1/EndUsers?Page=1',
    'https://trusthub.twilio.com.evil.test/v1/EndUsers?Page=1',
    'https://other.twilio.com/v1/EndUsers?Page=1',
  ];
  for (const nextPage of next) {
    const { calls, seen } = await provided(t, () => ({
      status: 200,
      body: { results: [], meta: { key: 'results', next_page_url: nextPage } },
    }));
    const outcome = await calls.findEndUser({ friendlyName: 'a', type: 'b' });
    assert.equal(outcome.kind, 'unknown', nextPage);
    assert.equal(seen.length, 1);
  }
  assert.equal(foreign.seen.length, 0);
});

test('a list that leads in a circle is given up', async (t) => {
  const { calls, seen, url } = await provided(t, () => ({
    status: 200,
    body: { results: [], meta: { key: 'results', next_page_url: `${url}/trusthub/v1/EndUsers?Page=1` } },
  }));
  assert.equal((await calls.findEndUser({ friendlyName: 'a', type: 'b' })).kind, 'unknown');
  assert.equal(seen.length, 200);
});

test('an empty sid is a fault of ours and never a request', async (t) => {
  const { calls, seen } = await provided(t, () => ({ status: 200, body: BUNDLE }));
  await assert.rejects(calls.fetchBundle('customer', ''), TypeError);
  await assert.rejects(calls.fetchBrand('BN1/../BN2'), TypeError);
  assert.equal(seen.length, 0);
});

test('a database that fails is not an outcome of the provider', async (t) => {
  const failure = new Error('connection lost');
  const { calls } = await provided(t, () => ({ status: 200, body: BUNDLE }), {
    accounts: { check: () => Promise.reject(failure) },
  });
  await assert.rejects(calls.fetchBundle('customer', 'BU1'), failure);
});
