import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '#kernel/problem.ts';
import { tagOf } from '../domain/tag.ts';
import { LEASE_MS, type TelephonyPort } from '../ports.ts';
import {
  A,
  answerOf,
  B,
  BARRED,
  C,
  createBench,
  GONE,
  keyScope,
  LOST,
  OPEN,
  orderOf,
  REFUSED,
  scopeOf,
  THROTTLED,
  WEBHOOKS,
} from './service.test-support.ts';
import { ACCOUNT, own, sidOf } from './simulated-provider.test-support.ts';

const TAG = tagOf(keyScope('k'));

test('an order for a number buys it once, under the tag of its key, and sets its webhooks', async () => {
  const bench = createBench([A, B]);
  const answer = await bench.buy('k', orderOf({ e164: A }));
  assert.deepEqual(answer, {
    state: 'Configured',
    sid: sidOf(A),
    e164: A,
    accountSid: ACCOUNT,
    warnings: [],
  });
  assert.deepEqual(bench.world.paid, [{ e164: A, tag: TAG }]);
  assert.deepEqual(bench.world.owned.get(A)?.webhooks, WEBHOOKS);
  assert.deepEqual(bench.asked, ['findByTag', 'search', 'findByNumber', 'purchase', 'configure']);
});

test('an order for an area buys one number of it, which depends on the key and not on the listing', async () => {
  const chosen = async (key: string, forSale: readonly string[]) => {
    const bench = createBench(forSale);
    const { e164 } = await bench.buy(key, orderOf({ areaCode: '415' }));
    assert.equal(bench.world.paid.length, 1);
    return e164;
  };
  assert.equal(await chosen('k', [A, B, C]), await chosen('k', [C, B, A]));
  const all = await Promise.all(
    ['1', '2', '3', '4', '5', '6', '7', '8'].map((key) => chosen(key, [A, B, C])),
  );
  assert.ok(new Set(all).size > 1);
});

test('the intent is on record before money is spent, and the sid after', async () => {
  const bench = createBench([A]);
  const { hold } = await bench.claim('k');
  const seen: unknown[] = [];
  const look = async () => {
    bench.pass(LEASE_MS);
    seen.push(...(await bench.deps.ledger.unfinished(9)).map(({ intent }) => intent));
  };
  bench.before('purchase', look);
  bench.before('configure', look);
  await bench.service.purchase(orderOf({ e164: A }), hold, undefined, scopeOf());
  assert.deepEqual(seen, [{ e164: A }, { e164: A, sid: sidOf(A) }]);
});

test('a number that the account has already is 409 and stays as it is', async () => {
  const bench = createBench([A]);
  const before = own(bench.world, A, 'bought by hand');
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), '409 ownedAlready');
  assert.equal(bench.world.owned.get(A), before);
  assert.deepEqual([bench.world.paid, bench.world.renamed, bench.world.configured], [[], [], []]);
});

test('somebody who takes the number between two attempts is not robbed of it', async () => {
  const bench = createBench([A]);
  bench.script('purchase', LOST);
  bench.before('purchase', () => void own(bench.world, A, 'bought by hand'));
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), '409 unavailable');
  assert.equal(bench.world.owned.get(A)?.tag, 'bought by hand');
  assert.deepEqual(bench.world.configured, []);
});

test('a number that another key is buying is 409, and another one when any of its area will do', async () => {
  const bench = createBench([A, B]);
  const other = await bench.claim('other');
  assert.equal(await bench.deps.ledger.reserve(other.hold, A), 'reserved');
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), '409 reserved');
  assert.equal((await bench.buy('k2', orderOf({ areaCode: '415' }))).e164, B);
});

test('a search by area passes over what the account has, and what others were faster with', async () => {
  const bench = createBench([A, B, C]);
  own(bench.world, A, 'bought by hand');
  bench.script('purchase', GONE);
  const { e164 } = await bench.buy('k', orderOf({ areaCode: '415' }));
  assert.ok(e164 !== A);
  assert.deepEqual(bench.world.paid, [{ e164, tag: TAG }]);
});

test('lost races are bounded, five in a list and three lists, and end in 409', async () => {
  const numbers = Array.from({ length: 40 }, (_, index) => `+1415555${String(1000 + index)}`);
  const bench = createBench(numbers);
  bench.script('purchase', ...numbers.map(() => GONE));
  assert.equal(await answerOf(bench.buy('k', orderOf({ areaCode: '415' }))), '409 noneForSale');
  assert.equal(bench.asked.filter((step) => step === 'purchase').length, 15);
  assert.equal(bench.asked.filter((step) => step === 'search').length, 3);
});

test('a number that the provider does not sell to this account is passed over, unless it was ordered', async () => {
  const reply = {
    kind: 'refused',
    fault: { code: '21631', message: 'needs an address', field: 'e164' },
  } as const;
  const bench = createBench([A, B]);
  bench.script('purchase', reply);
  assert.equal(await answerOf(bench.buy('k', orderOf({ areaCode: '415' }))), 'Configured');
  assert.equal(bench.world.paid.length, 1);
  const other = createBench([A]);
  other.script('purchase', reply);
  assert.equal(await answerOf(other.buy('k', orderOf({ e164: A }))), '400');
});

