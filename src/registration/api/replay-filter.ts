import { type FieldError, invalid } from '#kernel/problem.ts';
import type { ReplayFilter } from '#platform/webhooks/jobs/selection.ts';
import { WINDOW_DAYS, windowStart } from '#platform/webhooks/upkeep/window.ts';
import type { Schemas } from '../contract.gen.ts';

/**
 * What a replay was asked for, as the mechanism takes it. Throws Problem 422 for what can select nothing: times that
 * are no longer kept or in the wrong order, and sequences that say nothing without their aggregate.
 */
export function replayFilter(asked: Omit<Schemas['ReplayRequest'], 'dryRun'>, now: Date): ReplayFilter {
  const { since: from, until: to, ...others } = asked;
  const since = from === undefined ? undefined : new Date(from);
  const until = to === undefined ? undefined : new Date(to);
  const { aggregateId, fromSequence, toSequence } = others;
  const start = windowStart(now);
  const faults: FieldError[] = [];
  if (since && since < start) faults.push({ field: 'since', message: TOO_OLD });
  if (until && until <= start) faults.push({ field: 'until', message: TOO_OLD });
  else if (since && until && until <= since)
    faults.push({ field: 'until', message: 'must be later than since' });
  if (aggregateId === undefined && (fromSequence !== undefined || toSequence !== undefined)) {
    faults.push({ field: 'aggregateId', message: 'is required with fromSequence or toSequence' });
  }
  if (fromSequence !== undefined && toSequence !== undefined && toSequence < fromSequence) {
    faults.push({ field: 'toSequence', message: 'must not be less than fromSequence' });
  }
  if (faults.length > 0) throw invalid(faults);
  return { ...others, ...(since ? { since } : {}), ...(until ? { until } : {}) };
}

const TOO_OLD = `must be within the last ${WINDOW_DAYS} days; what is older is no longer kept`;
