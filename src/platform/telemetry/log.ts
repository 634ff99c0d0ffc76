import { type DestinationStream, type Logger, pino } from 'pino';
import { prettyLines } from './pretty.ts';
import { errorFields, redactFields } from './redact.ts';

export type { Logger };

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  readonly level: LogLevel;
  /** On every line, so that lines of many processes can be told apart. */
  readonly service: string;
  readonly role: string;
  /** For a person at a terminal, instead of JSON lines. */
  readonly pretty?: boolean;
}

/** These become lines through serializers of their own, from objects that must arrive whole. */
const SERIALIZED = new Set(['err', 'req', 'res']);

/**
 * A logger that writes one JSON object a line to standard output (R44, R59), with `level` as a word, `time` in
 * ISO 8601, and fields of sensitive names redacted at any depth, in bindings of children too.
 * Errors go under `err`. Write ids and constants; a sentence with values in it cannot be redacted.
 * @param destination for tests; standard output otherwise.
 */
export function createLogger(options: LogOptions, destination?: DestinationStream): Logger {
  const target = destination ?? pino.destination({ fd: 1, sync: true });
  const log = pino(
    {
      level: options.level,
      base: { service: options.service, role: options.role },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => errorFields(error) },
      formatters: {
        level: (label) => ({ level: label }),
        log: withoutSensitive,
      },
    },
    options.pretty ? prettyLines(target) : target,
  );
  // pino runs no formatter over the bindings of children; every child inherits this one.
  const { child } = log;
  Object.defineProperty(log, 'child', {
    value(this: Logger, ...[bindings, childOptions]: Parameters<Logger['child']>) {
      return child.call(this, withoutSensitive(bindings), childOptions);
    },
  });
  return log;
}

function withoutSensitive(fields: object): Record<string, unknown> {
  const whole: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (SERIALIZED.has(name)) whole[name] = value;
    else rest[name] = value;
  }
  return { ...redactFields(rest), ...whole };
}
