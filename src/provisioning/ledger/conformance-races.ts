import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEY_LIFETIME_MS, LEASE_MS, type Ledger, RESERVED_MS } from '../ports.ts';
import { ANSWER, held, N1, type Subject, scope } from './conformance-subject.ts';

/** The same when many come at the same moment, from several processes. */
export function arbitrates(open: () => Promise<Subject>, racers: number): void {
  /** So many at once, over all connections in turn. */
  const atOnce = <T>(ledgers: readonly Ledger[], call: (ledger: Ledger, n: number) => Promise<T>) =>
    Promise.all(
      Array.from({ length: racers }, (_, n) => {
        const ledger = ledgers[n % ledgers.length];
        assert.ok(ledger);
        return call(ledger, n);
      }),
    );

  test('of many that claim one key at once, one holds it; and again when its lease has ended', async () => {
    const { ledgers, advance } = await open();
    for (const resumed of [false, true]) {
      const claims = await atOnce(ledgers, (ledger) => ledger.claim(scope(), 'f'));
      const holders = claims.filter((claimed) => claimed.kind === 'held');
      assert.equal(holders.length, 1);
      assert.equal(holders[0]?.resumed, resumed);
      assert.equal(claims.filter((claimed) => claimed.kind === 'running').length, racers - 1);
      advance(LEASE_MS);
    }
  });

  test('many keys claimed at once are many, also while expired ones are cleared away', async () => {
    const { ledgers, advance } = await open();
    const claimAll = () =>
      atOnce(ledgers, async (ledger, n) => {
        const claimed = held(await ledger.claim(scope({ key: `k${n}` }), 'f'));
        await ledger.reserve(claimed.hold, `+121355501${n + 10}`);
        return claimed.resumed;
      });
    assert.deepEqual(new Set(await claimAll()), new Set([false]));
    advance(KEY_LIFETIME_MS);
    assert.deepEqual(new Set(await claimAll()), new Set([false]));
  });

  test('of many keys that reserve one number at once, one has it', async () => {
    const { ledgers } = await open();
    const results = await atOnce(ledgers, async (ledger, n) => {
      const { hold } = held(await ledger.claim(scope({ key: `k${n}` }), 'f'));
      const reserved = await ledger.reserve(hold, N1);
      await ledger.letGo(hold);
      return { n, reserved };
    });
    const winners = results.filter(({ reserved }) => reserved === 'reserved');
    assert.equal(winners.length, 1);
    assert.equal(results.filter(({ reserved }) => reserved === 'taken').length, racers - 1);
    const intents = await atOnce(ledgers, async (ledger, n) => {
      const { intent } = held(await ledger.claim(scope({ key: `k${n}` }), 'f'));
      return intent === undefined ? [] : [n];
    });
    assert.deepEqual(
      intents.flat(),
      winners.map(({ n }) => n),
    );
  });

  test('of many keys that take over one number at once, one has it', async () => {
    const { ledgers, advance } = await open();
    const { hold } = held(await ledgers[0].claim(scope({ key: 'former' }), 'f'));
    await ledgers[0].reserve(hold, N1);
    await ledgers[0].answer(hold, ANSWER);
    advance(RESERVED_MS);
    const results = await atOnce(ledgers, async (ledger, n) =>
      ledger.reserve(held(await ledger.claim(scope({ key: `k${n}` }), 'f')).hold, N1),
    );
    assert.equal(results.filter((reserved) => reserved === 'reserved').length, 1);
  });

  test('many keys that choose among as many numbers end with one each', async () => {
    const { ledgers } = await open();
    const numbers = Array.from({ length: racers }, (_, n) => `+121355501${n + 10}`);
    const chosen = await atOnce(ledgers, async (ledger, n) => {
      const { hold } = held(await ledger.claim(scope({ key: `k${n}` }), 'f'));
      // Everybody begins among the same five, so that most have to go on.
      for (let at = 0; at < racers; at += 1) {
        const e164 = numbers[(at + (n % 5)) % racers] ?? '';
        if ((await ledger.reserve(hold, e164)) === 'reserved') return e164;
      }
      return 'none';
    });
    assert.deepEqual(chosen.toSorted(), numbers);
  });

  test('a late answer and a take-over at the same moment: one of them counts', async () => {
    const { ledgers, advance } = await open();
    const holds = await atOnce(ledgers, async (ledger, n) =>
      held(await ledger.claim(scope({ key: `k${n}` }), 'f')),
    );
    advance(LEASE_MS);
    const outcomes = await atOnce(ledgers, async (ledger, n) => {
      const other = ledgers[(n + 1) % ledgers.length];
      const hold = holds[n]?.hold;
      assert.ok(other && hold);
      const [answered, claimed] = await Promise.all([
        ledger.answer(hold, ANSWER),
        other.claim(scope({ key: `k${n}` }), 'f'),
      ]);
      return answered ? claimed.kind === 'answered' : claimed.kind === 'held';
    });
    assert.deepEqual(new Set(outcomes), new Set([true]));
  });
}
