// What dead and dripping endpoints cost the healthy ones: the time from the commit of an event to its arrival,
// with them and without them, in turns. Without them they answer like the others, so that there are as many
// events to write and to send: what is left as a difference is what hanging and failing does.
import { sql } from 'kysely';
import { percentile } from './support/figures.ts';
import { type Receivers, startReceivers } from './support/receivers.ts';
import type { BenchOptions, Section, SectionResult } from './support/section.ts';
import { openWorld } from './support/world.ts';

const FULL = {
  endpoints: { healthy: 70, dead: 20, dripping: 10 },
  backlog: { lanes: 100_000, eventsPerLane: 10 },
  /** Of the healthy ones together; the others get as many each. */
  eventsPerSecond: 140,
  seconds: 20,
  /** Breakers have opened by then; what happens before is reported apart. */
  warmUpSeconds: 20,
};
const QUICK: Sizes = {
  endpoints: { healthy: 14, dead: 4, dripping: 2 },
  backlog: { lanes: 1_000, eventsPerLane: 10 },
  eventsPerSecond: 70,
  seconds: 2,
  warmUpSeconds: 2,
};
/** What has not come so long after the last event was written counts as having taken that long. */
const GRACE_MS = 2_000;

type Sizes = typeof FULL;
type World = Awaited<ReturnType<typeof openWorld>>;

export const section: Section = {
  name: 'isolation',
  title: 'what dead and dripping endpoints cost the healthy ones, from commit to arrival',
  async run(options): Promise<SectionResult> {
    const world = await openWorld();
    const receivers = await startReceivers();
    try {
      return await measure(world, receivers, options);
    } finally {
      receivers.close();
      await world.close();
    }
  },
};

async function measure(world: World, receivers: Receivers, options: BenchOptions): Promise<SectionResult> {
  const sizes = options.quick ? QUICK : FULL;
  const endpoints = await addEndpoints(world, receivers, sizes);
  const [sunk = ''] = endpoints.dead;
  const owed = sizes.backlog.lanes * sizes.backlog.eventsPerLane;
  options.log(`${owed.toLocaleString('en-US')} events behind a dead endpoint: filling`);
  await world.fill(sunk, sizes.backlog.lanes, sizes.backlog.eventsPerLane);
  await world.database.transaction(async (tx) => {
    await sql`update webhook_endpoints set active = false where endpoint_id = ${sunk}`.execute(tx);
  });
  // What the filling leaves for the server to do later belongs to no measurement.
  await sql`vacuum analyze`.execute(world.owner);
  await sql`checkpoint`.execute(world.owner);

  const phase = emitter(world, receivers, endpoints, sizes);
  const taken: Record<'without' | 'first' | 'with', number[][]> = { without: [], first: [], with: [] };
  let missing = 0;
  const take = async (what: keyof typeof taken, seconds: number) => {
    const { latencies, late } = await phase(seconds);
    taken[what].push(latencies);
    missing += late;
    options.log(
      `${what}: ${latencies.length} events, p50 ${percentile(latencies, 50).toFixed(1)} ms, p99 ${percentile(latencies, 99).toFixed(1)} ms`,
    );
  };
  const dispatcher = await world.startDispatcher();
  try {
    for (let round = 0; round < options.rounds; round++) {
      await activate(world, receivers, endpoints, false);
      await phase(Math.min(3, sizes.warmUpSeconds));
      await take('without', sizes.seconds);
      await activate(world, receivers, endpoints, true);
      await take('first', sizes.warmUpSeconds);
      await take('with', sizes.seconds);
    }
  } finally {
    await dispatcher.stop();
  }
  const of = (what: keyof typeof taken, p: number) => taken[what].map((values) => percentile(values, p));
  const figure = (what: string, phaseOf: 'first' | 'with', p: number) => ({
    what: `${what}, p${p}`,
    unit: 'ms',
    ours: of(phaseOf, p),
    against: 'without',
    theirs: of('without', p),
  });
  return {
    figures: [
      { ...figure('healthy ones beside them', 'with', 99), goal: { atMost: 1.1 } },
      figure('healthy ones beside them', 'with', 50),
      figure('while breakers open', 'first', 99),
    ],
    plain: [
      {
        what: `not there ${GRACE_MS} ms after the last`,
        unit: 'events',
        values: [missing],
        goal: { atMost: 0 },
      },
    ],
    setting: [
      world.setting,
      `${sizes.endpoints.healthy} healthy, ${sizes.endpoints.dead} dead, ${sizes.endpoints.dripping} dripping endpoints; ` +
        `${owed.toLocaleString('en-US')} events behind a dead one; ${sizes.eventsPerSecond} events/s for the healthy ones, ${sizes.seconds} s a phase`,
    ],
    chart: {
      title: 'From commit to arrival at the healthy endpoints',
      unit: 'ms',
      series: (['without', 'with'] as const).map((what) => ({
        name: what === 'with' ? 'with dead and dripping ones' : 'without them',
        points: [50, 90, 99].map((p) => [`p${p}`, percentile(of(what, p), 50)] as const),
      })),
    },
  };
}

