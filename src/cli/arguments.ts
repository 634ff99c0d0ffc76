import { BadUsage, type CommandArguments } from './command.ts';

/** An option that takes a value, when it was given. */
export function text({ options }: CommandArguments, name: string): string | undefined {
  const value = options[name];
  if (typeof value !== 'string') return undefined;
  if (value.trim() === '') throw new BadUsage(`--${name} needs a value`);
  return value.trim();
}

/** An option without which the command makes no sense. */
export function required(args: CommandArguments, name: string): string {
  const value = text(args, name);
  if (value === undefined) throw new BadUsage(`--${name} is missing`);
  return value;
}

/** An option that takes no value. */
export function flag({ options }: CommandArguments, name: string): boolean {
  return options[name] === true;
}

/** Every value of an option that may be given more than once. */
export function texts({ options }: CommandArguments, name: string): readonly string[] {
  const values = options[name];
  if (!Array.isArray(values)) return [];
  return values.map((value) => text({ words: [], options: { [name]: value } }, name) ?? '');
}

/** A whole number within bounds, or undefined when the option was not given. */
export function integer(args: CommandArguments, name: string, min: number, max: number): number | undefined {
  const value = text(args, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw new BadUsage(`--${name} is a whole number from ${min} to ${max}`);
}

/** One of `known`; undefined when the option was not given. */
export function oneOf<T extends string>(
  args: CommandArguments,
  name: string,
  known: readonly T[],
): T | undefined {
  const value = text(args, name);
  const found = known.find((one) => one === value);
  if (value !== undefined && found === undefined)
    throw new BadUsage(`--${name} is one of ${known.join(', ')}`);
  return found;
}

/** Words separated by commas, each one of `known`; undefined when the option was not given. */
export function list<T extends string>(
  args: CommandArguments,
  name: string,
  known: readonly T[],
): readonly T[] | undefined {
  const value = text(args, name);
  if (value === undefined) return undefined;
  const asked = new Set(value.split(',').map((one) => one.trim()));
  const found = known.filter((one) => asked.has(one));
  if (found.length < asked.size)
    throw new BadUsage(`--${name} takes, separated by commas: ${known.join(', ')}`);
  return found;
}

/** A moment in time, RFC 3339 with its offset: a date alone would mean another moment elsewhere. */
export function moment(args: CommandArguments, name: string): Date | undefined {
  const value = text(args, name);
  if (value === undefined) return undefined;
  const time = new Date(value);
  const whole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value);
  if (whole && !Number.isNaN(time.getTime())) return time;
  throw new BadUsage(`--${name} is a time like 2026-01-05T12:00:00Z`);
}

/** The n-th word after the command; their number was checked before. */
export function word({ words }: CommandArguments, index: number): string {
  const found = words[index]?.trim();
  if (!found) throw new BadUsage('an argument is empty');
  return found;
}

/** A name that can be typed again, shown in a line, and taken for nothing else. */
export function name(value: string): string {
  if (/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u.test(value) && !/^(ten|tok)_/.test(value)) return value;
  throw new BadUsage('a name is 1 to 100 letters, digits, blanks, ".", "_" or "-", and no id');
}
