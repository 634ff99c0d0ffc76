import { Gauge, type Registry } from 'prom-client';

/** One value of a gauge, with its labels. */
export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Gauges that one look at the database fills, by their Prometheus names. */
export interface CollectedGauges<Name extends string> {
  /** What is looked at; label of the error counter. */
  readonly source: string;
  readonly gauges: Readonly<Record<Name, { readonly help: string; readonly labels?: readonly string[] }>>;
  collect(): Promise<Readonly<Record<Name, readonly Sample[]>>>;
}

export interface CollectOptions {
  readonly registry: Registry;
  /** Told of every look that failed or took too long; the families then have no samples, which alerts see. */
  onError(source: string, error: unknown): void;
  /** Monotonic milliseconds. */
  readonly nowMs?: () => number;
}

/** A scrape has 10 s by default; a slow database must cost it a family, not the whole answer. */
export const COLLECT_DEADLINE_MS = 2_000;
/** Scrapers come every 15 s or so, but anybody may call the route: he gets what was seen last. */
export const COLLECT_CACHE_MS = 10_000;

/**
 * Registers gauges whose values are asked for at scrape: at most one look at a time, each with a deadline,
 * its result or its failure kept for a while. A look that fails never fails the scrape.
 */
export function registerCollected<Name extends string>(
  spec: CollectedGauges<Name>,
  { registry, onError, nowMs = () => performance.now() }: CollectOptions,
): void {
  let looking: Promise<unknown> | undefined;
  let seen: Promise<Readonly<Record<Name, readonly Sample[]>> | undefined> | undefined;
  let seenAtMs = 0;

  const look = async () => {
    if (looking) throw new Error('the look before it is still under way');
    // Through a promise, so that a source that throws at once is a failed look as well.
    const under = Promise.resolve().then(() => spec.collect());
    looking = under;
    const free = () => {
      looking = undefined;
    };
    under.then(free, free);
    return await withDeadline(under, COLLECT_DEADLINE_MS);
  };
  const current = () => {
    if (!seen || nowMs() - seenAtMs >= COLLECT_CACHE_MS) {
      seenAtMs = nowMs();
      seen = look().catch((error: unknown) => {
        onError(spec.source, error);
        return undefined;
      });
    }
    return seen;
  };

  for (const name of namesOf(spec.gauges)) {
    const { help, labels = [] } = spec.gauges[name];
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect: async () => {
        const samples = (await current())?.[name] ?? [];
        gauge.reset();
        // A gauge without labels starts at 0, which would be a lie while nothing is known.
        if (labels.length === 0) gauge.remove();
        for (const sample of samples) gauge.set({ ...sample.labels }, sample.value);
      },
    });
  }
}

function namesOf<Name extends string>(record: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(record) as Name[];
}

async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