type Endpoints = Readonly<Record<keyof Sizes['endpoints'], readonly string[]>>;

async function addEndpoints(world: World, receivers: Receivers, sizes: Sizes): Promise<Endpoints> {
  const add = async (kind: keyof Sizes['endpoints']) => {
    const ids: string[] = [];
    for (let n = 0; n < sizes.endpoints[kind]; n++) {
      ids.push(await world.addEndpoint(`${receivers.urls[kind]}/${n}`));
    }
    return ids;
  };
  return { healthy: await add('healthy'), dead: await add('dead'), dripping: await add('dripping') };
}

/** Makes the bad endpoints bad or well; of what they were owed only the sunk one keeps its backlog. */
async function activate(
  world: World,
  receivers: Receivers,
  endpoints: Endpoints,
  bad: boolean,
): Promise<void> {
  const [sunk = ''] = endpoints.dead;
  await world.database.transaction(async (tx) => {
    await sql`update webhook_endpoints set active = ${bad}::boolean where endpoint_id = ${sunk}`.execute(tx);
  });
  for (const kind of ['dead', 'dripping'] as const) {
    const ids = endpoints[kind].filter((id) => id !== sunk);
    const base = receivers.urls[bad ? kind : 'healthy'];
    await world.database.transaction(async (tx) => {
      await sql`update webhook_endpoints set failures = 0, failing_since = null, held_until = null,
          url = ${base} || '/' || endpoint_id
          where endpoint_id = any(${ids}::text[])`.execute(tx);
      for (const table of ['lanes', 'deliveries']) {
        await sql`delete from ${sql.id(table)} where endpoint_id = any(${ids}::text[])`.execute(tx);
      }
    });
  }
}

/** What emits at a steady rate and answers how long each event of a healthy endpoint took, in ms. */
function emitter(world: World, receivers: Receivers, endpoints: Endpoints, sizes: Sizes) {
  const targets = [...endpoints.healthy, ...endpoints.dead, ...endpoints.dripping];
  const healthy = new Set(endpoints.healthy);
  const perSecond = (sizes.eventsPerSecond * targets.length) / endpoints.healthy.length;
  const sequences = new Map<string, number>();
  let turn = 0;
  return async (seconds: number): Promise<{ latencies: number[]; late: number }> => {
    await receivers.arrivals();
    const committed = new Map<string, number>();
    const open = new Set<Promise<void>>();
    const begun = performance.now();
    for (let n = 0; n < seconds * perSecond; n++) {
      const wait = begun + (n * 1_000) / perSecond - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const endpointId = targets[turn++ % targets.length] ?? '';
      const aggregateId = `agg_${endpointId}_${turn % 50}`;
      const sequence = (sequences.get(aggregateId) ?? 0) + 1;
      sequences.set(aggregateId, sequence);
      const work = world.emit(endpointId, aggregateId, sequence).then(({ eventId, atMs }) => {
        if (healthy.has(endpointId)) committed.set(eventId, atMs);
        open.delete(work);
      });
      open.add(work);
    }
    await Promise.all(open);
    await new Promise((resolve) => setTimeout(resolve, GRACE_MS));
    const arrived = await receivers.arrivals();
    return {
      latencies: [...committed].map(([id, atMs]) => Math.max(0, (arrived.get(id) ?? atMs + GRACE_MS) - atMs)),
      late: [...committed.keys()].filter((id) => !arrived.has(id)).length,
    };
  };
}
