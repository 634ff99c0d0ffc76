import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { loggerInto } from '#platform/http/http.test-support.ts';
import { createServer } from '#platform/http/server.ts';
import { eachDatabase, testClock } from '../../../test/support/database.ts';
import { verifySignature } from '../provider/twilio/signature.ts';
import { signedForm, signedJson } from '../provider/twilio/signing.test-support.ts';
import { wakeByRef } from '../store/aggregates-by-ref.ts';
import { numberRegistrations, recordNumberRegistration } from '../store/number-registrations.ts';
import { firstSeen } from '../store/provider-events.ts';
import { insertWithRefs, woken } from '../store/refs.test-support.ts';
import { EVENT_PREFIX } from './event-types.ts';
import { CALLBACKS_PATH, EVENTS_PATH } from './paths.ts';
import { createTwilioInbound } from './twilio-inbound.ts';

const PUBLIC_URL = 'https://a2p.example.com/behind-a-proxy';
const [TOKEN, NEXT_TOKEN, STRANGER] = ['a', 'b', 'c'].map((c) => c.repeat(32));
const sid = (prefix: string, n = 1) => prefix + String(n).padStart(32, '0');
const HOUR = 3_600_000;

const closing: (() => Promise<unknown>)[] = [];
after(() => Promise.all(closing.map((close) => close())));

