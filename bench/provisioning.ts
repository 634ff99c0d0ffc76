// How fast numbers are bought, with each ledger, against the provider's SDK alone.

import type { Span } from './support/closed-loop.ts';
import { median } from './support/figures.ts';
import { type Backend, openProvisioningWorld } from './support/provisioning-world.ts';
import { interleaved } from './support/rounds.ts';
import type { PurchaseReport } from './support/sdk-process.ts';
import type { Figure, Section } from './support/section.ts';

const WORKERS = 8;
/** Together well below the 1,360 numbers that the simulator sells, or a search would find ever fewer. */
const SPAN: Span = { of: 'requests', warmUp: 400, measured: 800 };
const QUICK_SPAN: Span = { of: 'requests', warmUp: 68, measured: 136 };

const SDK = 'the SDK: search, buy, configure';
const SDK_LOOKING = 'the SDK with the same look-ups';

export const section: Section = {
  name: 'provisioning',
  title: 'Buying numbers: POST /numbers',
  async run({ quick, rounds, log }) {
    const span = quick ? QUICK_SPAN : SPAN;
    const world = await openProvisioningWorld();
    try {
      const reports: Record<string, PurchaseReport[]> = {};
      const contender = (name: string, measure: () => Promise<PurchaseReport>) => async () => {
        const report = await measure();
        if (report.answered === 0) throw new Error(`${name}: ${report.firstError}`);
        if (report.errors > 0) log(`${name}: ${report.errors} errors, first ${report.firstError}`);
        log(`${name}: ${report.perSecond.toFixed(0)} purchases/s, p50 ${report.p50.toFixed(1)} ms`);
        reports[name] = [...(reports[name] ?? []), report];
        return report.perSecond;
      };
      const contenders: Record<string, () => Promise<number>> = {
        [SDK]: contender(SDK, () => world.sdk(false, WORKERS, span)),
        [SDK_LOOKING]: contender(SDK_LOOKING, () => world.sdk(true, WORKERS, span)),
      };
      for (const backend of world.backends) {
        contenders[backend] = contender(backend, () => world.service(backend, WORKERS, span));
      }
      const values = await interleaved(rounds, contenders);
      return {
        figures: world.backends.flatMap((backend) => figuresOf(backend, values, reports)),
        setting: [
          world.setting,
          `${WORKERS} purchases at a time by area code, ${span.measured} measured after ${span.warmUp}, each with a key of its own; ` +
            'simulator, service and client in processes of their own; a new service with an empty ledger each time',
          'the SDK alone buys in the client: no HTTP before it, no key, no record, nothing that a crash could not undo; ' +
            'it keeps its own HTTP client (axios, connections kept alive), the service uses undici below the same SDK',
          'two processes at work for the SDK, three for the service, and those of its ledger',
          'the service is still compiling its code while it is measured: its 3,000th purchase costs it a quarter less than its 800th',
          'the service asks the provider five times a purchase (its tag, the search, the number, the purchase, the webhooks), the SDK three times',
          ...(world.backends.includes('redis')
            ? ['redis: without persistence']
            : ['redis: not installed, left out']),
        ],
        chart: {
          title: `Purchases a second, ${WORKERS} at a time`,
          unit: '/s',
          series: Object.entries(values).map(([name, each]) => ({ name, points: [['', median(each)]] })),
        },
      };
    } finally {
      await world.close();
    }
  },
};

function figuresOf(
  backend: Backend,
  values: Readonly<Record<string, readonly number[]>>,
  reports: Readonly<Record<string, readonly PurchaseReport[]>>,
): Figure[] {
  const ours = values[backend] ?? [];
  const each = (name: string, field: 'p50' | 'cpuMs') => (reports[name] ?? []).map((report) => report[field]);
  const what = `purchases, ledger ${backend}`;
  return [
    { what, unit: '/s', ours, against: SDK, theirs: values[SDK] ?? [], goal: { atLeast: 0.8 } },
    { what, unit: '/s', ours, against: SDK_LOOKING, theirs: values[SDK_LOOKING] ?? [] },
    { what: `${what}, p50`, unit: 'ms', ours: each(backend, 'p50'), against: SDK, theirs: each(SDK, 'p50') },
    {
      what: `${what}, processor time of the process that buys`,
      unit: 'ms',
      ours: each(backend, 'cpuMs'),
      against: SDK_LOOKING,
      theirs: each(SDK_LOOKING, 'cpuMs'),
    },
  ];
}
