import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEY_LIFETIME_MS, LEASE_MS } from '../ports.ts';
import { ANSWER, held, N1, N2, refusesAll, type Subject, scope } from './conformance-subject.ts';

/** Who holds a key, for how long, and what everybody else is told (C6-C12). */
export function keepsKeys(open: () => Promise<Subject>): void {
  test('a new key is held, and running for everybody else until its lease ends', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    assert.equal(held(await ledger.claim(scope(), 'f')).resumed, false);
    advance(LEASE_MS - 1);
    assert.deepEqual(await ledger.claim(scope(), 'f'), { kind: 'running', retryAfterMs: 1 });
    advance(1);
    assert.equal(held(await ledger.claim(scope(), 'f')).resumed, true);
  });

  test('an answer is given again, to the letter', async () => {
    const { ledgers } = await open();
    const [ledger] = ledgers;
    const { hold } = held(await ledger.claim(scope(), 'f'));
    assert.equal(await ledger.answer(hold, ANSWER), true);
    assert.deepEqual(await ledger.claim(scope(), 'f'), { kind: 'answered', answer: ANSWER });
    assert.equal(await ledger.answer(hold, { ...ANSWER, status: 500 }), false);
    assert.deepEqual(await ledger.claim(scope(), 'f'), { kind: 'answered', answer: ANSWER });
  });

  test('another body is refused while the key runs, when it was let go, and when it is answered', async () => {
    const { ledgers } = await open();
    const [ledger] = ledgers;
    const first = held(await ledger.claim(scope(), 'f'));
    assert.deepEqual(await ledger.claim(scope(), 'g'), { kind: 'otherBody' });
    await ledger.letGo(first.hold);
    assert.deepEqual(await ledger.claim(scope(), 'g'), { kind: 'otherBody' });
    await ledger.answer(held(await ledger.claim(scope(), 'f')).hold, ANSWER);
    assert.deepEqual(await ledger.claim(scope(), 'g'), { kind: 'otherBody' });
  });

  test('the same key of another caller, method or path is another key', async () => {
    const { ledgers } = await open();
    const [ledger] = ledgers;
    const others = [
      scope(),
      scope({ caller: 'other' }),
      scope({ method: 'PUT' }),
      scope({ path: '/numbers/PN1' }),
      scope({ key: 'k2' }),
      // Where one part ends and the next begins is part of it.
      scope({ caller: 'tokenP', method: 'OST' }),
    ];
    for (const other of others) assert.equal((await ledger.claim(other, 'f')).kind, 'held');
  });

  test('a renewed lease ends later', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    const { hold } = held(await ledger.claim(scope(), 'f'));
    advance(LEASE_MS - 1);
    assert.equal(await ledger.renew(hold), true);
    advance(LEASE_MS - 1);
    assert.equal((await ledger.claim(scope(), 'f')).kind, 'running');
  });

  test('a holder that was late, but not replaced, goes on', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    const { hold } = held(await ledger.claim(scope(), 'f'));
    advance(LEASE_MS * 2);
    assert.equal(await ledger.renew(hold), true);
    assert.equal((await ledger.claim(scope(), 'f')).kind, 'running');
  });

  test('a holder that was replaced writes nothing', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    const { hold: former } = held(await ledger.claim(scope(), 'f'));
    await ledger.reserve(former, N1);
    advance(LEASE_MS);
    const { hold } = held(await ledger.claim(scope(), 'f'));
    await refusesAll(ledger, former);
    assert.equal((await ledger.claim(scope(), 'f')).kind, 'running');
    await ledger.letGo(hold);
    assert.deepEqual(held(await ledger.claim(scope(), 'f')).intent, { e164: N1 });
  });

  test('a holder that let go, or answered, writes nothing any more', async () => {
    const { ledgers } = await open();
    const [ledger] = ledgers;
    const { hold } = held(await ledger.claim(scope(), 'f'));
    await ledger.letGo(hold);
    await refusesAll(ledger, hold);
    const { hold: second } = held(await ledger.claim(scope(), 'f'));
    await ledger.answer(second, ANSWER);
    await refusesAll(ledger, second);
    assert.deepEqual(await ledger.claim(scope(), 'f'), { kind: 'answered', answer: ANSWER });
  });

  test('a key lives 24 hours from its first claim, and is a new one then', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    const { hold } = held(await ledger.claim(scope(), 'f'));
    await ledger.reserve(hold, N1);
    advance(1_000);
    await ledger.answer(hold, ANSWER);
    const unanswered = held(await ledger.claim(scope({ key: 'k2' }), 'f'));
    await ledger.reserve(unanswered.hold, N2);
    advance(KEY_LIFETIME_MS - 1_001);
    assert.equal((await ledger.claim(scope(), 'f')).kind, 'answered');
    advance(1);
    const again = held(await ledger.claim(scope(), 'another body'));
    assert.deepEqual([again.resumed, again.intent], [false, undefined]);
    advance(1_000);
    assert.equal(await ledger.renew(unanswered.hold), false);
    const other = held(await ledger.claim(scope({ key: 'k2' }), 'another body'));
    assert.deepEqual([other.resumed, other.intent], [false, undefined]);
  });

  test('a key that somebody works under outlives its 24 hours until he is done', async () => {
    const { ledgers, advance } = await open();
    const [ledger] = ledgers;
    await ledger.letGo(held(await ledger.claim(scope(), 'f')).hold);
    advance(KEY_LIFETIME_MS - 1);
    const { hold } = held(await ledger.claim(scope(), 'f'));
    await ledger.reserve(hold, N1);
    advance(LEASE_MS - 1);
    assert.equal((await ledger.claim(scope(), 'f')).kind, 'running');
    const other = held(await ledger.claim(scope({ key: 'k2' }), 'f'));
    assert.equal(await ledger.reserve(other.hold, N1), 'taken');
    assert.equal(await ledger.answer(hold, ANSWER), true);
    assert.equal(held(await ledger.claim(scope(), 'f')).resumed, false);
    assert.equal(await ledger.reserve(other.hold, N1), 'reserved');
  });
}
