import type { Actor } from './outcome.ts';

/**
 * One statement about an aggregate, after the Kubernetes model (A:985, C28).
 * `reason` is a CamelCase constant; `message` a stable sentence without PII, ids of requests, or times.
 */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  /** ISO 8601; moves only when `status` flips. */
  readonly lastTransitionTime: string;
  /** Who has to act, when somebody has to. */
  readonly actor?: Actor;
  /** Provider code, field of our spec, page and fix, where a refusal gave them. */
  readonly code?: string;
  readonly field?: string;
  readonly link?: string;
  readonly remediation?: string;
}

export type ConditionUpdate = Omit<Condition, 'lastTransitionTime'>;

/**
 * The list with one condition set. Answers the very same array when nothing would change, so that a pass
 * that learns nothing writes nothing (100 identical failing passes are one write).
 */
export function setCondition(
  conditions: readonly Condition[],
  update: ConditionUpdate,
  now: Date,
): readonly Condition[] {
  const index = conditions.findIndex((c) => c.type === update.type);
  const before = conditions[index];
  const lastTransitionTime =
    before && before.status === update.status ? before.lastTransitionTime : now.toISOString();
  const after: Condition = { ...update, lastTransitionTime };
  if (!before) return [...conditions, after];
  return sameCondition(before, after) ? conditions : conditions.with(index, after);
}

/** The list without a condition; the same array when it was not there. */
export function dropCondition(conditions: readonly Condition[], type: string): readonly Condition[] {
  return conditions.some((c) => c.type === type) ? conditions.filter((c) => c.type !== type) : conditions;
}

export function findCondition(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((c) => c.type === type);
}

/** True when the condition is there with status True; an absent condition is unknown, hence not true. */
export function isTrue(conditions: readonly Condition[], type: string): boolean {
  return findCondition(conditions, type)?.status === 'True';
}

function sameCondition(a: Condition, b: Condition): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Condition>;
  return [...keys].every((key) => a[key] === b[key]);
}
