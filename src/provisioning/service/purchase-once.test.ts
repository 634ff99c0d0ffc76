import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '#kernel/problem.ts';
import { HoldLost } from '../domain/errors.ts';
import { tagOf } from '../domain/tag.ts';
import { held } from '../ledger/conformance-subject.ts';
import { LEASE_MS, type Ledger } from '../ports.ts';
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
  NOT_SENT,
  OPEN,
  orderOf,
  REFUSED,
  type Reply,
  scopeOf,
  THROTTLED,
} from './service.test-support.ts';
import { own } from './simulated-provider.test-support.ts';

const TAG = tagOf(keyScope('k'));

const outcomes: readonly {
  readonly title: string;
  readonly replies: readonly Reply[];
  readonly answer: string;
  readonly paid: number;
  readonly again: string;
}[] = [
  {
    title: 'a purchase whose answer was lost is found by its number, not repeated',
    replies: ['done, answer lost'],
    answer: 'Configured',
    paid: 1,
    again: 'Configured',
  },
  {
    title: 'a purchase that did not happen is attempted again after a look',
    replies: [LOST, NOT_SENT],
    answer: 'Configured',
    paid: 1,
    again: 'Configured',
  },
  {
    title: 'the third attempt is found too',
    replies: [LOST, LOST, 'done, answer lost'],
    answer: 'Configured',
    paid: 1,
    again: 'Configured',
  },
  {
    title: 'after three attempts of unknown outcome it is 502, and the key goes on',
    replies: [LOST, LOST, LOST],
    answer: '502 timeout',
    paid: 0,
    again: 'Configured',
  },
  {
    title: 'what never left us is 503',
    replies: [NOT_SENT, NOT_SENT, NOT_SENT],
    answer: '503 refused',
    paid: 0,
    again: 'Configured',
  },
  {
    title: 'a throttled purchase is repeated',
    replies: [THROTTLED, THROTTLED],
    answer: 'Configured',
    paid: 1,
    again: 'Configured',
  },
  {
    title: 'throttled three times is 429',
    replies: [THROTTLED, THROTTLED, THROTTLED],
    answer: '429',
    paid: 0,
    again: 'Configured',
  },
  { title: 'an open breaker is 503 at once', replies: [OPEN], answer: '503', paid: 0, again: 'Configured' },
  {
    title: 'an account that is turned away is 502 at once',
    replies: [BARRED],
    answer: '502 credentials',
    paid: 0,
    again: 'Configured',
  },
  { title: 'a refusal is final', replies: [REFUSED], answer: '502', paid: 0, again: 'Configured' },
  { title: 'a lost race is 409', replies: [GONE], answer: '409 unavailable', paid: 0, again: 'Configured' },
  {
    title: 'no refusal hides a purchase that went through before it',
    replies: [LOST, GONE],
    answer: '409 unavailable',
    paid: 0,
    again: 'Configured',
  },
];
for (const { title, replies, answer, paid, again } of outcomes) {
  test(title, async () => {
    const bench = createBench([A]);
    bench.script('purchase', ...replies);
    assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), answer);
    assert.equal(bench.world.paid.length, paid);
    assert.equal(bench.asked.filter((step) => step === 'purchase').length <= 3, true);
    assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), again);
    assert.equal(bench.world.paid.length, 1);
  });
}

for (const reply of [GONE, REFUSED]) {
  test(`a purchase that lands late is found although the next attempt was answered ${reply.kind}`, async () => {
    const bench = createBench([A]);
    bench.script('purchase', LOST, reply);
    // Lands between the look-up after the first attempt and the answer to the second.
    bench.before(
      'purchase',
      () => {},
      () => void own(bench.world, A, TAG),
    );
    assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), 'Configured');
  });
}

test('while it cannot be seen what an attempt came to, nothing is bought and the intent stays', async () => {
  const bench = createBench([A]);
  bench.script('purchase', LOST);
  bench.script('findByNumber', 'done', OPEN);
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), '502 timeout');
  assert.equal(bench.asked.filter((step) => step === 'purchase').length, 1);
  assert.deepEqual((await bench.claim('k')).intent, { e164: A });
});

