import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEY_LIFETIME_MS, LEASE_MS, RESERVED_MS } from '../ports.ts';
import { ANSWER, held, N1, N2, refusesAll, type Subject, scope } from './conformance-subject.ts';

/** What is being bought under which key, and which numbers are thereby spoken for. */
export function keepsPurchases(open: () => Promise<Subject>): void {
  test('a reserved number is the intent of its key, and kept from every other', async () => {
    const { ledgers } = await open();
    const [ledger] = ledgers;
    const one = held(await ledger.claim(scope(), 'f'));
    const two = held(await ledger.claim(scope({ key: 'k2' }), 'f'));
    assert.equal(await ledger.reserve(one.hold, N1), 'reserved');
    assert.equal(await ledger.reserve(one.hold, N1), 'reserved');
    assert.equal(await ledger.reserve(two.hold, N1), 'taken');
    await ledger.letGo(two.hold);
    assert.equal(held(await ledger.claim(scope({ key: 'k2' }), 'f')).intent, undefined);
    await ledger.letGo(one.hold);
    assert.deepEqual(held(await ledger.claim(scope(), 'f')).intent, { e164: N1 });
  });

  test('a reservation begins the lease anew; a number that another key has does not', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    const two = held(await ledger.claim(scope({ key: 'k2' }), 'f'));
    await ledger.reserve(two.hold, N2);
    const { hold } = held(await ledger.claim(scope(), 'f'));
    advance(LEASE_MS - 1);
    assert.equal(await ledger.reserve(hold, N1), 'reserved');
    assert.equal(await ledger.reserve(two.hold, N1), 'taken');
    advance(1);
    assert.deepEqual(await ledger.claim(scope(), 'f'), { kind: 'running', retryAfterMs: LEASE_MS - 1 });
    assert.equal(held(await ledger.claim(scope({ key: 'k2' }), 'f')).resumed, true);
    advance(LEASE_MS - 1);
    assert.equal(held(await ledger.claim(scope(), 'f')).resumed, true);
  });

  test('a number is kept for RESERVED_MS after the lease that its reservation began', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    const { hold } = held(await ledger.claim(scope(), 'f'));
    advance(LEASE_MS - 1);
    await ledger.reserve(hold, N1);
    await ledger.bought(hold, 'PN1');
    advance(LEASE_MS + RESERVED_MS - 1);
    const two = held(await ledger.claim(scope({ key: 'k2' }), 'f'));
    assert.equal(await ledger.reserve(two.hold, N1), 'taken');
    advance(1);
    assert.equal(await ledger.reserve(two.hold, N1), 'reserved');
  });

  test('who reserves another number frees the former one; who gets none keeps what he has', async () => {
    const { ledgers } = await open();
    const [ledger] = ledgers;
    const one = held(await ledger.claim(scope(), 'f'));
    const two = held(await ledger.claim(scope({ key: 'k2' }), 'f'));
    await ledger.reserve(one.hold, N1);
    await ledger.reserve(one.hold, N2);
    assert.equal(await ledger.reserve(two.hold, N1), 'reserved');
    assert.equal(await ledger.reserve(two.hold, N2), 'taken');
    assert.equal(await ledger.reserve(one.hold, N1), 'taken');
  });

  test('an unreserved number is free at once, and the key has no intent', async () => {
    const { ledgers } = await open();
    const [ledger] = ledgers;
    const one = held(await ledger.claim(scope(), 'f'));
    const two = held(await ledger.claim(scope({ key: 'k2' }), 'f'));
    await ledger.reserve(one.hold, N1);
    assert.equal(await ledger.unreserve(one.hold), true);
    assert.equal(await ledger.unreserve(one.hold), true);
    assert.equal(await ledger.reserve(two.hold, N1), 'reserved');
    await ledger.letGo(one.hold);
    const resumed = held(await ledger.claim(scope(), 'f'));
    assert.deepEqual([resumed.resumed, resumed.intent], [true, undefined]);
  });

  test('a bought number stays with the key, and only what was reserved can be bought', async () => {
    const { ledgers } = await open();
    const [ledger] = ledgers;
    const { hold } = held(await ledger.claim(scope(), 'f'));
    await assert.rejects(ledger.bought(hold, 'PN1'));
    await ledger.reserve(hold, N1);
    assert.equal(await ledger.bought(hold, 'PN1'), true);
    assert.equal(await ledger.reserve(hold, N1), 'reserved');
    await ledger.letGo(hold);
    assert.deepEqual(held(await ledger.claim(scope(), 'f')).intent, { e164: N1, sid: 'PN1' });
  });

  test('who reserves another number than he bought has not bought it', async () => {
    const { ledgers } = await open();
    const [ledger] = ledgers;
    const { hold } = held(await ledger.claim(scope(), 'f'));
    await ledger.reserve(hold, N1);
    await ledger.bought(hold, 'PN1');
    await ledger.reserve(hold, N2);
    await ledger.letGo(hold);
    assert.deepEqual(held(await ledger.claim(scope(), 'f')).intent, { e164: N2 });
  });

  test('a number is kept for RESERVED_MS after its key was answered', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    const { hold } = held(await ledger.claim(scope(), 'f'));
    await ledger.reserve(hold, N1);
    await ledger.answer(hold, ANSWER);
    advance(RESERVED_MS - 1);
    const two = held(await ledger.claim(scope({ key: 'k2' }), 'f'));
    assert.equal(await ledger.reserve(two.hold, N1), 'taken');
    advance(1);
    assert.equal(await ledger.reserve(two.hold, N1), 'reserved');
  });

  test('a number is kept for RESERVED_MS after the lease ended, and with every renewal and resumption anew', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    const { hold } = held(await ledger.claim(scope(), 'f'));
    await ledger.reserve(hold, N1);
    advance(LEASE_MS - 1);
    await ledger.renew(hold);
    advance(LEASE_MS + RESERVED_MS - 1);
    const two = held(await ledger.claim(scope({ key: 'k2' }), 'f'));
    assert.equal(await ledger.reserve(two.hold, N1), 'taken');
    const { hold: resumed } = held(await ledger.claim(scope(), 'f'));
    advance(1_000);
    await ledger.letGo(resumed);
    advance(RESERVED_MS - 1);
    const three = held(await ledger.claim(scope({ key: 'k3' }), 'f'));
    assert.equal(await ledger.reserve(three.hold, N1), 'taken');
    advance(1);
    assert.equal(await ledger.reserve(three.hold, N1), 'reserved');
  });

  test('a lease that ended is not made longer by letting go', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    const { hold } = held(await ledger.claim(scope(), 'f'));
    await ledger.reserve(hold, N1);
    advance(LEASE_MS + RESERVED_MS - 1);
    await ledger.letGo(hold);
    advance(1);
    const two = held(await ledger.claim(scope({ key: 'k2' }), 'f'));
    assert.equal(await ledger.reserve(two.hold, N1), 'reserved');
  });

  test('a number is free when its key has lived', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    await ledger.letGo(held(await ledger.claim(scope(), 'f')).hold);
    advance(KEY_LIFETIME_MS - LEASE_MS);
    const { hold } = held(await ledger.claim(scope(), 'f'));
    await ledger.reserve(hold, N1);
    await ledger.answer(hold, ANSWER);
    const two = held(await ledger.claim(scope({ key: 'k2' }), 'f'));
    advance(LEASE_MS - 1);
    assert.equal(await ledger.reserve(two.hold, N1), 'taken');
    advance(1);
    assert.equal(await ledger.reserve(two.hold, N1), 'reserved');
  });

  test('a number that another key took over stays with that, whatever its former key does', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    const one = held(await ledger.claim(scope(), 'f'));
    await ledger.reserve(one.hold, N1);
    advance(LEASE_MS + RESERVED_MS);
    const two = held(await ledger.claim(scope({ key: 'k2' }), 'f'));
    assert.equal(await ledger.reserve(two.hold, N1), 'reserved');
    // It slept through everything: what it was about to do would bind the number to two keys.
    await refusesAll(ledger, one.hold);
    const again = held(await ledger.claim(scope(), 'f'));
    assert.deepEqual(again.intent, { e164: N1 });
    assert.equal(await ledger.reserve(again.hold, N1), 'taken');
    assert.equal(await ledger.unreserve(again.hold), true);
    const three = held(await ledger.claim(scope({ key: 'k3' }), 'f'));
    assert.equal(await ledger.reserve(three.hold, N1), 'taken');
  });

  test('a released number may be bought again at once', async () => {
    const { ledgers } = await open();
    const [ledger] = ledgers;
    const one = held(await ledger.claim(scope(), 'f'));
    await ledger.reserve(one.hold, N1);
    await ledger.bought(one.hold, 'PN1');
    await ledger.answer(one.hold, ANSWER);
    await ledger.forget(N1);
    await ledger.forget(N2);
    const two = held(await ledger.claim(scope({ key: 'k2' }), 'f'));
    assert.equal(await ledger.reserve(two.hold, N1), 'reserved');
    // Late word of the release does not take the number from who is about to buy it.
    await ledger.forget(N1);
    const three = held(await ledger.claim(scope({ key: 'k3' }), 'f'));
    assert.equal(await ledger.reserve(three.hold, N1), 'taken');
  });

  test('a bought number is free once it was released, though its key is at work', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    const { hold } = held(await ledger.claim(scope(), 'f'));
    await ledger.reserve(hold, N1);
    await ledger.bought(hold, 'PN1');
    await ledger.forget(N1);
    const two = held(await ledger.claim(scope({ key: 'k2' }), 'f'));
    assert.equal(await ledger.reserve(two.hold, N1), 'reserved');
    await ledger.unreserve(two.hold);
    assert.equal(await ledger.reserve(hold, N1), 'reserved');
    advance(LEASE_MS);
    assert.deepEqual(await ledger.unfinished(10), [{ scope: scope(), intent: { e164: N1, sid: 'PN1' } }]);
  });

  test('unfinished purchases are those that nobody works at, oldest first', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    const begin = async (key: string, e164: string) => {
      const { hold } = held(await ledger.claim(scope({ key }), 'f'));
      await ledger.reserve(hold, e164);
      return hold;
    };
    const first = await begin('k1', '+12135550111');
    advance(1);
    const bought = await begin('k2', '+12135550112');
    await ledger.bought(bought, 'PN2');
    await ledger.letGo(bought);
    await ledger.answer(await begin('answered', '+12135550113'), ANSWER);
    await ledger.unreserve(await begin('given up', '+12135550114'));
    const released = await begin('released', '+12135550115');
    await ledger.bought(released, 'PN5');
    await ledger.letGo(released);
    await ledger.forget('+12135550115');
    held(await ledger.claim(scope({ key: 'no purchase' }), 'f'));
    const running = await begin('running', '+12135550116');
    advance(LEASE_MS - 2);
    assert.deepEqual(await ledger.unfinished(10), []);
    advance(2);
    await ledger.renew(running);
    const expected = [
      { scope: scope({ key: 'k1' }), intent: { e164: '+12135550111' } },
      { scope: scope({ key: 'k2' }), intent: { e164: '+12135550112', sid: 'PN2' } },
    ];
    assert.deepEqual(await ledger.unfinished(10), expected);
    assert.deepEqual(await ledger.unfinished(1), expected.slice(0, 1));
    await ledger.answer(first, ANSWER);
    assert.deepEqual(await ledger.unfinished(10), expected.slice(1));
    advance(KEY_LIFETIME_MS);
    assert.deepEqual(await ledger.unfinished(10), []);
  });

  test('it answers when it is asked whether it is there', async () => {
    const { ledgers } = await open();
    for (const ledger of ledgers) await ledger.check();
  });
}
