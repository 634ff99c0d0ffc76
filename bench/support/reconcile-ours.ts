import { sql } from 'kysely';
import { pino } from 'pino';
import { databaseClock } from '../../src/platform/database/clock.ts';
import { openPostgres, openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { createClaimer } from '../../src/platform/queue/claim.ts';
import { enqueue, QUEUE_CHANNEL } from '../../src/platform/queue/enqueue.ts';
import { createReconcileLoop, DEFAULT_LOOP_OPTIONS } from '../../src/platform/reconcile/loop.ts';
import { CALL_DEADLINE_MS } from '../../src/registration/provider/observed.ts';
import type { OpenPeer } from './reconcile-peer.ts';

const RESOURCE = 'thing';
const TENANT = 'ten_bench';
const PIECE = 100_000;

/** As reconcile-peer.ts has it of the others: the queue alone, since the whole pass runs in the whole service. */
export const ours = {
  async schedule(url: string, count: number): Promise<void> {
    const owner = openPostgresOwner(url);
    for (let from = 0; from < count; from += PIECE) {
      await sql`
        insert into reconcile_queue (tenant_id, resource, aggregate_id, due_at, wakes)
        select ${TENANT}, ${RESOURCE}, 'key_' || n,
          clock_timestamp() + interval '1 hour' + n * interval '1 day' / ${count}::int, 1
        from generate_series(${from}::int, ${Math.min(count, from + PIECE) - 1}::int) n`.execute(owner);
    }
    await sql`vacuum analyze`.execute(owner);
    await owner.destroy();
  },

  async idle(url: string, polls: number): Promise<readonly number[]> {
    const database = openPostgres(url, { onError: () => {} });
    const claimer = createClaimer(database.executor, databaseClock, DEFAULT_LOOP_OPTIONS.leaseMs);
    const took: number[] = [];
    for (let n = 0; n < polls; n++) {
      const begun = performance.now();
      const claims = await claimer.claim(DEFAULT_LOOP_OPTIONS.slots);
      took.push(performance.now() - begun);
      if (claims.length > 0) throw new Error('a claim found work where none is due');
    }
    await database.close();
    return took;
  },

  async open(url: string, visit: (key: string) => Promise<void>): Promise<OpenPeer> {
    const database = openPostgres(url, { onError: () => {} });
    const loop = createReconcileLoop({
      database,
      clock: databaseClock,
      reconcilers: {
        [RESOURCE]: {
          async reconcile({ aggregateId }) {
            await visit(aggregateId);
            return { verdict: { kind: 'settled', recheckMs: 3_600_000 } };
          },
          // Nothing is learnt here that would have to be written.
          save: async () => [],
          stalled: async () => {},
        },
      },
      ledger: { hash: (text) => Buffer.from(text), callDeadlineMs: CALL_DEADLINE_MS },
      metrics: { pass: () => {}, fenced: () => {} },
      log: pino({ level: 'silent' }),
      random: Math.random,
      hintAfterSave: [],
    });
    const stop = new AbortController();
    const running = loop.run(stop.signal);
    return {
      async trigger(key) {
        await database.transaction(async (tx) => {
          await sql`insert into bench_triggers (key) values (${key})`.execute(tx);
          await enqueue(tx, databaseClock, { tenantId: TENANT, resource: RESOURCE, aggregateId: key });
        });
        database.hints.send(QUEUE_CHANNEL);
        return true;
      },
      async quiet() {
        const { rows } = await sql`select from reconcile_queue
          where lease_until is not null or due_at <= clock_timestamp() limit 1`.execute(database.executor);
        return rows.length === 0;
      },
      async close() {
        stop.abort();
        await running;
        await database.close();
      },
    };
  },
};
