// Ordered deliveries a second of one dispatch process to a local receiver, against what delivers the same bodies
// with the same client and the same signatures out of other queues; and how late events are at half of that.
// npm run bench -- delivery
import { REDIS_SERVER } from '../test/support/redis-server.ts';
import { BULLMQ_CONCURRENCY, openBullmq } from './support/delivery-bullmq.ts';
import {
  GRAPHILE_COMPLETE_DELAY_MS,
  GRAPHILE_CONCURRENCY,
  GRAPHILE_LOCAL_QUEUE,
  GRAPHILE_POLL_MS,
  openGraphile,
} from './support/delivery-graphile.ts';
import { compare, type Drained, type Latencies, latenciesAt, sizeOf } from './support/delivery-measure.ts';
import { openOurs } from './support/delivery-ours.ts';
import { startDeliveryReceiver } from './support/delivery-receiver.ts';
import { ENDPOINTS, type Workload } from './support/delivery-workload.ts';
import { median, ms } from './support/figures.ts';
import { startBenchPostgres } from './support/postgres.ts';
import type { BenchOptions, Figure, Plain, Section, SectionResult } from './support/section.ts';

interface Sizes {
  /** A backlog in every lane. */
  readonly deep: Workload;
  /** One event in every lane: each is claimed by itself. Left out of a quick run. */
  readonly shallow?: Workload;
  readonly latencySeconds: number;
}

const FULL: Sizes = {
  deep: { aggregates: 1_000, each: 20 },
  shallow: { aggregates: 10_000, each: 1 },
  latencySeconds: 20,
};
const QUICK: Sizes = {
  deep: { aggregates: 200, each: 10 },
  latencySeconds: 2,
};

interface Comparison {
  readonly of: Workload;
  /** By name of the contender. */
  readonly drained: ReadonlyMap<string, Drained>;
  readonly goals?: Goals | undefined;
}

/** Events that come one by one, at half of the rate at which a workload was delivered. */
interface Late {
  readonly of: Workload;
  readonly perSecond: number;
  readonly latencies: readonly Latencies[];
  readonly goals?: Goals | undefined;
}

/** Ratios that are wanted of ours to each peer; the p99 in ms. */
interface Goals {
  readonly bullmq: number;
  readonly graphile: number;
  readonly p99: number;
}

/** Where lanes have a backlog. */
const GOALS: Goals = { bullmq: 1, graphile: 3, p99: 250 };
const PEERS = {
  bullmq: 'BullMQ on Redis, unordered',
  graphile: 'graphile-worker, a queue for each aggregate',
};

export const section: Section = {
  name: 'delivery',
  title: 'Delivery: signed and in order to a local receiver, one dispatch process',
  run,
};

async function run(options: BenchOptions): Promise<SectionResult> {
  const sizes = options.quick ? QUICK : FULL;
  const closers: (() => Promise<void>)[] = [];
  const opened = async <T>(opening: Promise<T>, close: (it: T) => Promise<void>): Promise<T> => {
    const it = await opening;
    closers.unshift(() => close(it));
    return it;
  };
  try {
    const postgres = await opened(startBenchPostgres(), (it) => it.stop());
    const receiver = await opened(startDeliveryReceiver(), (it) => it.close());
    const ours = await opened(openOurs(postgres, receiver.url), (it) => it.close());
    const graphile = await opened(openGraphile(postgres, receiver.url), (it) => it.close());
    const contenders = {
      ours,
      ...(REDIS_SERVER === undefined
        ? {}
        : { bullmq: await opened(openBullmq(receiver.url), (it) => it.close()) }),
      graphile,
    };
    const all: Comparison[] = [];
    all.push({
      of: sizes.deep,
      drained: await compare(contenders, receiver, sizes.deep, options),
      goals: GOALS,
    });
    if (sizes.shallow) {
      all.push({ of: sizes.shallow, drained: await compare(contenders, receiver, sizes.shallow, options) });
    }
    const late: Late[] = [];
    for (const { of, drained, goals } of all) {
      const perSecond = median(drained.get('ours')?.perSecond ?? []) / 2;
      const latencies: Latencies[] = [];
      for (let round = 0; round < options.rounds; round++) {
        const load = { perSecond, seconds: sizes.latencySeconds, aggregates: sizes.deep.aggregates };
        const measured = await latenciesAt(ours, receiver, load);
        options.log(
          `  ${Math.round(perSecond)} a second: p50 ${ms(measured.p50)}, p99 ${ms(measured.p99)}, ${measured.processors.toFixed(1)} processors`,
        );
        latencies.push(measured);
      }
      late.push({ of, perSecond, latencies, goals });
    }
    return {
      figures: all.flatMap(figuresOf),
      plain: [...late.flatMap(lateness), ...orders(all)],
      setting: settingOf(postgres.setting),
      chart: {
        title: `Deliveries a second, ${sizeOf(sizes.deep)}`,
        unit: '/s',
        series: [...(all[0]?.drained ?? [])].map(([name, { perSecond: values }]) => ({
          name,
          points: values.map((value, round) => [`round ${round + 1}`, Math.round(value)] as const),
        })),
      },
    };
  } finally {
    for (const close of closers) await close();
  }
}

