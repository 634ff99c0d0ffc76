// How fast a write is accepted, against the same statements without what makes it an API, and in pgbench.

import { type AcceptWorld, type Endpoint, openAcceptWorld, POOL_SIZE } from './support/accept-world.ts';
import { median } from './support/figures.ts';
import { type LoadReport, load } from './support/load.ts';
import { type PgbenchReport, pgbenchVersion, runPgbench } from './support/pgbench.ts';
import { interleaved } from './support/rounds.ts';
import type { BenchOptions, Figure, Plain, Section } from './support/section.ts';

const CONNECTIONS = 32;
/** Long enough that the compiler has settled and a checkpoint more or less shows in no round alone. */
const SPAN = { of: 'seconds', warmUp: 5, measured: 15 } as const;
const QUICK_SPAN = { of: 'seconds', warmUp: 1, measured: 2 } as const;
const CREATED = 201;

interface Measured {
  readonly ours: readonly LoadReport[];
  readonly bare: readonly LoadReport[];
  readonly pgbench: readonly PgbenchReport[];
}

export const section: Section = {
  name: 'accept',
  title: 'Accepting a write: POST /v1/brands and POST /v1/campaigns',
  async run(options) {
    const version = await pgbenchVersion();
    const world = await openAcceptWorld();
    try {
      const span = options.quick ? QUICK_SPAN : SPAN;
      const measure = (endpoint: Endpoint) => measured(world, endpoint, options, version !== undefined);
      const brands = await measure(world.brands);
      const campaigns = await measure(world.campaigns);
      return {
        figures: [...figuresOf(world.brands, brands), ...figuresOf(world.campaigns, campaigns)],
        plain: [tailOf(world.brands, brands), tailOf(world.campaigns, campaigns)],
        setting: [
          world.setting,
          `${CONNECTIONS} connections in a closed loop from a process of their own, each request with a key of its own; ` +
            `${span.warmUp} s to warm up, ${span.measured} s measured; one api process with a pool of ${POOL_SIZE}`,
          `bare: Fastify and pg with a pool of ${POOL_SIZE}, ${statements(world.brands)} for a brand, ${statements(world.campaigns)} ` +
            'for a campaign as the service itself executes them, begin and commit besides, each after the answer of the last; ' +
            'nothing validated, sealed, hashed or logged; as superuser',
          version === undefined
            ? 'pgbench: not installed, left out'
            : `${version}: the same statements over ${POOL_SIZE} connections, extended protocol`,
        ],
        chart: {
          title: `Writes accepted a second, ${CONNECTIONS} connections`,
          unit: '/s',
          series: [
            { name: 'a2p', points: points(brands.ours, campaigns.ours) },
            { name: 'bare Fastify handler', points: points(brands.bare, campaigns.bare) },
            { name: 'pgbench', points: points(brands.pgbench, campaigns.pgbench) },
          ],
        },
      };
    } finally {
      await world.close();
    }
  },
};

/** `{{n}}` of the next load: no tax id is sent twice. */
let next = 1;

async function measured(
  world: AcceptWorld,
  endpoint: Endpoint,
  { quick, rounds, log }: BenchOptions,
  withPgbench: boolean,
): Promise<Measured> {
  const { path, prefix, transaction, callers } = endpoint;
  const span = quick ? QUICK_SPAN : SPAN;
  const ours: LoadReport[] = [];
  const bare: LoadReport[] = [];
  const pgbench: PgbenchReport[] = [];
  const loaded = async (base: string, reports: LoadReport[], name: string) => {
    const order = { connections: CONNECTIONS, callers, expected: CREATED, span, from: next };
    const report = await load({ ...order, url: base + path });
    next = report.next;
    if (report.answered === 0) throw new Error(`${name} ${path}: ${report.firstError}`);
    if (report.errors > 0) log(`${name} ${path}: ${report.errors} errors, first ${report.firstError}`);
    reports.push(report);
    log(`${name} ${path}: ${report.perSecond.toFixed(0)}/s, p50 ${report.p50.toFixed(1)} ms`);
    return report.perSecond;
  };
  const contenders: Record<string, () => Promise<number>> = {
    ours: () => loaded(world.service.url, ours, 'a2p'),
    bare: () => loaded(world.bareUrl, bare, 'bare'),
    ...(withPgbench
      ? {
          pgbench: async () => {
            const order = { databaseUrl: world.pgbenchUrl, clients: POOL_SIZE, seconds: span.measured };
            const report = await runPgbench({ ...order, prefix, transaction });
            pgbench.push(report);
            log(`pgbench ${path}: ${report.perSecond.toFixed(0)}/s`);
            return report.perSecond;
          },
        }
      : {}),
  };
  await interleaved(rounds, contenders);
  return { ours, bare, pgbench };
}

function figuresOf({ path }: Endpoint, { ours, bare, pgbench }: Measured): Figure[] {
  const against = 'bare Fastify handler';
  const pick = (reports: readonly PgbenchReport[], what: 'perSecond' | 'p50' | 'p99') =>
    reports.map((report) => report[what]);
  return [
    {
      what: `POST ${path}`,
      unit: '/s',
      ours: pick(ours, 'perSecond'),
      against,
      theirs: pick(bare, 'perSecond'),
      goal: { atLeast: 0.6 },
    },
    { what: `POST ${path}, p50`, unit: 'ms', ours: pick(ours, 'p50'), against, theirs: pick(bare, 'p50') },
    { what: `POST ${path}, p99`, unit: 'ms', ours: pick(ours, 'p99'), against, theirs: pick(bare, 'p99') },
    ...(pgbench.length === 0
      ? []
      : [
          {
            what: `POST ${path}`,
            unit: '/s',
            ours: pick(ours, 'perSecond'),
            against: 'pgbench',
            theirs: pick(pgbench, 'perSecond'),
          },
        ]),
  ];
}

/** p99 over p50 of the same round. */
function tailOf({ path }: Endpoint, { ours }: Measured): Plain {
  return {
    what: `POST ${path}, p99 over its p50`,
    unit: 'x',
    values: ours.map(({ p50, p99 }) => p99 / p50),
    goal: { atMost: 3 },
  };
}

function points(...reports: readonly (readonly PgbenchReport[])[]): (readonly [string, number])[] {
  const names = ['POST /v1/brands', 'POST /v1/campaigns'];
  return reports.flatMap((rounds, at) => {
    const value = median(rounds.map(({ perSecond }) => perSecond));
    return rounds.length === 0 ? [] : [[names[at] ?? '', value] as const];
  });
}

function statements({ transaction }: Endpoint): string {
  return `${transaction.statements.length} statements (${transaction.leftOut} left out)`;
}
