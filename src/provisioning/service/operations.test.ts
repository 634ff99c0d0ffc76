import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '#kernel/problem.ts';
import { HoldLost } from '../domain/errors.ts';
import { RESERVED_MS, type ReleaseGuard } from '../ports.ts';
import {
  A,
  answerOf,
  B,
  BARRED,
  C,
  createBench,
  GONE,
  LOST,
  OPEN,
  orderOf,
  REFUSED,
  scopeOf,
  THROTTLED,
  WEBHOOKS,
} from './service.test-support.ts';
import { BOTH, own, sidOf } from './simulated-provider.test-support.ts';

const PN = sidOf(A);
const APP = `AP${'0'.repeat(32)}`;
const statusOf = (work: Promise<unknown>) => answerOf(work.then(() => ({ state: 'done' })));

test('a search says what was asked for and what is for sale', async () => {
  const { service, world } = createBench([A, B, '+12125550101']);
  world.stock.set(B, { sms: true, voice: false });
  assert.deepEqual(await service.search({ areaCode: '415', sms: true, limit: 20 }, scopeOf()), {
    areaCode: '415',
    capabilities: { sms: true, voice: false },
    candidates: [
      { e164: A, country: 'US', capabilities: BOTH },
      { e164: B, country: 'US', capabilities: { sms: true, voice: false } },
    ],
  });
  const speaking = await service.search({ areaCode: '415', voice: true, limit: 20 }, scopeOf());
  assert.deepEqual(
    speaking.candidates.map(({ e164 }) => e164),
    [A],
  );
});

test('what a provider lists of another area is neither shown nor bought', async () => {
  const far = { e164: '+12125550101', country: 'US', capabilities: BOTH };
  const bench = createBench([A]);
  const port = { ...bench.deps.port, search: async () => ({ kind: 'ok', value: [far] }) as const };
  const { service, buy } = createBench([], { port });
  assert.deepEqual((await service.search({ areaCode: '415', limit: 1 }, scopeOf())).candidates, []);
  assert.equal(await statusOf(buy('k', orderOf({ areaCode: '415' }))), '409 noneForSale');
});

test('pages of a search lead through all of it, and end', async () => {
  const { service } = createBench([A, B, C]);
  const seen: string[] = [];
  let page: string | undefined;
  do {
    const found = await service.search({ areaCode: '415', limit: 2, ...(page && { page }) }, scopeOf());
    seen.push(...found.candidates.map(({ e164 }) => e164));
    page = found.nextPage;
  } while (page !== undefined);
  assert.deepEqual(seen, [A, B, C]);
});

test('a search where nothing is for sale is empty; one that fails is a problem', async () => {
  const { service, script } = createBench([]);
  const ask = () => service.search({ areaCode: '415', limit: 20 }, scopeOf());
  for (const reply of ['done', GONE, { kind: 'notFound' }] as const) {
    script('search', reply);
    assert.deepEqual((await ask()).candidates, []);
  }
  script('search', OPEN);
  assert.equal(await statusOf(ask()), '503');
});

test('a search with faults asks nobody', async () => {
  const { service, asked } = createBench([A]);
  const query = { areaCode: '800', limit: 20, page: 'x' };
  assert.deepEqual(
    service.searchFaults(query).map(({ field }) => field),
    ['query.areaCode', 'query.page'],
  );
  assert.equal(await statusOf(service.search(query, scopeOf())), '400');
  assert.deepEqual(asked, []);
});

test('a number is read as the provider has it; an unknown one is 404', async () => {
  const { service, world } = createBench([]);
  const number = own(world, A, 'by hand');
  assert.equal(await service.getNumber(PN, scopeOf()), number);
  assert.equal(await statusOf(service.getNumber(sidOf(B), scopeOf())), '404');
});

