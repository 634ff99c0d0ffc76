import { styleText } from 'node:util';

export type Tone = 'plain' | 'good' | 'bad';

export interface Row {
  /** What kind of line it is: request, phase, condition, event, readiness. Empty: it belongs to the line above. */
  readonly what: string;
  /** Of what: brand, campaign, number, webhook. */
  readonly of: string;
  readonly text: string;
  readonly tone?: Tone;
}

export interface Screen {
  line(text?: string): void;
  chapter(title: string, explanation: string): void;
  /** One aligned line with the time since the start. */
  row(row: Row): void;
}

/** Narrow enough for a terminal beside an editor. */
const WIDTH = 100;
const MARGIN = '   ';

/**
 * What people see. Colour only where somebody watches a terminal; Node leaves it out there too when NO_COLOR is
 * set.
 * @param elapsedMs time since the demo began.
 */
export function createScreen(output: NodeJS.WriteStream, elapsedMs: () => number): Screen {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    output.isTTY ? styleText(style, text, { stream: output }) : text;
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    plain: (text) => text,
    good: (text) => paint('green', text),
    bad: (text) => paint('red', text),
  };
  const line = (text = '') => void output.write(`${text}\n`);
  return {
    line,
    chapter(title, explanation) {
      line();
      line(paint('bold', title));
      for (const part of wrap(explanation, WIDTH - MARGIN.length)) line(paint('dim', `${MARGIN}${part}`));
      line();
    },
    row({ what, of, text, tone = 'plain' }) {
      const time = `+${(elapsedMs() / 1_000).toFixed(1)} s`.padStart(8);
      line(`${paint('dim', time)}  ${what.padEnd(9)}  ${of.padEnd(8)}  ${tones[tone](text)}`);
    },
  };
}

/** Columns inside the text of a row; the last one is as long as it is. */
export function columns(...cells: readonly (readonly [text: string, width: number])[]): string {
  return cells
    .map(([text, width]) => text.padEnd(width))
    .join('  ')
    .trimEnd();
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
