import type { DestinationStream } from 'pino';

/** Turns JSON log lines into lines for a person: time, level, message, then fields as name=value. */
export function prettyLines(target: DestinationStream): DestinationStream {
  return { write: (line) => target.write(prettyLine(line)) };
}

function prettyLine(line: string): string {
  const { time, level, msg, err, service, role, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  const head = [clock, String(level).toUpperCase().padEnd(5), `${service}/${role}`, msg, ...pairs];
  const words = head.filter((word) => word !== undefined && word !== '').join(' ');
  return `${words}${stackOf(err)}\n`;
}

function shown(value: unknown): string {
  return typeof value === 'string' && !/[\s=]/.test(value) ? value : JSON.stringify(value);
}

function stackOf(err: unknown): string {
  if (typeof err !== 'object' || err === null) return '';
  const { stack, message, cause } = err as { stack?: unknown; message?: unknown; cause?: unknown };
  return `\n  ${String(stack ?? message)}${stackOf(cause)}`;
}
