import type { Logger } from 'pino';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '../../database/database.ts';
import { periodic } from '../../periodic.ts';
import type { Worker } from '../../supervisor.ts';
import { type Conservation, conservation } from './conservation.ts';

/** Reads every delivery of the window, so it is rare; what it guards against is a bug, not a state of load. */
const EVERY_MS = 15 * 60_000;

export interface ConservationReport {
  readonly checkedAt: Date;
  /** Endpoints for which the figures do not add up. */
  readonly violations: number;
  /** Sums over all endpoints. */
  readonly totals: Figures;
  /** The endpoints to look at, at most as many as asked for: violated ones, then most pending and dead. */
  worst(count: number): readonly Conservation[];
}

export type Figures = Pick<Conservation, 'accepted' | 'delivered' | 'pending' | 'dead' | 'skipped'>;

export interface ConservationCheck extends Worker {
  runOnce(signal?: AbortSignal): Promise<ConservationReport | undefined>;
  /** The last whole check; undefined before the first. */
  last(): ConservationReport | undefined;
}

/** Looks now and then whether anything vanished, logs where it did, and keeps the figures for whoever scrapes. */
export function createConservationCheck(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly everyMs?: number;
}): ConservationCheck {
  const { database, clock, log, everyMs = EVERY_MS } = deps;
  let last: ConservationReport | undefined;

  async function runOnce(signal?: AbortSignal): Promise<ConservationReport | undefined> {
    const endpoints = await conservation(database.executor, signal);
    if (signal?.aborted) return undefined;
    for (const { holds, ...figures } of endpoints) {
      if (!holds) log.error(figures, 'conservation:endpoint:violated');
    }
    last = reportOf(endpoints, clock.now());
    return last;
  }

  return {
    name: 'conservation',
    runOnce,
    last: () => last,
    run: (signal) =>
      periodic('conservation', everyMs, log, async () => {
        await runOnce(signal);
      }).run(signal),
  };
}

function reportOf(endpoints: readonly Conservation[], checkedAt: Date): ConservationReport {
  const sum = (name: keyof Figures) => endpoints.reduce((total, figures) => total + figures[name], 0);
  const byNeed = endpoints.toSorted(
    (a, b) => Number(a.holds) - Number(b.holds) || b.pending + b.dead - (a.pending + a.dead),
  );
  return {
    checkedAt,
    violations: endpoints.filter(({ holds }) => !holds).length,
    totals: {
      accepted: sum('accepted'),
      delivered: sum('delivered'),
      pending: sum('pending'),
      dead: sum('dead'),
      skipped: sum('skipped'),
    },
    worst: (count) => byNeed.slice(0, count),
  };
}