test('a refusal that is not about the number ends an order by area at once', async () => {
  const bench = createBench([A, B]);
  bench.script('purchase', REFUSED);
  assert.equal(await answerOf(bench.buy('k', orderOf({ areaCode: '415' }))), '502');
  assert.equal(bench.asked.filter((step) => step === 'purchase').length, 1);
  assert.equal((await bench.claim('k')).intent, undefined);
});

test('a number that was lost is not tried again in the next list', async () => {
  const bench = createBench(['1', '2', '3', '4', '5', '6'].map((digit) => `+1415555020${digit}`));
  bench.script('purchase', ...Array.from({ length: 15 }, () => GONE));
  assert.equal(await answerOf(bench.buy('k', orderOf({ areaCode: '415' }))), '409 noneForSale');
  assert.equal(bench.asked.filter((step) => step === 'purchase').length, 6);
});

test('fifty keys that buy in one area at once get fifty numbers, though one in five is lost to others', async () => {
  const numbers = Array.from({ length: 100 }, (_, index) => `+14155551${String(100 + index)}`);
  const bench = createBench(numbers);
  const keys = Array.from({ length: 50 }, (_, index) => `k${index}`);
  const { purchase } = bench.deps.port;
  const port: TelephonyPort = {
    ...bench.deps.port,
    purchase: async (e164, tag, scope) => (/[05]$/.test(e164) ? GONE : purchase(e164, tag, scope)),
  };
  const { buy } = createBench([], { port });
  const answers = await Promise.all(keys.map((key) => answerOf(buy(key, orderOf({ areaCode: '415' })))));
  assert.deepEqual(new Set(answers), new Set(['Configured']));
  assert.equal(new Set(bench.world.paid.map(({ tag }) => tag)).size, 50);
  assert.deepEqual([bench.world.paid.length, bench.world.renamed], [50, []]);
});

test('an area without numbers is 409 after three searches', async () => {
  const bench = createBench([]);
  bench.script('search', 'done', { kind: 'notFound' }, GONE);
  assert.equal(await answerOf(bench.buy('k', orderOf({ areaCode: '415' }))), '409 noneForSale');
  assert.equal(bench.asked.filter((step) => step === 'search').length, 3);
});

test('a number that is known to lack what is asked for is refused before money is spent', async () => {
  const bench = createBench([A]);
  bench.world.stock.set(A, { sms: true, voice: false });
  await assert.rejects(bench.buy('k', orderOf({ e164: A })), (error) => {
    assert.ok(error instanceof Problem);
    assert.deepEqual(error.details.fields, [
      { field: 'capabilities', message: 'the number has no voice; choose another one' },
    ]);
    return true;
  });
  assert.deepEqual(bench.world.paid, []);
});

test('a number that the search does not list is tried all the same', async () => {
  const bench = createBench([A]);
  bench.script('search', { kind: 'notFound' });
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), 'Configured');
});

test('a number that turns out to lack something is kept, rung through, and said to be so', async () => {
  const bench = createBench([A]);
  bench.world.stock.set(A, { sms: false, voice: true });
  bench.script('search', { kind: 'notFound' });
  const answer = await bench.buy('k', orderOf({ e164: A }));
  assert.equal(answer.state, 'PurchasedButUnconfigured');
  assert.deepEqual(answer.warnings, ['capabilities: the number has no sms; its webhooks are set']);
  assert.deepEqual(bench.world.configured, [A]);
});

test('an application is looked up before money is spent', async () => {
  const app = `AP${'0'.repeat(32)}`;
  const order = {
    ...orderOf({ e164: A }),
    webhooks: { smsWebhookUrl: WEBHOOKS.smsWebhookUrl, voiceAppSid: app },
  };
  const bench = createBench([A]);
  for (const reply of ['done', { kind: 'notFound' }] as const) {
    bench.script('voiceApp', reply);
    await assert.rejects(bench.buy('k', order), (error) => {
      assert.ok(error instanceof Problem);
      assert.equal(error.status, 400);
      assert.deepEqual(error.details.fields, [
        { field: 'webhooks.voiceAppSid', message: 'the account has no such application' },
      ]);
      return true;
    });
  }
  assert.deepEqual(bench.world.paid, []);
  bench.world.apps.add(app);
  assert.equal(await answerOf(bench.buy('k', order)), 'Configured');
});

for (const reply of [REFUSED, GONE, BARRED, OPEN, LOST, THROTTLED, { kind: 'notFound' } as const]) {
  test(`a number that cannot be configured (${reply.kind}) is kept, and the same key completes it`, async () => {
    const bench = createBench([A]);
    const repeated = ['unknown', 'throttled', 'notFound'].includes(reply.kind);
    bench.script('configure', ...(repeated ? [reply, reply, reply] : [reply]));
    const answer = await bench.buy('k', orderOf({ e164: A }));
    assert.equal(answer.state, 'PurchasedButUnconfigured');
    assert.deepEqual([answer.sid, answer.e164, answer.warnings.length], [sidOf(A), A, 1]);
    assert.match(
      answer.warnings[0] ?? '',
      /^configure: the|^configure: refused by the provider \(2\d{4}\): /,
    );
    assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), 'Configured');
    assert.equal(bench.world.paid.length, 1);
  });
}

