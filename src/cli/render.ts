/** What goes to standard output: `json` for scripts, a plain table or `name  value` lines for people. */
export function render(data: object, json: boolean): string {
  if (json) return `${JSON.stringify(data, null, 2)}\n`;
  if (!Array.isArray(data)) return lines(Object.entries(data).map(([key, value]) => [key, cell(value)]));
  const rows: readonly object[] = data;
  if (rows.length === 0) return 'none\n';
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const body = rows.map((row) => {
    const values = new Map<string, unknown>(Object.entries(row));
    return columns.map((column) => cell(values.get(column)));
  });
  return lines([columns, ...body]);
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
  // Stored text must not steer the terminal.
  return text.replace(/\p{C}+/gu, ' ') || '-';
}
