// Figures as lines of a table: what was measured, what it came to, and whether that is what was meant to be.
import { median, ratios, spread } from './figures.ts';
import type { Figure, Goal, Plain, SectionResult } from './section.ts';

export type Verdict = 'met' | 'not met' | 'not measured';

/** One figure, told in words and numbers. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly against: string;
  readonly theirs: string;
  readonly ratio: string;
  readonly goal: string;
  readonly verdict: Verdict | '';
}

/** Of medians, and how far the rounds lie apart, each round with its own. */
export interface Ratio {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

export function ratioOf({ ours, theirs }: Figure): Ratio {
  const [least, greatest] = spread(ratios(ours, theirs));
  return { median: median(ours) / median(theirs), least, greatest };
}

/** A value that is none was not measured: it never counts as met. */
export function verdictOf(value: number, { atLeast, atMost }: Goal): Verdict {
  if (Number.isNaN(value)) return 'not measured';
  const met = (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
  return met ? 'met' : 'not met';
}

export function rowsOf({ figures, plain = [] }: SectionResult): Row[] {
  return [...figures.map(rowOfFigure), ...plain.map(rowOfPlain)];
}

function rowOfFigure(figure: Figure): Row {
  const { what, unit, ours, against, theirs, goal } = figure;
  const ratio = ratioOf(figure);
  const rounds = ours.length > 1 ? ` (${number(ratio.least)}..${number(ratio.greatest)})` : '';
  return {
    what,
    ours: values(ours, unit),
    against,
    theirs: values(theirs, unit),
    ratio: Number.isNaN(ratio.median) ? '-' : `${number(ratio.median)}${rounds}`,
    goal: goal ? bounds(goal) : '',
    verdict: goal ? verdictOf(ratio.median, goal) : '',
  };
}

function rowOfPlain({ what, unit, values: measured, goal }: Plain): Row {
  return {
    what,
    ours: values(measured, unit),
    against: '',
    theirs: '',
    ratio: '',
    goal: goal ? `${bounds(goal)} ${unit}` : '',
    verdict: goal ? verdictOf(median(measured), goal) : '',
  };
}

/** Columns as wide as their widest entry; the first line is the heads. */
export function table(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  const [heads = [], ...rest] = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [heads, widths.map((width) => '-'.repeat(width)).join('  '), ...rest].join('\n');
}

/** The table of one section, and under it what belongs to its figures. */
export function sectionTable(result: SectionResult): string {
  const rows = rowsOf(result).map((row) => [
    row.what,
    row.ours,
    row.against,
    row.theirs,
    row.ratio,
    row.goal,
    row.verdict,
  ]);
  const notes = [...result.figures, ...(result.plain ?? [])].flatMap(({ what, note }) =>
    note === undefined ? [] : [`  ${what}: ${note}`],
  );
  return [
    table([['measured', 'ours', 'against', 'theirs', 'ratio', 'goal', ''], ...rows]),
    ...notes,
    ...result.setting.map((line) => `  ${line}`),
  ].join('\n');
}

function values(measured: readonly number[], unit: string): string {
  if (measured.length === 0) return '-';
  const [least, greatest] = spread(measured);
  const apart = measured.length > 1 ? ` (${number(least)}..${number(greatest)})` : '';
  return `${number(median(measured))} ${unit}${apart}`;
}

function bounds({ atLeast, atMost }: Goal): string {
  return [
    ...(atLeast === undefined ? [] : [`>= ${number(atLeast)}`]),
    ...(atMost === undefined ? [] : [`<= ${number(atMost)}`]),
  ].join(', ');
}

/** Three digits that count: more of them no measurement has. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}
