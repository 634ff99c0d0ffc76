// Resident size of each role, and of provisioning, under a steady load: how much, and whether it grows.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from './support/figures.ts';
import { openMemoryWorld } from './support/memory-world.ts';
import type { BenchOptions, Section, SectionResult } from './support/section.ts';

const FULL = { seconds: 600, sampleMs: 5_000 };
const QUICK = { seconds: 5, sampleMs: 1_000 };
const BUSINESSES_PER_SECOND = 5;
const READS_PER_SECOND = 5;
const PURCHASES_PER_SECOND = 20;
/** A registration at the provider has some twenty calls with a second between; more would only wait. */
const TWILIO_PER_SECOND = 1 / 25;
/** Growth is judged from the third of ten minutes to the last: before, caches and the heap find their size. */
const SETTLED = { from: 0.2, to: 0.3 };
const LAST = 0.9;
const LIMIT_MIB = 200;
const GROWTH = 1.1;
const KIB_PER_MIB = 1_024;

export const section: Section = {
  name: 'memory',
  title: 'resident size of each role under a steady load',
  async run(options): Promise<SectionResult> {
    // What has to end, newest first.
    const undo: (() => Promise<unknown>)[] = [];
    try {
      return await measure(options, undo);
    } finally {
      for (const end of undo) await end();
    }
  },
};

async function measure(options: BenchOptions, undo: (() => Promise<unknown>)[]): Promise<SectionResult> {
  const { seconds, sampleMs } = options.quick ? QUICK : FULL;
  const world = await openMemoryWorld(undo);
  options.log(`load for ${seconds} s`);
  const ended = new AbortController();
  const failures: unknown[] = [];
  const steadily = (perSecond: number, work: (n: number) => Promise<unknown>) =>
    paced(perSecond, ended.signal, work, failures);
  const loads = Promise.all([
    steadily(BUSINESSES_PER_SECOND, world.register),
    steadily(TWILIO_PER_SECOND, world.registerAtTwilio),
    steadily(PURCHASES_PER_SECOND, world.buyAndRelease),
    steadily(READS_PER_SECOND, world.read),
  ]);
  const samples = new Map(world.processes.map(({ name }) => [name, [] as number[]]));
  const begun = performance.now();
  while (performance.now() - begun < seconds * 1_000) {
    await sleep(sampleMs);
    for (const { name, pid } of world.processes) samples.get(name)?.push(await residentMiB(pid));
    await world.forgetArrivals();
  }
  ended.abort();
  const [businesses, atTwilio, bought, reads] = await loads;
  if (failures.length > 0) options.log(`${failures.length} failed, the first: ${String(failures[0])}`);

  const during = (values: readonly number[], from: number, to: number) =>
    values.slice(Math.floor(values.length * from), Math.ceil(values.length * to));
  return {
    figures: [...samples].map(([name, values]) => ({
      what: `${name}, last tenth of the time`,
      unit: 'MiB',
      ours: [percentile(during(values, LAST, 1), 50)],
      against: 'third tenth',
      theirs: [percentile(during(values, SETTLED.from, SETTLED.to), 50)],
      // Nothing has found its size after seconds.
      ...(options.quick ? {} : { goal: { atMost: GROWTH } }),
    })),
    plain: [
      ...[...samples].map(([name, values]) => ({
        what: `${name}, the most`,
        unit: 'MiB',
        values: [Math.max(...values)],
        goal: { atMost: LIMIT_MIB },
      })),
      // Work that fails is not the load that is meant.
      { what: 'work that failed', unit: 'pieces', values: [failures.length], goal: { atMost: 0 } },
    ],
    setting: [
      world.setting,
      'each process as `npm start` runs it; what exists at the fake provider is in reconcile; those on Twilio have a database and a simulator of their own, and so has provisioning, whose simulator forgets all each thousand purchases',
      `${seconds} s: ${businesses} businesses with brand, campaign and number, ${atTwilio} at the simulator, ${reads} looks at three pages, ${bought} numbers bought and released`,
    ],
    chart: {
      title: 'Resident size under load',
      unit: 'MiB',
      series: [...samples].map(([name, values]) => ({
        name,
        points: values.map((value, at) => [`${Math.round(((at + 1) * sampleMs) / 1_000)} s`, value] as const),
      })),
    },
  };
}

/** Begins so much work a second until it is told to end; answers how many were done. */
async function paced(
  perSecond: number,
  signal: AbortSignal,
  work: (n: number) => Promise<unknown>,
  failures: unknown[],
): Promise<number> {
  const open = new Set<Promise<void>>();
  const begun = performance.now();
  let done = 0;
  for (let n = 0; !signal.aborted; n++) {
    const one = work(n)
      .then(
        () => void done++,
        (error: unknown) => void failures.push(error),
      )
      .finally(() => open.delete(one));
    open.add(one);
    const wait = begun + ((n + 1) * 1_000) / perSecond - performance.now();
    // Cut short by the end.
    if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(open);
  return done;
}

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  if (kib === undefined) throw new Error(`process ${pid} is gone`);
  return Number(kib) / KIB_PER_MIB;
}
