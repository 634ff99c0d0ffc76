import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { eachDatabase, testClock } from '../../../test/support/database.ts';
import type { NumberRegistration } from '../ports.ts';
import { numberRegistrations, recordNumberRegistration } from './number-registrations.ts';

const at = (seconds: number) => new Date(Date.parse('2026-01-05T12:00:00Z') + seconds * 1_000);
const REASON = 'https://www.twilio.com/docs/api/errors/30126';

eachDatabase('registrations of numbers', (open) => {
  const setUp = async () => {
    const { database } = await open();
    const clock = testClock();
    const record = (sid: string, registration: NumberRegistration) =>
      database.transaction((tx) => recordNumberRegistration(tx, clock, sid, registration));
    const read = numberRegistrations(database.executor);
    const of = (sid: string, service = 'MG1') => read.of(sid, service);
    return { database, record, of };
  };

  test('what was never told of is unknown, and what was is read as it was told', async () => {
    const { record, of } = await setUp();
    assert.equal(await of('PN1'), undefined);
    const failed = { status: 'failed', reasonUrl: REASON, at: at(1) } as const;
    assert.equal(await record('PN1', failed), true);
    assert.deepEqual(await of('PN1'), failed);
    assert.equal(await of('PN2'), undefined);
  });

  test('the newest event wins, whatever order they come in', async () => {
    const { database, record, of } = await setUp();
    const events: readonly NumberRegistration[] = [
      { status: 'pending', at: at(1) },
      { status: 'failed', reasonUrl: REASON, at: at(2) },
      { status: 'pending', at: at(3) },
      { status: 'registered', at: at(4) },
    ];
    const order = fc.shuffledSubarray([...events], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(order, async (given) => {
        await sql`delete from number_registrations`.execute(database.executor);
        for (const event of given) await record('PN1', event);
        assert.deepEqual(await of('PN1'), given.toSorted((a, b) => b.at.getTime() - a.at.getTime())[0]);
      }),
      { numRuns: 20 },
    );
  });

  test('of two at the same moment the one that says how it ended wins, and the first of two endings', async () => {
    const { record, of } = await setUp();
    await record('PN1', { status: 'registered', at: at(1) });
    assert.equal(await record('PN1', { status: 'pending', at: at(1) }), false);
    assert.equal(await record('PN1', { status: 'failed', at: at(1) }), false);
    await record('PN2', { status: 'pending', at: at(1) });
    assert.equal(await record('PN2', { status: 'registered', at: at(1) }), true);
    assert.deepEqual([(await of('PN1'))?.status, (await of('PN2'))?.status], ['registered', 'registered']);
  });

  test('what is told of one messaging service hides nothing of another, and is read for no other', async () => {
    const { record, of } = await setUp();
    const there = { status: 'registered', messagingServiceSid: 'MG1', at: at(2) } as const;
    const here = { status: 'pending', messagingServiceSid: 'MG2', at: at(1) } as const;
    assert.equal(await record('PN1', there), true);
    assert.equal(await of('PN1', 'MG2'), undefined);
    assert.equal(await record('PN1', here), true, 'older than what is known of another service');
    assert.deepEqual([await of('PN1', 'MG1'), await of('PN1', 'MG2')], [there, here]);
    assert.equal(await of('PN1', 'MG3'), undefined);
  });

  test('an event that names no service counts for each of them, as long as it is the newest', async () => {
    const { record, of } = await setUp();
    const unnamed = { status: 'pending', at: at(2) } as const;
    await record('PN1', { status: 'registered', messagingServiceSid: 'MG1', at: at(1) });
    await record('PN1', unnamed);
    assert.deepEqual([await of('PN1', 'MG1'), await of('PN1', 'MG2')], [unnamed, unnamed]);
    const newer = { status: 'registered', messagingServiceSid: 'MG1', at: at(2) } as const;
    await record('PN1', newer);
    assert.deepEqual(
      await of('PN1', 'MG1'),
      newer,
      'of two at the same moment the one that says how it ended',
    );
  });

  test('a newer event without a reason leaves no old reason behind', async () => {
    const { record, of } = await setUp();
    await record('PN1', { status: 'failed', reasonUrl: REASON, at: at(1) });
    await record('PN1', { status: 'registered', at: at(2) });
    assert.deepEqual(await of('PN1'), { status: 'registered', at: at(2) });
  });
});
