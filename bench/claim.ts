// How long a claim takes while a million events wait behind a dead endpoint, and without them.
// The time on the server is what the statements execute; the rest is planning, the way there and the row's parsing.
// npm run bench -- claim [--claims 200]
import { parseArgs } from 'node:util';
import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import { databaseClock } from '../src/platform/database/clock.ts';
import type { Database, Tx } from '../src/platform/database/database.ts';
import { createLaneClaimer } from '../src/platform/webhooks/delivery/claim.ts';
import { DEFAULT_DISPATCH_OPTIONS } from '../src/platform/webhooks/delivery/dispatch.ts';
import { releaseLanes } from '../src/platform/webhooks/delivery/settle.ts';
import { createSlots, type Share } from '../src/platform/webhooks/delivery/slots.ts';
import { ms, percentile } from './support/figures.ts';
import { openWorld } from './support/world.ts';

const BACKLOG = { lanes: 100_000, eventsPerLane: 10 };
/** Healthy endpoints with due lanes, enough that every claim finds the 32 that it may take. */
const HEALTHY = { endpoints: 64, lanes: 8, eventsPerLane: 2 };

/** The most that a claim may take, and what it takes of a service that is not behind. */
const CLAIM_SIZES = [32, 8, 1];

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { claims: { type: 'string', default: '200' } },
  allowPositionals: true,
});
const world = await openWorld();
const { executor } = world.database;
for (let n = 0; n < HEALTHY.endpoints; n++) {
  const endpointId = await world.addEndpoint(`http://127.0.0.1:1/${n}`);
  await world.fill(endpointId, HEALTHY.lanes, HEALTHY.eventsPerLane);
}
const dead = await world.addEndpoint('http://127.0.0.1:1/dead');
await measure('without the backlog');
await world.fill(dead, BACKLOG.lanes, BACKLOG.eventsPerLane);
// Nobody tells the planner: neither may the time depend on statistics that are out of date.
await measure('a million due, new', sql`failures = 0, held_until = null`);
await measure('a million due, half-open', sql`failures = 20, held_until = null`);
await measure('a million held', sql`failures = 20, held_until = clock_timestamp() + interval '1 hour'`);
const owner = world.owner;
await sql`vacuum analyze lanes`.execute(owner);
await measure('a million due, analysed', sql`failures = 0, held_until = null`);
await sql`update lanes set attempts = 1, due_at = clock_timestamp() + interval '1 hour' where endpoint_id = ${dead}`.execute(
  owner,
);
await measure('a million not due', sql`failures = 0, held_until = null`);
await world.close();

async function measure(what: string, deadIs?: RawBuilder<unknown>): Promise<void> {
  if (deadIs) {
    await sql`update webhook_endpoints set ${deadIs} where endpoint_id = ${dead}`.execute(executor);
  }
  for (const most of CLAIM_SIZES) await claims(`${what}, ${most} lanes`, most);
}

/** Claims and releases by turns, with a share as a process has it that has just begun. */
async function claims(what: string, most: number): Promise<void> {
  const claimer = createLaneClaimer(world.database, databaseClock, DEFAULT_DISPATCH_OPTIONS);
  const whole = createSlots(DEFAULT_DISPATCH_OPTIONS).share(performance.now());
  const share = { ...whole, lanes: Math.min(most, whole.lanes) };
  const took: number[] = [];
  const executed: number[] = [];
  let lanes = 0;
  for (let n = -20; n < Number(values.claims); n++) {
    const begun = performance.now();
    const claimed = await claimer.claim(share);
    if (n >= 0) {
      took.push(performance.now() - begun);
      lanes += claimed.lanes.length;
    }
    await releaseLanes(executor, claimed.lanes);
    if (n >= 0 && n % 4 === 0) executed.push(await executionOf(share));
  }
  console.log(
    `${what.padEnd(36)} p50 ${ms(percentile(took, 50))}, p99 ${ms(percentile(took, 99))}, max ${ms(Math.max(...took))}; ` +
      `on the server p50 ${ms(percentile(executed, 50))}, p99 ${ms(percentile(executed, 99))}; ` +
      `${(lanes / took.length).toFixed(1)} lanes a claim, ${took.length} claims`,
  );
}

/**
 * What the statements of a claim take on the server, planning and the way there left out, as EXPLAIN ANALYZE has
 * it. Each statement runs twice: once to be timed and taken back, once for the claimer to go on with.
 */
async function executionOf(share: Share): Promise<number> {
  let total = 0;
  const database: Database = {
    ...world.database,
    transaction: (work) =>
      world.database.transaction((tx) => {
        const timed = {
          getExecutor: () => {
            const inner = tx.getExecutor();
            return new Proxy(inner, {
              get(target, name) {
                const member: unknown = Reflect.get(target, name, target);
                if (name !== 'executeQuery')
                  return typeof member === 'function' ? member.bind(target) : member;
                return async (query: CompiledQuery) => {
                  total += await explained(tx, query);
                  return target.executeQuery(query);
                };
              },
            });
          },
        };
        return work(timed as unknown as Tx);
      }),
  };
  const claimer = createLaneClaimer(database, databaseClock, DEFAULT_DISPATCH_OPTIONS);
  const { lanes } = await claimer.claim(share);
  await releaseLanes(executor, lanes);
  return total;
}

async function explained(tx: Tx, query: CompiledQuery): Promise<number> {
  await sql`savepoint timed`.execute(tx);
  const { rows } = await tx.getExecutor().executeQuery<{ 'QUERY PLAN': [{ 'Execution Time': number }] }>({
    ...query,
    sql: `explain (analyze, timing off, format json) ${query.sql}`,
  });
  await sql`rollback to savepoint timed`.execute(tx);
  return rows[0]?.['QUERY PLAN'][0]['Execution Time'] ?? Number.NaN;
}