eachDatabase('what the provider tells us', (open) => {
  /** The endpoints on a real server over a real database, with a brand, a campaign and a binding of two tenants. */
  const setUp = async (
    options: {
      readonly transaction?: (database: Database) => Database['transaction'];
      readonly deadlineMs?: number;
    } = {},
  ) => {
    const { database } = await open();
    const { executor } = database;
    for (const n of [1, 2]) {
      await insertWithRefs(executor, `ten_${n}`, n, {
        brand: {
          customerProfileSid: sid('BU', n),
          trustProductSid: sid('BU', n + 2),
          providerBrandId: sid('BN', n),
        },
        campaign: { messagingServiceId: sid('MG', n) },
        binding: { phoneNumberSid: sid('PN', n), messagingServiceId: sid('MG', n) },
      });
    }
    const clock = testClock();
    const lines: string[] = [];
    const counted: string[] = [];
    const app = createServer({ logger: loggerInto(lines) });
    await app.register(
      createTwilioInbound({
        publicUrl: PUBLIC_URL,
        tokens: [TOKEN ?? '', NEXT_TOKEN ?? ''],
        accountSids: [sid('AC')],
        verify: verifySignature,
        transaction: options.transaction?.(database) ?? database.transaction,
        events: { firstSeen: (tx, ids) => firstSeen(tx, clock, ids) },
        numberRegistrations: {
          record: (tx, phoneNumberSid, registration) =>
            recordNumberRegistration(tx, clock, phoneNumberSid, registration),
        },
        wake: (tx, refs) => wakeByRef(tx, clock, refs),
        afterCommit: () => void counted.push('hint'),
        clock: { now: clock.current },
        metrics: { providerInbound: (kind, result) => void counted.push(`${kind} ${result}`) },
        log: loggerInto(lines),
        // A test machine may be slow; how short it is has a test of its own.
        deadlineMs: options.deadlineMs ?? 30_000,
      }),
    );
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    closing.push(() => app.close());

    const post = async (path: string, body: Uint8Array | string, headers: Record<string, string>) => {
      const answer = await fetch(address + path, { method: 'POST', body: Buffer.from(body), headers });
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    };
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const json = { 'content-type': 'application/json' };
    return {
      executor,
      clock,
      lines,
      address,
      post,
      form,
      json,
      numbers: numberRegistrations(executor),
      counted: () => counted.splice(0).filter((what) => what !== 'hint'),
      hints: () => counted.filter((what) => what === 'hint').length,
      wokenNow: async () => {
        const ids = await woken(executor);
        await sql`delete from reconcile_queue`.execute(executor);
        return ids;
      },
      callback: (body: string, token = TOKEN) => {
        const url = PUBLIC_URL + CALLBACKS_PATH;
        const signature = signedForm(url, new URLSearchParams(body), token ?? '');
        return post(CALLBACKS_PATH, body, { ...form, 'x-twilio-signature': signature });
      },
      events: (body: unknown, token = TOKEN, sent?: string) => {
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        const { url, header } = signedJson(PUBLIC_URL + EVENTS_PATH, Buffer.from(text), token ?? '');
        const path = EVENTS_PATH + new URL(url).search;
        return post(path, sent ?? text, { ...json, 'x-twilio-signature': header });
      },
      event: (id: string, type: string, data: object, more: object = {}) => ({
        specversion: '1.0',
        id,
        type: EVENT_PREFIX + type,
        time: clock.current().toISOString(),
        data: { accountsid: sid('AC'), ...data },
        ...more,
      }),
    };
  };
  const rejected = `AccountSid=${sid('AC')}&BundleSid=${sid('BU')}&Status=twilio-rejected&FailureReason=`;

  test('a signed callback has the brand looked at that has the bundle, and no other', async () => {
    const { callback, wokenNow, counted, hints } = await setUp();
    const answer = await callback(rejected);
    assert.deepEqual([answer.status, answer.text], [204, '']);
    assert.equal(hints(), 1);
    assert.deepEqual([await wokenNow(), counted()], [['brand_1'], ['callback accepted']]);
    // The trust product of the other tenant, in the provider's other spelling.
    const snake = `account_sid=${sid('AC')}&bundle_sid=${sid('BU', 4)}&status=in-review&New=1&New=2`;
    assert.equal((await callback(snake)).status, 204);
    assert.deepEqual(await wokenNow(), ['brand_2']);
  });

  test('the same callback within a moment does nothing, and later has the bundle read again', async () => {
    const { callback, wokenNow, clock, counted } = await setUp();
    for (let i = 0; i < 3; i++) assert.equal((await callback(rejected)).status, 204);
    assert.deepEqual(await wokenNow(), ['brand_1']);
    assert.deepEqual(counted(), ['callback accepted', 'callback duplicate', 'callback duplicate']);
    assert.equal((await callback(rejected)).status, 204);
    assert.deepEqual(await wokenNow(), []);
    clock.advance(2_000);
    assert.equal((await callback(rejected)).status, 204);
    assert.deepEqual(await wokenNow(), ['brand_1']);
  });

  test('a callback about nothing of ours is answered and does nothing', async () => {
    const { callback, wokenNow, counted } = await setUp();
    for (const body of ['', 'BundleSid=', 'BundleSid=BU1', `BundleSid=${sid('BU', 9)}`, 'MessageSid=SM1']) {
      assert.equal((await callback(body)).status, 204, body);
    }
    assert.deepEqual(await wokenNow(), []);
    assert.equal(counted().filter((what) => what === 'callback ignored').length, 4);
  });

  test('what is not signed, forged, or signed for another URL or account does nothing', async () => {
    const { callback, events, event, post, form, json, wokenNow, counted, address } = await setUp();
    const forged = { ...form, 'x-twilio-signature': 'Zm9yZ2Vk' };
    assert.equal((await post(CALLBACKS_PATH, rejected, form)).status, 400);
    assert.equal((await post(EVENTS_PATH, '[]', json)).status, 400);
    assert.equal((await post(CALLBACKS_PATH, rejected, forged)).status, 403);
    assert.equal((await callback(rejected, STRANGER)).status, 403);
    assert.equal((await callback(rejected, '')).status, 403);
    const here = signedForm(address + CALLBACKS_PATH, new URLSearchParams(rejected), TOKEN ?? '');
    const mislaid = await post(CALLBACKS_PATH, rejected, { ...form, 'x-twilio-signature': here });
    assert.equal(mislaid.status, 403);
    assert.equal((await callback(rejected.replace(sid('AC'), sid('AC', 2)))).status, 403);

    const one = event('EV1', 'brand-registration.brand-failure', { brandsid: sid('BN') });
    assert.equal((await events([one], STRANGER)).status, 403);
    const foreign = event('EV2', 'brand-registration.brand-failure', {
      accountsid: sid('AC', 2),
      brandsid: sid('BN'),
    });
    assert.equal((await events([one, foreign])).status, 403);
    assert.deepEqual(await wokenNow(), []);
    assert.deepEqual(counted(), [
      'callback unsigned',
      'event unsigned',
      'callback forged',
      'callback forged',
      'callback forged',
      'callback forged',
      'callback foreignAccount',
      'event forged',
      'event foreignAccount',
    ]);
    assert.equal((await events([one])).status, 204, 'what was refused has not been noted as seen');
    assert.deepEqual(await wokenNow(), ['brand_1']);
  });

  test('both tokens sign while they are rotated', async () => {
    const { callback, wokenNow } = await setUp();
    assert.equal((await callback(rejected, NEXT_TOKEN)).status, 204);
    assert.deepEqual(await wokenNow(), ['brand_1']);
  });

  test('a JSON body is refused when it is not, byte for byte, the one that was signed', async () => {
    const { events, event, wokenNow } = await setUp();
    const body = event('EV1', 'brand-registration.brand-failure', { brandsid: sid('BN') });
    const signed = JSON.stringify([body], null, 1);
    assert.equal((await events(signed, TOKEN, JSON.stringify([body]))).status, 403);
    assert.equal((await events(signed, TOKEN, signed.replace(sid('BN'), sid('BN', 2)))).status, 403);
    assert.deepEqual(await wokenNow(), []);
    assert.equal((await events(signed)).status, 204);
    assert.deepEqual(await wokenNow(), ['brand_1']);
  });

  test('bodies that are too large, of another type or no JSON are refused with a reason', async () => {
    const { callback, events, post, json, form, wokenNow } = await setUp();
    const signed = { 'x-twilio-signature': 'any' };
    const large = await events([{ id: 'x'.repeat(256 * 1_024) }]);
    assert.equal(large.status, 413);
    assert.match(large.text, /at most 262144 bytes/);
    assert.equal((await callback(`${rejected}${'x'.repeat(256 * 1_024)}`)).status, 413);
    assert.equal((await callback('a=&'.repeat(1_001))).status, 413);
    const swapped = await post(CALLBACKS_PATH, '{}', { ...json, ...signed });
    assert.deepEqual([swapped.status, /x-www-form-urlencoded/.test(swapped.text)], [415, true]);
    assert.equal((await post(EVENTS_PATH, 'a=b', { ...form, ...signed })).status, 415);
    assert.equal((await post(EVENTS_PATH, '<a/>', { 'content-type': 'text/xml', ...signed })).status, 415);
    assert.equal((await events('[{')).status, 400);
    assert.deepEqual(await wokenNow(), []);
  });

  test('a large body of many events is taken as long as it is not too large', async () => {
    const { events, event, wokenNow } = await setUp();
    const many = Array.from({ length: 700 }, (_, i) =>
      event(`EV${i}`, 'brand-registration.brand-verified', { brandsid: sid('BN', 1 + (i % 2)) }),
    );
    assert.ok(JSON.stringify(many).length > 64 * 1_024, 'more than other operations take');
    assert.equal((await events(many)).status, 204);
    assert.deepEqual(await wokenNow(), ['brand_1', 'brand_2']);
  });

  test('an event is done once, in whatever batch it comes again, and an event beside it all the same', async () => {
    const { events, event, wokenNow, counted } = await setUp();
    const one = event('EV1', 'campaign-registration.campaign-failure', { messagingservicesid: sid('MG') });
    const two = event('EV2', 'campaign-registration.campaign-failure', { messagingservicesid: sid('MG', 2) });
    // One bare event, as one of the provider's samples has it.
    assert.equal((await events(one)).status, 204);
    assert.deepEqual(await wokenNow(), ['camp_1']);
    assert.equal((await events(one)).status, 204);
    assert.deepEqual(await wokenNow(), []);
    assert.equal((await events([two, one, two])).status, 204);
    assert.deepEqual(await wokenNow(), ['camp_2']);
    assert.deepEqual(counted(), [
      'event accepted',
      'event duplicate',
      'event accepted',
      'event duplicate',
      'event duplicate',
    ]);
  });

  test('nothing that a body says of a brand or a campaign is believed', async () => {
    const { executor, callback, events, event } = await setUp();
    const rows = async () => {
      const brands = await sql`select * from brands order by 1, 2`.execute(executor);
      const campaigns = await sql`select * from campaigns order by 1, 2`.execute(executor);
      const told = await sql`select * from events`.execute(executor);
      return [brands.rows, campaigns.rows, told.rows];
    };
    const before = await rows();
    await callback(rejected.replace('twilio-rejected', 'twilio-approved'));
    await events([
      event('EV1', 'brand-registration.brand-verified', { brandsid: sid('BN'), brandstatus: 'registered' }),
      event('EV2', 'campaign-registration.campaign-approved', { messagingservicesid: sid('MG') }),
    ]);
    assert.deepEqual(await rows(), before);
  });

  test('what events say of a number is kept, the newest in whatever order they come, and its binding looked at', async () => {
    const { events, event, numbers, wokenNow, clock } = await setUp();
    const now = clock.current().getTime();
    const number = (id: string, externalstatus: string, agoMs: number) =>
      event(id, 'number-registration.pending', {
        phonenumbersid: sid('PN'),
        phonenumber: '+15005550001',
        externalstatus,
        updateddate: now - agoMs,
        failureReason: 'https://www.twilio.com/docs/api/errors/30126',
      });
    assert.equal((await events([number('EV2', 'failure', 2_000)])).status, 204);
    assert.deepEqual(await wokenNow(), ['bind_1']);
    assert.deepEqual(await numbers.of(sid('PN'), sid('MG')), {
      status: 'failed',
      reasonUrl: 'https://www.twilio.com/docs/api/errors/30126',
      at: new Date(now - 2_000),
    });
    assert.equal((await events([number('EV1', 'pending_registration', 3_000)])).status, 204);
    assert.equal((await numbers.of(sid('PN'), sid('MG')))?.status, 'failed');
    const batch = [number('EV4', 'registered', 0), number('EV3', 'pending_registration', 1_000)];
    assert.equal((await events(batch)).status, 204);
    assert.deepEqual(await numbers.of(sid('PN'), sid('MG')), { status: 'registered', at: new Date(now) });
  });

  test('what events say of a number in one messaging service is kept apart from any other', async () => {
    const { events, event, numbers, clock } = await setUp();
    const updateddate = clock.current().getTime();
    const inService = (messagingservicesid: string) =>
      event(`EV${messagingservicesid}`, 'number-registration.successful', {
        phonenumbersid: sid('PN'),
        messagingservicesid,
        updateddate,
      });
    assert.equal((await events([inService(sid('MG', 2)), inService(sid('MG', 1))])).status, 204);
    const told = await Promise.all([1, 2, 3].map((n) => numbers.of(sid('PN'), sid('MG', n))));
    const services = told.map((one) => one?.messagingServiceSid);
    assert.deepEqual(services, [sid('MG', 1), sid('MG', 2), undefined]);
  });

  test('a replay after a day changes nothing, even when its id is forgotten', async () => {
    const { events, event, numbers, wokenNow, clock, executor, counted } = await setUp();
    const failed = event('EV1', 'number-registration.failed', { phonenumbersid: sid('PN') });
    const body = JSON.stringify(failed);
    clock.advance(24 * HOUR);
    await sql`delete from provider_events`.execute(executor);
    assert.equal((await events(body)).status, 204);
    assert.deepEqual(
      [await numbers.of(sid('PN'), sid('MG')), await wokenNow(), counted()],
      [undefined, [], ['event stale']],
    );
  });

  test('events of unknown types, of the sink’s own test or without an id are answered and do nothing', async () => {
    const { events, event, wokenNow, counted } = await setUp();
    const body = [
      { specversion: '1.0', id: 'EV1', type: 'com.twilio.eventstreams.test-event', data: { a: 1 } },
      event('EV2', 'a2p-resource-cleanup-started.now', {}),
      event('', 'brand-registration.brand-failure', { brandsid: sid('BN') }),
      'x',
    ];
    assert.equal((await events(body)).status, 204);
    assert.deepEqual(await wokenNow(), []);
    assert.deepEqual(counted(), ['event ignored', 'event ignored', 'event malformed', 'event malformed']);
  });

  test('a database that fails is answered with 503, and what it did not take is taken when it comes again', async () => {
    let broken = true;
    const { events, event, callback, wokenNow, counted } = await setUp({
      transaction: (database) => (work) =>
        database.transaction(async (tx) => {
          const value = await work(tx);
          if (broken) throw new Error('connection lost');
          return value;
        }),
    });
    const one = event('EV1', 'brand-registration.brand-failure', { brandsid: sid('BN') });
    for (const answer of [await events(one), await callback(rejected)]) {
      assert.equal(answer.status, 503);
      assert.equal(answer.headers.get('retry-after'), '1');
      assert.ok(!answer.text.includes('connection lost'));
    }
    assert.deepEqual([await wokenNow(), counted()], [[], ['event failed', 'callback failed']]);
    broken = false;
    assert.equal((await events(one)).status, 204);
    assert.deepEqual(await wokenNow(), ['brand_1']);
    assert.equal((await callback(rejected)).status, 204);
    assert.deepEqual(await wokenNow(), ['brand_1']);
  });

  test('a database that hangs is answered with 503 at the deadline, and what it takes late is not lost', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const { events, event, wokenNow, hints } = await setUp({
      deadlineMs: 50,
      transaction: (database) => async (work) => {
        await released;
        const value = await database.transaction(work);
        end();
        return value;
      },
    });
    const one = event('EV1', 'brand-registration.brand-failure', { brandsid: sid('BN') });
    assert.equal((await events(one)).status, 503);
    release();
    await ended;
    assert.deepEqual(await wokenNow(), ['brand_1']);
    assert.equal(hints(), 1);
  });

  test('neither logs nor answers say what was in a body, a signature or a token', async () => {
    const { callback, events, event, lines } = await setUp();
    const number = event('EV1', 'number-registration.failed', {
      phonenumbersid: sid('PN'),
      phonenumber: '+15005550001',
    });
    const answers = [
      await callback(`${rejected}Rosa+said+no`),
      await callback(`${rejected}Rosa+said+no`, STRANGER),
      await events(number),
      await events(`[${JSON.stringify(number)}`),
    ];
    const all = lines.join('\n') + answers.map(({ text }) => text).join('\n');
    assert.ok(lines.length >= 4);
    for (const secret of ['Rosa', '5005550001', sid('PN'), TOKEN ?? '', 'bodySHA256']) {
      assert.ok(!all.includes(secret), secret);
    }
  });
});