test('an update replaces all webhooks, also when its first answer is lost', async () => {
  const { service, world, script } = createBench([]);
  own(world, A, 'by hand');
  script('configure', 'done, answer lost');
  assert.deepEqual(await service.updateWebhooks(PN, WEBHOOKS, scopeOf()), {
    webhooks: WEBHOOKS,
    warnings: [],
  });
  assert.deepEqual(world.owned.get(A)?.webhooks, WEBHOOKS);
});

test('an update of an unknown number is 404 at once', async () => {
  const { service, asked } = createBench([]);
  assert.equal(await statusOf(service.updateWebhooks(PN, WEBHOOKS, scopeOf())), '404');
  assert.deepEqual(asked, ['configure']);
});

test('an update with faults, or to an application that is not there, changes nothing', async () => {
  const { service, world } = createBench([]);
  const before = own(world, A, 'by hand');
  const { smsWebhookUrl } = WEBHOOKS;
  const fieldsOf = (webhooks: { smsWebhookUrl: string; voiceAppSid?: string; voiceUrl?: string }) =>
    service.updateWebhooks(PN, webhooks, scopeOf()).then(
      () => [],
      (error: unknown) => (error instanceof Problem ? error.details.fields : error),
    );
  assert.deepEqual(await fieldsOf({ smsWebhookUrl: 'http://example.com' }), [
    { field: 'voiceUrl', message: 'exactly one of voiceUrl and voiceAppSid is required' },
    { field: 'smsWebhookUrl', message: 'must be an absolute URL that starts with https://' },
  ]);
  assert.deepEqual(await fieldsOf({ smsWebhookUrl, voiceAppSid: APP }), [
    { field: 'voiceAppSid', message: 'the account has no such application' },
  ]);
  assert.equal(world.owned.get(A), before);
});

test('what a provider refuses of an update is told at the field of the update', async () => {
  const { service, world, script } = createBench([]);
  own(world, A, 'by hand');
  for (const [fault, fields] of [
    [{ message: 'bad', field: 'webhooks.voiceUrl' }, [{ field: 'voiceUrl', message: 'bad' }]],
    [{ message: 'bad' }, undefined],
  ] as const) {
    script('configure', { kind: 'refused', fault });
    await assert.rejects(service.updateWebhooks(PN, WEBHOOKS, scopeOf()), (error) => {
      assert.ok(error instanceof Problem);
      assert.deepEqual(error.details.fields, fields);
      return true;
    });
  }
});

test('an update tells what the probe knows', async () => {
  const probe = { begin: () => ({ warnings: () => ['smsWebhookUrl does not answer: refused'] }) };
  const { service, world } = createBench([], { probe });
  own(world, A, 'by hand');
  const { warnings } = await service.updateWebhooks(PN, WEBHOOKS, scopeOf());
  assert.deepEqual(warnings, ['smsWebhookUrl does not answer: refused']);
});

test('a release takes the number out of its messaging service first, and frees it', async () => {
  const bench = createBench([A]);
  await bench.buy('k', orderOf({ e164: A }));
  bench.asked.length = 0;
  assert.deepEqual(await bench.service.release(PN, scopeOf()), { warnings: [] });
  assert.deepEqual(bench.asked, ['getNumber', 'detach', 'release']);
  assert.equal(bench.world.owned.size, 0);
  bench.world.stock.set(A, BOTH);
  bench.pass(RESERVED_MS / 2);
  assert.equal((await bench.buy('other', orderOf({ e164: A }))).state, 'Configured');
});

test('a release of what is gone is done, however it is found out', async () => {
  const { service, world, asked, script } = createBench([]);
  assert.deepEqual(await service.release(PN, scopeOf()), { warnings: [] });
  assert.deepEqual(asked, ['getNumber']);
  own(world, A, 'by hand');
  script('detach', { kind: 'notFound' });
  script('release', 'done, answer lost');
  assert.deepEqual(await service.release(PN, scopeOf()), { warnings: [] });
  assert.equal(world.owned.size, 0);
});

