import { randomUUID } from 'node:crypto';

/** Every id says what it names; the prefix is part of the id everywhere (database, API, logs, events). */
export type IdPrefix = 'ten' | 'tok' | 'brand' | 'camp' | 'bind' | 'evt' | 'whk' | 'clm' | 'job';

/**
 * A new id: `<prefix>_` + 12 hex digits of unix milliseconds + 20 random hex digits.
 * Time first, so that a primary key doubles as creation order and lists can page on it alone.
 */
export function newId(prefix: IdPrefix, now: Date): string {
  const time = Math.max(0, now.getTime()).toString(16).padStart(12, '0');
  return `${prefix}_${time}${randomDigits()}`;
}

/** From the digits of a UUID that are random. Node keeps a store of those: a tenth of what `randomBytes` costs. */
function randomDigits(): string {
  const uuid = randomUUID();
  return uuid.slice(0, 8) + uuid.slice(24);
}