function figuresOf({ of, drained, goals }: Comparison): Figure[] {
  return (['bullmq', 'graphile'] as const).flatMap((name) => {
    const theirs = drained.get(name);
    if (!theirs) return [];
    return {
      what: `deliveries a second, ${sizeOf(of)}`,
      unit: '/s',
      ours: drained.get('ours')?.perSecond ?? [],
      against: PEERS[name],
      theirs: theirs.perSecond,
      ...(goals ? { goal: { atLeast: goals[name] } } : {}),
      note: `${median(theirs.inversions)} of theirs came behind a later one of their aggregate`,
    };
  });
}

function lateness({ of, perSecond, latencies, goals }: Late): Plain[] {
  const committed = median(latencies.map((measured) => measured.emitted));
  const processors = median(latencies.map((measured) => measured.processors)).toFixed(1);
  const note =
    `${Math.round(committed)} a second were committed, of ${Math.round(perSecond)} wanted; ` +
    `${processors} processors in use, those who write the events included`;
  return (['p50', 'p90', 'p99'] as const).map((name) => ({
    what: `commit to arrival at half of the rate of ${sizeOf(of)}, ${name}`,
    unit: 'ms',
    values: latencies.map((measured) => measured[name]),
    ...(goals && name === 'p99' ? { goal: { atMost: GOALS.p99 } } : {}),
    note,
  }));
}

/** Nothing was failing: ours must be in order, each event once. */
function orders(all: readonly Comparison[]): Plain[] {
  return (['inversions', 'duplicates'] as const).map((name) => ({
    what: `${name} of ours`,
    unit: '',
    values: all.flatMap(({ drained }) => drained.get('ours')?.[name] ?? []),
    goal: { atMost: 0 },
  }));
}

function settingOf(postgres: string): string[] {
  return [
    postgres,
    'receiver: a process that answers 204 at once, off bare sockets, the same for all',
    `ours: role dispatch as it comes, ${ENDPOINTS} endpoints, LOG_LEVEL error; it logs every attempt in the database`,
    REDIS_SERVER === undefined
      ? 'BullMQ: not measured, redis-server is not installed'
      : `BullMQ 6.7.0: concurrency ${BULLMQ_CONCURRENCY}, completed jobs removed, client redis (node-redis), Redis without persistence`,
    `graphile-worker 0.18.0: concurrency ${GRAPHILE_CONCURRENCY}, local queue ${GRAPHILE_LOCAL_QUEUE}, ` +
      `poll ${GRAPHILE_POLL_MS} ms, completed together after ${GRAPHILE_COMPLETE_DELAY_MS} ms, its statements on the same PostgreSQL`,
    'the peers keep no attempt log, open no sealed secret and look at no endpoint',
  ];
}
