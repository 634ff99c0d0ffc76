// What a worker process gets done, what it costs when there is nothing to do, and what it makes of the awkward
// cases, beside the two job queues on PostgreSQL that one would take instead. npm run bench -- reconcile

import { median } from './support/figures.ts';
import { type BenchPostgres, startBenchPostgres } from './support/postgres.ts';
import { runJob } from './support/reconcile-child.ts';
import { fillBrands } from './support/reconcile-fill.ts';
import type { HotFigures } from './support/reconcile-hot.ts';
import { oursKilled, pgBossKilled } from './support/reconcile-kill.ts';
import { measureThroughput, type Part, QUEUES, type Queue, TITLES } from './support/reconcile-throughput.ts';
import { interleaved } from './support/rounds.ts';
import type { BenchOptions, Plain, Section, SectionResult } from './support/section.ts';

const PEERS = ['pg-boss', 'graphile'] as const;
const FULL = { brands: 60_000, seconds: 8, warmUpSeconds: 2, scheduled: 1_000_000, polls: 300, bursts: 250 };
const QUICK = { brands: 1_500, seconds: 1, warmUpSeconds: 0.2, scheduled: 20_000, polls: 50, bursts: 10 };
type Sizes = typeof FULL;

/** Of the project: an idle poll costs no more than this, however many aggregates are scheduled. */
const IDLE_POLL_GOAL_MS = 0.5;

export const section: Section = {
  name: 'reconcile',
  title: 'Reconcile: the whole pass, one worker process',
  async run(options) {
    const sizes = options.quick ? QUICK : FULL;
    const postgres = await startBenchPostgres();
    try {
      const parts = await (options.quick ? atOnce : inTurn)([
        () => measureThroughput(postgres, options, sizes),
        () => measureIdle(postgres, options, sizes),
        () => measureHot(postgres, options, sizes),
        () => measureKill(postgres, options),
      ]);
      return joined(postgres, options, sizes, parts);
    } finally {
      await postgres.stop();
    }
  },
};

/** One look for due work when everything is scheduled for later. */
async function measureIdle(
  postgres: BenchPostgres,
  { rounds, log }: BenchOptions,
  { scheduled, polls }: Sizes,
): Promise<Part> {
  const urls: Partial<Record<Queue, string>> = {};
  for (const peer of QUEUES) {
    const url = await postgres.database(`reconcile_idle_${peer}`, peer === 'ours' ? 'migrated' : 'empty');
    await runJob({ do: 'schedule', peer, url, count: scheduled });
    urls[peer] = url;
  }
  const poll = (peer: Queue) => async () => {
    const took = await runJob<readonly number[]>({ do: 'idle', peer, url: urls[peer] ?? '', polls });
    return median(took);
  };
  const took = await interleaved(rounds, {
    ours: poll('ours'),
    'pg-boss': poll('pg-boss'),
    graphile: poll('graphile'),
  });
  log(`reconcile: idle poll measured over ${scheduled} scheduled aggregates`);
  const what = `idle poll, ${scheduled.toLocaleString('en')} scheduled, median`;
  return {
    plain: [{ what, unit: 'ms', values: took.ours, goal: { atMost: IDLE_POLL_GOAL_MS } }],
    figures: PEERS.map((peer) => ({
      what,
      unit: 'ms',
      ours: took.ours,
      against: TITLES[peer],
      theirs: took[peer],
    })),
  };
}

