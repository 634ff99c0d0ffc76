import { timingSafeEqual } from 'node:crypto';
import type { FindToken } from '#platform/http/authentication.ts';
import type { TokenEntry } from '#platform/secrets/token-file.ts';

/**
 * Looks tokens up in a list that is read anew each time; the authenticator asks at most every few seconds. Keys
 * belong to the name, so that a token can be replaced by another of the same name.
 * @param tokens rejects when the list cannot be read.
 */
export function findTokenIn(tokens: () => Promise<readonly TokenEntry[]>): FindToken {
  return async (hash) => {
    const known = (await tokens()).find(
      (token) => token.hash.length === hash.length && timingSafeEqual(token.hash, hash),
    );
    return known && { tenantId: known.name, tokenId: known.name, scopes: [] };
  };
}