/** What a key bought whose webhooks could not be set. */
async function unconfigured() {
  const bench = createBench([A]);
  bench.script('configure', REFUSED);
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), 'PurchasedButUnconfigured');
  return bench;
}

test('a number that was rewired since its key was answered 207 is left as it is, and the answer says so', async () => {
  const bench = await unconfigured();
  const webhooks = { smsWebhookUrl: 'https://hooks.example.com/other', voiceUrl: WEBHOOKS.voiceUrl ?? '' };
  await bench.service.updateWebhooks(sidOf(A), webhooks, scopeOf());
  const answer = await bench.buy('k', orderOf({ e164: A }));
  assert.deepEqual(
    [answer.state, answer.warnings],
    [
      'Configured',
      ['configure: the number was rewired since it was bought; its webhooks are left as they are'],
    ],
  );
  assert.deepEqual(bench.world.owned.get(A)?.webhooks, webhooks);
});

test('a number whose webhooks were set by an earlier holder, unheard, is not configured again', async () => {
  const bench = createBench([A]);
  bench.script('configure', 'done, answer lost', OPEN);
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), 'PurchasedButUnconfigured');
  assert.deepEqual((await bench.buy('k', orderOf({ e164: A }))).warnings, []);
  assert.deepEqual(bench.world.configured, [A]);
});

test('a number that was rewired in part, or cannot be read, is not taken for configured', async () => {
  const bench = await unconfigured();
  const [state] = bench.world.owned.values();
  assert.ok(state);
  bench.world.owned.set(A, { ...state, webhooks: { voiceUrl: 'https://hooks.example.com/by-hand' } });
  bench.script('getNumber', OPEN);
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), 'PurchasedButUnconfigured');
  assert.deepEqual(bench.world.configured, []);
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), 'Configured');
  assert.deepEqual(bench.world.owned.get(A)?.webhooks, WEBHOOKS);
});

test('a number whose purchase went unrecorded and that was rewired since is left as it is', async () => {
  const bench = createBench([A]);
  const { hold } = await bench.claim('k');
  assert.equal(await bench.deps.ledger.reserve(hold, A), 'reserved');
  const webhooks = { ...WEBHOOKS, statusCallbackUrl: 'https://hooks.example.com/status' };
  bench.world.owned.set(A, { ...own(bench.world, A, TAG), webhooks });
  bench.pass(LEASE_MS);
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), 'Configured');
  assert.deepEqual([bench.world.owned.get(A)?.webhooks, bench.world.paid], [webhooks, []]);
});

test('a number that is too new for some servers is configured on a later attempt', async () => {
  const bench = createBench([A]);
  bench.script('configure', { kind: 'notFound' }, { kind: 'notFound' });
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), 'Configured');
});

test('a request whose time ends after the purchase says what it bought', async () => {
  const bench = createBench([A]);
  const time = new AbortController();
  bench.before('purchase', () => time.abort(new Error('25 s are over')));
  const answer = await bench.buy('k', orderOf({ e164: A }), time.signal);
  assert.deepEqual(answer.warnings, ['configure: the provider gave no answer to rely on (no time was left)']);
  assert.equal(answer.sid, sidOf(A));
});

test('a request whose time has ended begins nothing', async () => {
  const bench = createBench([A]);
  const time = new AbortController();
  bench.before('search', () => time.abort(new Error('25 s are over')));
  assert.equal(await answerOf(bench.buy('k', orderOf({ areaCode: '415' }), time.signal)), '503');
  assert.deepEqual(bench.asked, ['findByTag', 'search']);
  assert.equal((await bench.claim('k')).intent, undefined);
});

test('a probe begins with the purchase, and what it knows by the end is a warning', async () => {
  const begun: unknown[] = [];
  const probe = {
    begin(webhooks: object, correlationId: string) {
      begun.push([webhooks, correlationId]);
      return { warnings: () => ['voiceUrl does not answer: timeout'] };
    },
  };
  const bench = createBench([A], { probe });
  const answer = await bench.buy('k', orderOf({ e164: A }));
  assert.deepEqual([answer.state, answer.warnings], ['Configured', ['voiceUrl does not answer: timeout']]);
  assert.deepEqual(begun, [[WEBHOOKS, 'cor-1']]);
});

test('an order with faults is refused whoever brings it', async () => {
  const bench = createBench([A]);
  const order = { ...orderOf({ e164: A }), areaCode: '415' };
  assert.equal(await answerOf(bench.buy('k', order)), '400');
  assert.throws(() => bench.service.plan(order), Problem);
  assert.deepEqual(bench.asked, []);
});
