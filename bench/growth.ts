// What the same work costs beside ten thousand, a hundred thousand and a million aggregates: one database each,
// measured by turns on one server.
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './support/figures.ts';
import { type GrownDatabase, openGrown } from './support/growth-world.ts';
import { startBenchPostgres } from './support/postgres.ts';
import { processSeconds } from './support/process-time.ts';
import type { BenchOptions, Figure, Plain, Section, SectionResult } from './support/section.ts';
import { startStatementCounter } from './support/statement-counter.ts';

const SIZES = [10_000, 100_000, 1_000_000];
const QUICK_SIZES = [1_000, 10_000];
const FLAT = { atMost: 1.25 };

export const section: Section = {
  name: 'growth',
  title: 'the same work beside more and more aggregates',
  async run(options): Promise<SectionResult> {
    const postgres = await startBenchPostgres();
    const grown: GrownDatabase[] = [];
    try {
      for (const size of options.quick ? QUICK_SIZES : SIZES) {
        options.log(`${size.toLocaleString('en-US')} aggregates: filling`);
        grown.push(await openGrown(postgres, size));
      }
      return await measure(grown, options, postgres.setting);
    } finally {
      for (const one of grown) await one.close();
      await postgres.stop();
    }
  },
};

async function measure(
  grown: readonly GrownDatabase[],
  options: BenchOptions,
  setting: string,
): Promise<SectionResult> {
  const repeats = options.quick ? 20 : 200;
  const [smallest] = grown;
  if (!smallest) throw new Error('there is nothing to compare with');
  const works: Readonly<Record<string, (one: GrownDatabase) => () => Promise<void>>> = {
    'claim of 32 aggregates, p50': (one) => one.claim,
    'POST /v1/brands, p50': (one) => one.accept,
    'page of 100 of GET /v1/events, p50': (one) => one.feedPage,
    'page of 50 of GET /v1/brands, p50': (one) => one.listPage,
    'GET readiness of a campaign, p50': (one) => one.readiness,
  };
  const figures: Figure[] = [];
  const series: { name: string; points: (readonly [string, number])[] }[] = [];
  for (const [what, workOf] of Object.entries(works)) {
    options.log(what);
    const taken = new Map(grown.map((one) => [one, [] as number[]]));
    for (let round = 0; round < options.rounds; round++) {
      const medians = await medianTimes(grown.map(workOf), repeats);
      for (const [n, one] of grown.entries()) taken.get(one)?.push(medians[n] ?? Number.NaN);
    }
    for (const one of grown.slice(1)) {
      figures.push({
        what: `${what}, at ${one.size.toLocaleString('en-US')}`,
        unit: 'ms',
        ours: taken.get(one) ?? [],
        against: nameOf(smallest),
        theirs: taken.get(smallest) ?? [],
        goal: FLAT,
      });
    }
    series.push({ name: what, points: grown.map((one) => [nameOf(one), median(taken.get(one) ?? [])]) });
  }
  options.log('idle workers');
  const plain: Plain[] = [];
  for (const [n, { statements, cpu }] of (await idle(grown, options.quick ? 2_000 : 20_000)).entries()) {
    const at = `idle worker at ${grown[n]?.size.toLocaleString('en-US')}`;
    plain.push({ what: `${at}, statements`, unit: '/s', values: [statements] });
    plain.push({ what: `${at}, CPU`, unit: '% of a core', values: [cpu] });
  }
  return {
    figures,
    plain,
    setting: [
      setting,
      `aggregates are brands, two events each; a hundred are due where claims are measured; ${repeats} times a round, by turns`,
    ],
    chart: { title: 'The same work beside more aggregates', unit: 'ms', series },
  };
}

function nameOf({ size }: GrownDatabase): string {
  return `${size.toLocaleString('en-US')} aggregates`;
}

/**
 * Milliseconds of each work, a piece of one after a piece of the other, so that what else the machine does meets all
 * alike; the first tenth warms up.
 */
async function medianTimes(works: readonly (() => Promise<void>)[], repeats: number): Promise<number[]> {
  const taken = works.map((work) => ({ work, times: [] as number[] }));
  for (let n = -Math.ceil(repeats / 10); n < repeats; n++) {
    for (const { work, times } of taken) {
      const begun = performance.now();
      await work();
      if (n >= 0) times.push(performance.now() - begun);
    }
  }
  return taken.map(({ times }) => median(times));
}

interface Idle {
  /** A second. */
  readonly statements: number;
  /** Percent of a core. */
  readonly cpu: number;
}

/** What workers with nothing due do, one on each database at the same time: so little that none disturbs another. */
async function idle(grown: readonly GrownDatabase[], ms: number): Promise<Idle[]> {
  for (const one of grown) await one.comeToRest();
  return Promise.all(grown.map((one) => idleOn(one, ms)));
}

async function idleOn(one: GrownDatabase, ms: number): Promise<Idle> {
  const counter = await startStatementCounter(one.url);
  try {
    const worker = await one.startWorker(counter.url);
    try {
      // What workers do when they start is no idling.
      await sleep(ms / 4);
      const look = async () => ({
        done: counter.count(),
        cpu: await processSeconds(worker.pid),
        at: performance.now(),
      });
      const before = await look();
      await sleep(ms);
      const after = await look();
      const seconds = (after.at - before.at) / 1_000;
      return {
        statements: (after.done - before.done) / seconds,
        cpu: (100 * (after.cpu - before.cpu)) / seconds,
      };
    } finally {
      await worker.stop();
    }
  } finally {
    await counter.close();
  }
}
