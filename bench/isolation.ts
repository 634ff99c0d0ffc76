// What dead and dripping endpoints cost the healthy ones: the time from the commit of an event to its arrival,
// with them and without them, in turns in one run. Without them they answer like the others, so that there are
// as many events to write and to send: what is left as a difference is what hanging and failing does. npm run bench -- isolation [--seconds 20] [--rounds 3]
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { median, ms, percentile } from './support/figures.ts';
import { startReceivers } from './support/receivers.ts';
import { openWorld } from './support/world.ts';

const ENDPOINTS = { healthy: 70, dead: 20, dripping: 10 };
const BACKLOG = { lanes: 100_000, eventsPerLane: 10 };
/** Of the healthy ones together; the others get as many each. */
const EVENTS_PER_SECOND = 140;
/** Breakers have opened by then; what happens before is reported apart. */
const WARM_UP_SECONDS = 20;

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { seconds: { type: 'string', default: '20' }, rounds: { type: 'string', default: '3' } },
  allowPositionals: true,
});
const seconds = Number(values.seconds);
const world = await openWorld();
const receivers = await startReceivers();
const endpoints = new Map<string, string[]>();
for (const [kind, count] of Object.entries(ENDPOINTS)) {
  const base = receivers.urls[kind as keyof typeof ENDPOINTS];
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push(await world.addEndpoint(`${base}/${n}`));
  endpoints.set(kind, ids);
}
console.log(`a million events behind a dead endpoint: filling`);
const [sunk = ''] = endpoints.get('dead') ?? [];
await world.fill(sunk, BACKLOG.lanes, BACKLOG.eventsPerLane);
await world.database.transaction(async (tx) => {
  await sql`update webhook_endpoints set active = false where endpoint_id = ${sunk}`.execute(tx);
});
// What the filling leaves for the server to do later belongs to no measurement.
await sql`vacuum analyze`.execute(world.owner);
await sql`checkpoint`.execute(world.owner);
const sequences = new Map<string, number>();
let turn = 0;

const dispatcher = await world.startDispatcher();
const results: Record<string, number[][]> = { without: [], with: [], first: [] };
for (let round = 1; round <= Number(values.rounds); round++) {
  await activate(false);
  await phase(3);
  await report('without', await phase(seconds), round);
  await activate(true);
  await report('first', await phase(WARM_UP_SECONDS), round);
  await report('with', await phase(seconds), round);
}
await dispatcher.stop();
receivers.close();
await world.close();
const p99 = (what: string) => median((results[what] ?? []).map((latencies) => percentile(latencies, 99)));
const p50 = (what: string) => median((results[what] ?? []).map((latencies) => percentile(latencies, 50)));
for (const what of ['first', 'with']) {
  console.log(
    `${what.padEnd(7)} p50 ${ms(p50(what))}, p99 ${ms(p99(what))}; without p50 ${ms(p50('without'))}, p99 ${ms(p99('without'))}; ` +
      `ratio of p50 ${(p50(what) / p50('without')).toFixed(2)}, of p99 ${(p99(what) / p99('without')).toFixed(2)}`,
  );
}

/** Makes the bad endpoints bad or well; of what they were owed only the sunk one keeps its backlog. */
async function activate(bad: boolean): Promise<void> {
  await world.database.transaction(async (tx) => {
    await sql`update webhook_endpoints set active = ${bad}::boolean where endpoint_id = ${sunk}`.execute(tx);
  });
  for (const kind of ['dead', 'dripping'] as const) {
    const ids = (endpoints.get(kind) ?? []).filter((id) => id !== sunk);
    const base = receivers.urls[bad ? kind : 'healthy'];
    await world.database.transaction(async (tx) => {
      await sql`update webhook_endpoints set failures = 0, failing_since = null, held_until = null,
          url = ${base} || '/' || endpoint_id
          where endpoint_id = any(${ids}::text[])`.execute(tx);
      for (const table of ['lanes', 'deliveries']) {
        await sql`delete from ${sql.id(table)}
          where endpoint_id = any(${ids}::text[])`.execute(tx);
      }
    });
  }
}

/** Emits at a steady rate and answers how long each event of a healthy endpoint took, in ms. */
async function phase(forSeconds: number): Promise<number[]> {
  await receivers.arrivals();
  const targets = [...endpoints.values()].flat();
  const healthy = new Set(endpoints.get('healthy'));
  const perSecond = (EVENTS_PER_SECOND * targets.length) / ENDPOINTS.healthy;
  const committed = new Map<string, number>();
  const begun = performance.now();
  const open = new Set<Promise<void>>();
  for (let n = 0; n < forSeconds * perSecond; n++) {
    const wait = begun + (n * 1_000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const endpointId = targets[turn++ % targets.length] ?? '';
    const aggregateId = `agg_${endpointId}_${turn % 50}`;
    const sequence = (sequences.get(aggregateId) ?? 0) + 1;
    sequences.set(aggregateId, sequence);
    const work = world.emit(endpointId, aggregateId, sequence).then(({ eventId, atMs }) => {
      if (healthy.has(endpointId)) committed.set(eventId, atMs);
    });
    open.add(work);
    void work.finally(() => open.delete(work));
  }
  await Promise.all(open);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const arrived = await receivers.arrivals();
  const missing = [...committed.keys()].filter((id) => !arrived.has(id));
  if (missing.length > 0) console.log(`  ${missing.length} of ${committed.size} not there after 2 s`);
  return [...committed].map(([id, atMs]) => Math.max(0, (arrived.get(id) ?? atMs + 2_000) - atMs));
}

async function report(what: string, latencies: number[], round: number): Promise<void> {
  results[what]?.push(latencies);
  console.log(
    `round ${round} ${what.padEnd(7)} ${latencies.length} events, p50 ${ms(percentile(latencies, 50))}, ` +
      `p90 ${ms(percentile(latencies, 90))}, p99 ${ms(percentile(latencies, 99))}, max ${ms(Math.max(...latencies))}`,
  );
}
