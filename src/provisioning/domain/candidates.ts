import { createHash } from 'node:crypto';
import { lacking } from './capabilities.ts';
import type { AvailableNumber, Capability } from './types.ts';

/**
 * The candidates in an order that depends on the seed alone, not on how the provider listed them: keys that buy in
 * the same area at the same time begin at different numbers instead of queueing at the first one.
 */
export function shuffled(candidates: readonly AvailableNumber[], seed: string): readonly AvailableNumber[] {
  const rank = (e164: string) => createHash('sha256').update(`${seed}:${e164}`).digest('hex');
  return candidates
    .map((candidate) => ({ candidate, rank: rank(candidate.e164) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ candidate }) => candidate);
}

/** Those that can do all that is asked for, whatever the search was asked to leave out. */
export function capable(
  candidates: readonly AvailableNumber[],
  capabilities: readonly Capability[],
): readonly AvailableNumber[] {
  return candidates.filter((candidate) => lacking(capabilities, candidate.capabilities).length === 0);
}
