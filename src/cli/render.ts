/** What goes to standard output: `json` for scripts, a plain table or `name  value` lines for people. */
export function render(data: object, json: boolean): string {
  if (json) return `${inertJson(data, 2)}\n`;
  if (!Array.isArray(data)) return lines(entriesOf(data).map(([key, value]) => [key, cell(value)]));
  const rows: readonly object[] = data;
  if (rows.length === 0) return 'none\n';
  const columns = [...new Set(rows.flatMap((row) => entriesOf(row).map(([key]) => key)))];
  const body = rows.map((row) => {
    const values = new Map<string, unknown>(Object.entries(row));
    return columns.map((column) => cell(values.get(column)));
  });
  return lines([columns, ...body]);
}

/** One line of JSON. */
export function jsonLine(data: object): string {
  return inertJson(data);
}

/** Text from outside, for a terminal: what is stored or sent must not steer it. */
export function printable(text: string): string {
  return text.replace(/\p{C}+/gu, ' ');
}

/** JSON leaves characters as they are that steer a terminal (C1, direction marks): escaped they mean the same. */
function inertJson(data: object, indent?: number): string {
  return JSON.stringify(data, null, indent).replace(/[^\P{C}\n]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** What is undefined is absent, as in JSON. */
function entriesOf(record: object): readonly [string, unknown][] {
  return Object.entries(record).filter(([, value]) => value !== undefined);
}

function lines(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((text, index) => text.padEnd(widths[index] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function cell(value: unknown): string {
  const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
  return printable(text) || '-';
}
