import { DISK_FULL } from './disk-full-fault.ts';
import { type InjectedFault, seconds } from './recovery.ts';
import type { RunResult } from './run.ts';

/** Every fault is to be recovered from within. */
export const RECOVERY_GOAL_MS = 15_000;
/** More of one kind says nothing new on a screen. */
const SHOWN = 10;

/** Whether the run shows what it is to show: every check holds, and every fault was recovered from in time. */
export function holds({ checks, faults }: RunResult): boolean {
  return (
    checks.every(({ failures }) => failures.length === 0) &&
    faults.every((fault) => recovery(fault) <= RECOVERY_GOAL_MS)
  );
}

/** The table and the figures of a run, as lines. */
export function report(result: RunResult): string[] {
  const { seed, ledger, faults, checks, skipped, evidence, tookMs } = result;
  const { businesses, purchases, writes, tenants } = evidence;
  const received = tenants.reduce((sum, tenant) => sum + tenant.received.length, 0);
  const distinct = tenants.reduce(
    (sum, tenant) => sum + new Set(tenant.received.map(({ eventId }) => eventId)).size,
    0,
  );
  const requests = tenants.reduce((sum, tenant) => sum + tenant.requests, 0);
  const sent = writes.acknowledged.reduce((sum, { tries }) => sum + tries, 0);
  const onFleet = faults.filter(({ name }) => name !== DISK_FULL).length;
  const searched = evidence.outputs.reduce((sum, { text }) => sum + text.length, 0);
  const figures: readonly (readonly [string, string])[] = [
    ['seed', `${seed} (again: npm run faults -- --seed ${seed} --faults ${onFleet} --ledger ${ledger})`],
    ['took', seconds(tookMs)],
    ['faults injected', String(faults.length)],
    [
      'businesses',
      `${businesses.length}, settled ${businesses.filter((one) => one.settledMs !== undefined).length}`,
    ],
    ['numbers ordered', `${purchases.length}, released ${purchases.filter((one) => one.released).length}`],
    ['writes acknowledged', `${writes.acknowledged.length}, in ${sent} requests`],
    ['events delivered', `${distinct}, ${received - distinct} more than once, in ${requests} requests`],
    ['logs searched', `${(searched / 1e6).toFixed(1)} MB of ${evidence.outputs.length} processes`],
    ['recovery', `${range(faults.map(recovery))}, goal ${seconds(RECOVERY_GOAL_MS)}`],
    ['all older work settled', range(faults.map(({ drainedMs }) => drainedMs ?? Number.POSITIVE_INFINITY))],
  ];
  return [
    '',
    ...columns([
      ['fault', 'times', 'next write', 'next settled', 'all older settled'],
      ...[...Map.groupBy(faults, ({ name }) => name)].map(([name, all]) => [
        name,
        String(all.length),
        worst(all.map(({ writeMs }) => writeMs)),
        worst(all.map(({ settledMs }) => settledMs)),
        worst(all.map(({ drainedMs }) => drainedMs)),
      ]),
    ]),
    '(seconds from the end of a fault, the longest of each kind)',
    ...skipped.map((what) => `not injected: ${what}`),
    '',
    ...columns(checks.map(({ name, failures }) => [failures.length === 0 ? 'ok' : 'FAILED', name])),
    ...checks.flatMap(({ name, failures }) => [
      ...(failures.length > 0 ? ['', `${name}: ${failures.length}`] : []),
      ...failures.slice(0, SHOWN).map((failure) => `  ${failure}`),
    ]),
    '',
    ...columns(figures),
  ];
}

function recovery({ writeMs, settledMs }: InjectedFault): number {
  return Math.max(writeMs ?? Number.POSITIVE_INFINITY, settledMs ?? Number.POSITIVE_INFINITY);
}

function worst(times: readonly (number | undefined)[]): string {
  return times.includes(undefined) ? 'never' : seconds(Math.max(...times.map((ms) => ms ?? 0)));
}

function range(times: readonly number[]): string {
  const sorted = times.toSorted((one, other) => one - other);
  const middle = sorted[Math.floor(sorted.length / 2)];
  const last = sorted.at(-1);
  if (middle === undefined || last === undefined) return 'none';
  return `median ${seconds(middle)}, longest ${Number.isFinite(last) ? seconds(last) : 'never'}`;
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