/** Triggers of a few keys that many ask for at once. */
async function measureHot(
  postgres: BenchPostgres,
  { rounds, log }: BenchOptions,
  { bursts }: Sizes,
): Promise<Part> {
  const figures: Record<Queue, HotFigures[]> = { ours: [], 'pg-boss': [], graphile: [] };
  for (let round = 0; round < rounds; round++) {
    for (const peer of QUEUES) {
      const from = peer === 'ours' ? 'migrated' : 'empty';
      const url = await postgres.database(`reconcile_hot_${peer}_${round}`, from);
      figures[peer].push(await runJob<HotFigures>({ do: 'hot', peer, url, bursts }));
    }
  }
  log(`reconcile: hot keys asked for in ${bursts} bursts`);
  const plain = QUEUES.flatMap((peer): Plain[] => {
    const mine = figures[peer];
    const turnedDown = median(mine.map((one) => one.turnedDown));
    return [
      {
        what: `triggers lost on hot keys, of ${mine[0]?.triggers ?? 0}, ${TITLES[peer]}`,
        unit: '',
        values: mine.map((one) => one.lost),
        ...(peer === 'ours' ? { goal: { atMost: 0 } } : {}),
        ...(turnedDown > 0 ? { note: `${turnedDown} calls stored no run` } : {}),
      },
      {
        what: `runs of one key at the same time, ${TITLES[peer]}`,
        unit: '',
        values: mine.map((one) => one.atOnce),
        ...(peer === 'ours' ? { goal: { atMost: 1 } } : {}),
      },
    ];
  });
  return { figures: [], plain };
}

/** How long an aggregate whose worker was killed waits for another one. */
async function measureKill(postgres: BenchPostgres, { quick, rounds, log }: BenchOptions): Promise<Part> {
  const filled = await fillBrands(postgres, { count: 1, sent: false });
  const what = 'kill -9 to running elsewhere';
  const unit = 's';
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push((await oursKilled(filled)) / 1_000);
    log(`reconcile: taken over after ${ours.at(-1)?.toFixed(1)} s`);
    if (quick) continue;
    theirs.push((await pgBossKilled(await postgres.database(`reconcile_kill_${round}`, 'empty'))) / 1_000);
  }
  await filled.close();
  const note = 'graphile-worker unlocks after 4 hours, which nobody waited for';
  if (quick) return { figures: [], plain: [{ what, unit, values: ours, note: 'peers left out when quick' }] };
  return { figures: [{ what, unit, ours, against: 'pg-boss, heartbeat 10 s', theirs, note }] };
}

function joined(
  postgres: BenchPostgres,
  { quick }: BenchOptions,
  sizes: Sizes,
  parts: readonly Part[],
): SectionResult {
  const chart = parts.find((part) => part.chart)?.chart;
  return {
    figures: parts.flatMap((part) => part.figures),
    plain: parts.flatMap((part) => part.plain ?? []),
    setting: [
      postgres.setting,
      `${sizes.brands} brands, each due once: its provider has vetted it; up to ${sizes.seconds} s after ${sizes.warmUpSeconds} s of warm-up; 10 connections for every contender`,
      'ours: the service with role reconcile and a provider in the process: claim as many as there are free slots (256), load them, open of each brand its sealed spec, ask, decide; then in one transaction for those that end together, 50 at most, write each status, append an event, look for campaigns to wake, store the next run',
      'pg-boss 12.35.0: 4 loops; fetch 50, then in one transaction one status write for all, complete, insert with startAfter; no load, no decision, no event',
      'pg-boss with our pass: fetch 50 in 4 loops; of each brand what ours does; then in one transaction for the 50 status, events, completion and next job; no spans, no metrics, no leases',
      'graphile-worker 0.18.0: local queue of 500, 24 jobs at once, completions in batches; status write and next job in one statement of the handler; no load, no decision, no event',
      'hot keys: 6 keys, 8 producers, each trigger in a transaction with the row that a run has to see; pg-boss policy short with singletonKey, graphile-worker with job_key',
      ...(quick ? [] : ['kill -9: lease of 12 s (ours); heartbeat of 10 s looked for each second (pg-boss)']),
    ],
    ...(chart ? { chart } : {}),
  };
}

type Measurements = readonly (() => Promise<Part>)[];

/** Only to see that they run. */
const atOnce = (measurements: Measurements) => Promise.all(measurements.map((measure) => measure()));

async function inTurn(measurements: Measurements): Promise<Part[]> {
  const parts: Part[] = [];
  for (const measure of measurements) parts.push(await measure());
  return parts;
}
