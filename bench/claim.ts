// How long a claim takes while a million events wait behind a dead endpoint, and without them.
// npm run bench -- claim [--claims 200]
import { parseArgs } from 'node:util';
import { type RawBuilder, sql } from 'kysely';
import { databaseClock } from '../src/platform/database/clock.ts';
import { createLaneClaimer } from '../src/platform/webhooks/claim.ts';
import { DEFAULT_DISPATCH_OPTIONS } from '../src/platform/webhooks/dispatch.ts';
import { releaseLanes } from '../src/platform/webhooks/settle.ts';
import { createSlots } from '../src/platform/webhooks/slots.ts';
import { ms, percentile } from './support/figures.ts';
import { openWorld } from './support/world.ts';

const BACKLOG = { lanes: 100_000, eventsPerLane: 10 };
/** Healthy endpoints with due lanes, enough that every claim finds the 64 that it may take. */
const HEALTHY = { endpoints: 64, lanes: 8, eventsPerLane: 2 };

/** The most that a claim may take, and what it takes of a service that is not behind. */
const CLAIM_SIZES = [64, 8, 1];

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
  let lanes = 0;
  for (let n = -20; n < Number(values.claims); n++) {
    const begun = performance.now();
    const claimed = await claimer.claim(share);
    if (n >= 0) {
      took.push(performance.now() - begun);
      lanes += claimed.lanes.length;
    }
    await releaseLanes(executor, claimed.lanes);
  }
  console.log(
    `${what.padEnd(36)} p50 ${ms(percentile(took, 50))}, p99 ${ms(percentile(took, 99))}, max ${ms(Math.max(...took))}, ` +
      `${(lanes / took.length).toFixed(1)} lanes a claim, ${took.length} claims`,
  );
}
