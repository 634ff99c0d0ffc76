import { hash } from 'node:crypto';
import { lacking } from './capabilities.ts';
import type { AvailableNumber, Capability } from './types.ts';

/**
 * The candidates in a round that begins where the seed says, not as the provider listed them: keys that buy in the
 * same area at the same time begin at different numbers instead of queueing at the first one.
 */
export function roundFrom(candidates: readonly AvailableNumber[], seed: string): readonly AvailableNumber[] {
  const round = candidates.toSorted((a, b) => (a.e164 < b.e164 ? -1 : 1));
  // 32 bits: no list is long enough to make some of its places much likelier.
  const begin = Number.parseInt(hash('sha256', seed).slice(0, 8), 16) % Math.max(1, round.length);
  return [...round.slice(begin), ...round.slice(0, begin)];
}

/** Those that can do all that is asked for, whatever the search was asked to leave out. */
export function capable(
  candidates: readonly AvailableNumber[],
  capabilities: readonly Capability[],
): readonly AvailableNumber[] {
  return candidates.filter((candidate) => lacking(capabilities, candidate.capabilities).length === 0);
}