test('a refusal after an unknown attempt does not end the intent before it was looked up', async () => {
  const bench = createBench([A]);
  bench.script('purchase', LOST, REFUSED);
  bench.script('findByNumber', 'done', 'done', OPEN);
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), '503');
  assert.deepEqual((await bench.claim('k')).intent, { e164: A });
});

test('what failed before money was spent leaves no number reserved for others', async () => {
  const failures: [step: 'findByNumber' | 'purchase', replies: Reply[]][] = [
    ['findByNumber', [OPEN]],
    ['findByNumber', [{ kind: 'notFound' }]],
    ['purchase', [OPEN]],
    ['purchase', [THROTTLED, THROTTLED, THROTTLED]],
    ['purchase', [NOT_SENT, NOT_SENT, NOT_SENT]],
    ['purchase', [{ kind: 'notFound' }]],
    ['purchase', [REFUSED]],
  ];
  for (const [step, replies] of failures) {
    const bench = createBench([A]);
    bench.script(step, ...replies);
    await assert.rejects(bench.buy('k', orderOf({ e164: A })), Problem);
    assert.equal((await bench.claim('k')).intent, undefined);
    assert.equal((await bench.buy('other', orderOf({ e164: A }))).state, 'Configured');
  }
});

test('a purchase at an unknown address is the provider saying no, not an unknown number', async () => {
  const bench = createBench([A]);
  bench.script('purchase', { kind: 'notFound' });
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), '502');
});

test('a key that the ledger has forgotten finds its number by its tag', async () => {
  for (const wish of [{ e164: A }, { areaCode: '415' }]) {
    const bench = createBench([A, B]);
    own(bench.world, A, TAG);
    const answer = await bench.buy('k', orderOf(wish));
    assert.deepEqual([answer.state, answer.e164], ['Configured', A]);
    assert.deepEqual(bench.world.paid, []);
  }
});

test('a forgotten key that asks for something else is 409 and rewires nothing', async () => {
  for (const wish of [{ e164: B }, { areaCode: '212' }]) {
    const bench = createBench([B]);
    own(bench.world, A, TAG);
    assert.equal(await answerOf(bench.buy('k', orderOf(wish))), '409 keyUsed');
    assert.deepEqual([bench.world.paid, bench.world.configured], [[], []]);
  }
});

test('a tag that the provider only finds similar is not ours', async () => {
  const { deps, world } = createBench([A]);
  const similar = own(world, B, `${TAG}-2`);
  const port = { ...deps.port, findByTag: async () => ({ kind: 'ok', value: similar }) as const };
  assert.equal((await createBench([], { port }).buy('k', orderOf({ e164: A }))).e164, A);
});

test('what a key finds by its tag is adopted even while another key has it reserved', async () => {
  const bench = createBench([A]);
  own(bench.world, A, TAG);
  const other = await bench.claim('other');
  assert.equal(await bench.deps.ledger.reserve(other.hold, A), 'reserved');
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), 'Configured');
});

/** A key whose holder died with this intent. */
async function died(bench: ReturnType<typeof createBench>, e164: string): Promise<void> {
  const { hold } = await bench.claim('k');
  assert.equal(await bench.deps.ledger.reserve(hold, e164), 'reserved');
  bench.pass(LEASE_MS);
}

test('whoever comes after a holder that died while buying finds what he bought', async () => {
  const bench = createBench([B]);
  await died(bench, A);
  own(bench.world, A, TAG);
  assert.equal((await bench.buy('k', orderOf({ areaCode: '415' }))).e164, A);
  assert.deepEqual(bench.world.paid, []);
});

test('whoever comes after a holder that died before he bought buys the same number', async () => {
  for (const wish of [{ e164: B }, { areaCode: '415' }]) {
    const bench = createBench([A, B, C]);
    await died(bench, B);
    assert.equal((await bench.buy('k', orderOf(wish))).e164, B);
    assert.deepEqual(bench.world.paid, [{ e164: B, tag: TAG }]);
  }
});

