// A replay of many events whose dispatch process is killed twice: complete, in order, exactly what was selected?
// npm run bench -- replay [--events 100000] [--lanes 500] [--kills 2]
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { createReplay, getJob } from '../src/platform/webhooks/jobs/jobs.ts';
import { conservationOf } from '../src/platform/webhooks/upkeep/conservation.ts';
import { startReceivers } from './support/receivers.ts';
import { openWorld } from './support/world.ts';

const DEADLINE_MS = 15 * 60_000;

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    events: { type: 'string', default: '100000' },
    lanes: { type: 'string', default: '500' },
    kills: { type: 'string', default: '2' },
  },
  allowPositionals: true,
});
const kills = Number(values.kills);
const lanes = Number(values.lanes);
const each = Math.round(Number(values.events) / lanes);
const selected = lanes * each;

const world = await openWorld();
const receivers = await startReceivers();
const endpointId = await world.addEndpoint(`${receivers.urls.healthy}/replay`);
// As many again are not asked for: the first half of each lane is of before `since`.
await world.fill(endpointId, lanes, each * 2);
await world.database.transaction(async (tx) => {
  await sql`
    update deliveries set state = 'delivered', attempts = 1, settled_at = clock_timestamp(),
      created_at = created_at - case when sequence <= ${each} then interval '2 days' else interval '0' end
    where endpoint_id = ${endpointId}`.execute(tx);
  await sql`
    update events set created_at = created_at - interval '2 days'
    where aggregate_id like ${`${endpointId}%`} and sequence <= ${each}`.execute(tx);
  await sql`
    update lanes set depth = 0, settled_through = last_sequence, waiting_since = null, due_at = null
    where endpoint_id = ${endpointId}`.execute(tx);
});
const { rows: owed } = await sql<{ event_id: string; aggregate_id: string; sequence: number }>`
  select event_id, aggregate_id, sequence from deliveries where endpoint_id = ${endpointId}`.execute(
  world.database.executor,
);
const places = new Map(owed.map((row) => [row.event_id, row]));

let dispatcher = await world.startDispatcher();
const begun = performance.now();
const seconds = () => (performance.now() - begun) / 1_000;
const job = await world.database.tenantTransaction(world.tenantId, (tx) =>
  createReplay(tx, {
    tenantId: world.tenantId,
    endpointId,
    filter: { since: new Date(Date.now() - 86_400_000) },
    now: new Date(),
  }),
);
console.log(`${owed.length} events in ${lanes} lanes were delivered; ${job.selected} of them are selected`);

const first: string[] = [];
const seen = new Set<string>();
let requests = 0;
let killed = 0;
const downAt: number[] = [];
let state: string = job.state;
while (state === 'running' && performance.now() - begun < DEADLINE_MS) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (const [eventId] of await receivers.requests()) {
    requests++;
    if (seen.has(eventId)) continue;
    seen.add(eventId);
    first.push(eventId);
  }
  if (killed < kills && seen.size > (selected * (killed + 1)) / (kills + 1)) {
    killed++;
    await dispatcher.kill();
    downAt.push(seconds());
    console.log(`killed with ${seen.size} there, after ${seconds().toFixed(1)} s`);
    dispatcher = await world.startDispatcher();
  }
  state = (await getJob(world.database.executor, endpointId, job.jobId))?.state ?? 'gone';
}
const took = seconds();
const end = await getJob(world.database.executor, endpointId, job.jobId);

let disordered = 0;
const last = new Map<string, number>();
for (const eventId of first) {
  const { aggregate_id: aggregateId = '', sequence = 0 } = places.get(eventId) ?? {};
  if (sequence < (last.get(aggregateId) ?? 0)) disordered++;
  last.set(aggregateId, sequence);
}
const foreign = first.filter((eventId) => (places.get(eventId)?.sequence ?? 0) <= each).length;
const conserved = await conservationOf(world.database.executor, endpointId);
console.log(
  `job ${end?.state}: ${end?.processed} of ${end?.selected} put back, ${seen.size} different events came in ${took.toFixed(1)} s ` +
    `(${Math.round(seen.size / took)}/s with ${killed} kills in it)`,
);
console.log(
  `${requests - seen.size} came more than once, ${selected - (seen.size - foreign)} are missing, ` +
    `${foreign} were not selected, ${disordered} out of order; conservation ${conserved?.holds}`,
);
await dispatcher.stop();
receivers.close();
await world.close();
const good =
  seen.size === selected && foreign === 0 && disordered === 0 && conserved?.holds && end?.state === 'done';
process.exitCode = good ? 0 : 1;
