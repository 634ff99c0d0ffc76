import { blindIndex } from '#platform/secrets/blind-index.ts';
import type { Keyring } from '#platform/secrets/keyring.ts';
import type { Sealer } from './status.ts';

/**
 * Sealing and keyed hashing of everything the repositories store.
 * @param indexKey from loadIndexKey: it outlives every rotation of the keyring, so hashes stay equal.
 */
export function createSealer(keyring: Keyring, indexKey: Uint8Array): Sealer {
  return {
    seal: keyring.seal,
    open: keyring.open,
    // One kind for all: what is hashed names its kind itself by its form (domain/dedupe.ts).
    blindIndex: blindIndex(indexKey, 'dedupe'),
  };
}