test('an intent that somebody else was faster with is given up: 409, or the next number of the area', async () => {
  for (const tag of ['bought by hand', undefined]) {
    for (const wish of [{ e164: B }, { areaCode: '415' }]) {
      const bench = createBench([A]);
      await died(bench, B);
      if (tag !== undefined) own(bench.world, B, tag);
      const answer = await answerOf(bench.buy('k', orderOf(wish)));
      const reason = tag === undefined ? '409 unavailable' : '409 ownedAlready';
      assert.equal(answer, 'e164' in wish ? reason : 'Configured');
      assert.deepEqual(bench.world.paid, 'e164' in wish ? [] : [{ e164: A, tag: TAG }]);
    }
  }
});

test('an intent whose number another key has taken over is not bought, unless it was', async () => {
  for (const isOurs of [false, true]) {
    const bench = createBench([A]);
    await died(bench, A);
    bench.pass(11 * 60_000);
    const other = await bench.claim('other');
    assert.equal(await bench.deps.ledger.reserve(other.hold, A), 'reserved');
    if (isOurs) own(bench.world, A, TAG);
    const answer = await answerOf(bench.buy('k', orderOf({ e164: A })));
    assert.equal(answer, isOurs ? 'Configured' : '409 reserved');
    assert.deepEqual(bench.world.paid, []);
  }
});

test('an intent that cannot be looked up stays', async () => {
  const bench = createBench([A]);
  await died(bench, A);
  bench.script('findByNumber', OPEN);
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), '503');
  bench.script('purchase', OPEN);
  assert.equal(await answerOf(bench.buy('k', orderOf({ e164: A }))), '503');
  assert.deepEqual((await bench.claim('k')).intent, { e164: A });
});

test('whoever lost his key spends nothing and rewires nothing', async () => {
  for (const step of ['search', 'findByNumber', 'purchase', 'configure'] as const) {
    const bench = createBench([A, B]);
    const { hold } = await bench.claim('k');
    bench.before(step, async () => {
      bench.pass(LEASE_MS);
      await bench.claim('k');
    });
    const replies: readonly Reply[] = step === 'purchase' || step === 'configure' ? [LOST] : [];
    bench.script(step, ...replies);
    const work = bench.service.purchase(orderOf({ e164: A }), hold, undefined, scopeOf());
    if (step === 'configure') await work;
    else await assert.rejects(work, HoldLost);
    assert.equal(bench.world.paid.length, step === 'configure' ? 1 : 0);
  }
});

test('the ledger is asked before money is spent, unless the lease began a moment ago', async () => {
  for (const [waited, renewals] of [
    [999, 0],
    [1_000, 1],
  ] as const) {
    const { deps } = createBench([]);
    let renewed = 0;
    const ledger: Ledger = {
      ...deps.ledger,
      renew(hold) {
        renewed += 1;
        return deps.ledger.renew(hold);
      },
    };
    const bench = createBench([A], { ledger });
    bench.before('findByNumber', () => bench.pass(waited));
    const { hold } = held(await ledger.claim(keyScope('k'), 'fingerprint'));
    await bench.service.purchase(orderOf({ e164: A }), hold, undefined, scopeOf());
    assert.deepEqual([renewed, bench.world.paid.length], [renewals, 1]);
  }
});

test('whoever buys without asking again has a whole lease, however late he reserved', async () => {
  const bench = createBench([A]);
  const { hold } = await bench.claim('k');
  bench.before('search', () => bench.pass(LEASE_MS - 1));
  bench.before('findByNumber', () => bench.pass(999));
  bench.before('purchase', () => assert.rejects(bench.claim('k'), /the key is running/));
  await bench.service.purchase(orderOf({ e164: A }), hold, undefined, scopeOf());
});

test('a signal that ended for a lost key stops the next call', async () => {
  for (const step of ['findByTag', 'search', 'findByNumber', 'purchase', 'configure'] as const) {
    const bench = createBench([A]);
    const lost = new AbortController();
    bench.before(step, () => lost.abort(new HoldLost()));
    await assert.rejects(bench.buy('k', orderOf({ e164: A }), lost.signal), HoldLost);
    assert.equal(bench.asked.at(-1), step);
  }
});
