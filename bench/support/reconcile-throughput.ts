import { startProcess } from '../../test/support/processes.ts';
import { median } from './figures.ts';
import type { BenchPostgres } from './postgres.ts';
import { runJob, startJob } from './reconcile-child.ts';
import { type Drained, drainRate } from './reconcile-drain.ts';
import { type Copy, type FilledDatabase, fillBrands } from './reconcile-fill.ts';
import { interleaved } from './rounds.ts';
import type { BenchOptions, Figure, Plain, SectionResult } from './section.ts';

export type Part = Pick<SectionResult, 'figures' | 'plain' | 'chart'>;

export const QUEUES = ['ours', 'pg-boss', 'graphile'] as const;
export type Queue = (typeof QUEUES)[number];
/** `pg-boss-pass`: our pass on their queue, 50 together; beside it ours is compared like with like. */
const WORKERS = [...QUEUES, 'pg-boss-pass'] as const;
type Worker = (typeof WORKERS)[number];

export const TITLES: Readonly<Record<Worker, string>> = {
  ours: 'ours',
  'pg-boss': 'pg-boss',
  graphile: 'graphile-worker',
  'pg-boss-pass': 'pg-boss with our pass',
};

export interface ThroughputSizes {
  readonly brands: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

const UNIT = '/s';

/** Aggregates a second of one worker process, with and without a transaction that pins the vacuum horizon. */
export async function measureThroughput(
  postgres: BenchPostgres,
  { quick, rounds, log }: BenchOptions,
  sizes: ThroughputSizes,
): Promise<Part> {
  const filled = await fillBrands(postgres, { count: sizes.brands, sent: true });
  const prepared = await prepare(filled);
  const drained = new Map<string, Drained[]>();
  const drain = (worker: Worker, pinned: boolean) => async () => {
    const { url, drop } = await filled.copy(prepared[worker]);
    const { brands: count, seconds, warmUpSeconds } = sizes;
    const options = { url, pinned, count, seconds, warmUpSeconds };
    const result = await drainRate(options, () => started(worker, url, filled));
    await drop();
    const key = keyOf(worker, pinned);
    drained.set(key, [...(drained.get(key) ?? []), result]);
    log(`reconcile: ${key}: ${result.perSecond.toFixed(0)} aggregates/s`);
    return result.perSecond;
  };
  // When quick, ours alone is looked at with the horizon pinned.
  const pinned: readonly Worker[] = quick ? ['ours'] : QUEUES;
  const rates = await interleaved(
    rounds,
    Object.fromEntries([
      ...WORKERS.map((worker) => [keyOf(worker, false), drain(worker, false)]),
      ...pinned.map((worker) => [keyOf(worker, true), drain(worker, true)]),
    ]),
  );
  await filled.close();

  const of = (worker: Worker, isPinned = false) => rates[keyOf(worker, isPinned)] ?? [];
  return {
    figures: figuresOf(of, pinned),
    plain: WORKERS.map((worker) => processorsOf(worker, drained.get(keyOf(worker, false)) ?? [])),
    chart: {
      title: 'Aggregates a second, one worker process',
      unit: UNIT,
      series: WORKERS.map((worker) => ({
        name: TITLES[worker],
        points: [
          ['free', median(of(worker))] as const,
          ...(pinned.includes(worker) ? [['vacuum horizon pinned', median(of(worker, true))] as const] : []),
        ],
      })),
    },
  };
}

/** For each of the others a copy with its tables and jobs. */
async function prepare(filled: FilledDatabase): Promise<Partial<Record<Worker, Copy>>> {
  const [pgBoss, graphile] = [await filled.copy(), await filled.copy()];
  await runJob({ do: 'prepare', peer: 'pg-boss', url: pgBoss.url });
  await runJob({ do: 'prepare', peer: 'graphile', url: graphile.url });
  return { 'pg-boss': pgBoss, 'pg-boss-pass': pgBoss, graphile };
}

async function started(worker: Worker, url: string, { encryptionKeys }: FilledDatabase) {
  switch (worker) {
    case 'ours':
      return startProcess({
        DATABASE_URL: url,
        ENCRYPTION_KEYS: encryptionKeys,
        ROLES: 'reconcile',
        FAKE_APPROVAL_DELAY_MS: '0',
        // What goes well is not logged, as in production.
        LOG_LEVEL: 'warn',
      });
    case 'pg-boss-pass':
      return startJob({ do: 'drainWithOurPass', url, encryptionKeys });
    default:
      return startJob({ do: 'drain', peer: worker, url });
  }
}

function figuresOf(of: (worker: Worker, pinned?: boolean) => number[], pinned: readonly Worker[]): Figure[] {
  const what = 'aggregates a second, whole pass';
  const whatPinned = 'the same, vacuum horizon pinned';
  const beside = (worker: Worker, isPinned = false) => ({
    what: isPinned ? whatPinned : what,
    unit: UNIT,
    ours: of('ours', isPinned),
    against: TITLES[worker],
    theirs: of(worker, isPinned),
  });
  return [
    { ...beside('pg-boss'), goal: { atLeast: 1 }, note: 'it writes 50 at a time, and no event' },
    beside('pg-boss-pass'),
    beside('graphile'),
    { what: whatPinned, unit: UNIT, ours: of('ours', true), against: 'not pinned', theirs: of('ours') },
    ...pinned.filter((worker) => worker !== 'ours').map((worker) => beside(worker, true)),
  ];
}

function processorsOf(worker: Worker, results: readonly Drained[]): Plain {
  const machine = median(results.map((result) => result.machine)).toFixed(2);
  return {
    what: `processors in use by the worker process, ${TITLES[worker]}`,
    unit: '',
    values: results.map((result) => result.worker),
    note: `${machine} in use by the whole machine`,
  };
}

function keyOf(worker: Worker, pinned: boolean): string {
  return pinned ? `${TITLES[worker]}, vacuum horizon pinned` : TITLES[worker];
}