test('a release says so when not all messaging services were searched', async () => {
  const bench = createBench([]);
  own(bench.world, A, 'by hand');
  const port = {
    ...bench.deps.port,
    detach: async () => ({ kind: 'ok', value: { searched: false } }) as const,
  };
  const { warnings } = await createBench([], { port }).service.release(PN, scopeOf());
  assert.match(warnings[0] ?? '', /^detach: not all messaging services/);
});

for (const [step, reply, status] of [
  ['getNumber', OPEN, '503'],
  ['detach', REFUSED, '502'],
  ['detach', BARRED, '502 credentials'],
  ['release', REFUSED, '502'],
] as const) {
  test(`a release whose ${step} fails (${reply.kind}) keeps the number`, async () => {
    const { service, world, script } = createBench([]);
    own(world, A, 'by hand');
    script(step, reply);
    assert.equal(await statusOf(service.release(PN, scopeOf())), status);
    assert.equal(world.owned.size, 1);
    assert.deepEqual(await service.release(PN, scopeOf()), { warnings: [] });
  });
}

test('each step of a release is repeated while it is throttled or its outcome unknown', async () => {
  const { service, world, script } = createBench([]);
  own(world, A, 'by hand');
  for (const step of ['getNumber', 'detach', 'release'] as const) script(step, THROTTLED, LOST);
  assert.deepEqual(await service.release(PN, scopeOf()), { warnings: [] });
  assert.equal(world.owned.size, 0);
});

const guards: readonly [answer: Awaited<ReturnType<ReleaseGuard['ask']>>, expected: string, kept: boolean][] =
  [
    [{ kind: 'free' }, 'done', false],
    [{ kind: 'free', serviceHint: 'MG1' }, 'done', false],
    [{ kind: 'held', reason: 'NumberBound', message: 'It is bound' }, '409 NumberBound', true],
    [{ kind: 'unknown', reason: 'timeout' }, '503 timeout', true],
  ];
for (const [answer, expected, kept] of guards) {
  test(`a release asks who relies on the number: ${answer.kind} means ${expected}`, async () => {
    const hints: unknown[] = [];
    const guard: ReleaseGuard = {
      async ask(e164) {
        assert.equal(e164, A);
        return answer;
      },
    };
    const bench = createBench([]);
    own(bench.world, A, 'by hand');
    const port: typeof bench.deps.port = {
      ...bench.deps.port,
      detach: async (_sid, hint) => {
        hints.push(hint);
        return { kind: 'ok', value: { searched: true } };
      },
    };
    assert.equal(await statusOf(createBench([], { port, guard }).service.release(PN, scopeOf())), expected);
    assert.equal(bench.world.owned.size, kept ? 1 : 0);
    assert.deepEqual(hints, kept ? [] : [answer.kind === 'free' ? answer.serviceHint : undefined]);
  });
}

test('a release that lost its key while it asked releases nothing', async () => {
  const lost = new AbortController();
  const guard: ReleaseGuard = {
    async ask() {
      lost.abort(new HoldLost());
      return { kind: 'free' };
    },
  };
  const { service, world } = createBench([], { guard });
  own(world, A, 'by hand');
  await assert.rejects(service.release(PN, scopeOf(lost.signal)), HoldLost);
  assert.equal(world.owned.size, 1);
});

test('a dry run asks nobody', async () => {
  const { service, asked } = createBench([A]);
  assert.equal(service.plan(orderOf({ e164: A })).length, 3);
  assert.deepEqual(asked, []);
});

test('all faults of an order are told at once: its own and those of its URLs', () => {
  const { service } = createBench([]);
  const order = { areaCode: '800', webhooks: { smsWebhookUrl: 'https://evil.test', voiceAppSid: 'AP1' } };
  assert.deepEqual(
    service.orderFaults(order).map(({ field }) => field),
    ['areaCode', 'webhooks.voiceAppSid', 'webhooks.smsWebhookUrl'],
  );
});
