import { hash } from 'node:crypto';

/** Hex digits of the digest in a tag: 160 bits, far from any chance meeting. */
const TAG_DIGITS = 40;

/**
 * The name that a number bears at the provider for good, so that a key finds what was bought under it even when the
 * ledger has forgotten the key (C12). 44 of the 64 characters of a FriendlyName (docs/twilio.md 1.5). The parts
 * are hashed with their lengths, so that no caller can shift his key into another's name.
 */
export function tagOf({ caller, key }: { readonly caller: string; readonly key: string }): string {
  const parts = [caller, key].map((part) => `${Buffer.byteLength(part)}:${part}`);
  return `a2p-${hash('sha256', parts.join('')).slice(0, TAG_DIGITS)}`;
}
