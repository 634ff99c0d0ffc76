import { createHash, randomBytes } from 'node:crypto';

/** What a token may do: `pii` shows tax ids unmasked. Several may be given to one token. */
export const SCOPES = ['read', 'write', 'pii'] as const;
export type Scope = (typeof SCOPES)[number];

/** Lets secret scanners and people recognise a token that went where it should not. */
const PREFIX = 'nmc_';
const TOKEN_BYTES = 32;

/** A new API token, shown once to its owner and never stored. */
export function newToken(): string {
  return PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
}

/**
 * What is stored of a token: its SHA-256, 32 bytes. A plain hash is enough where the token is 256 random bits:
 * nothing can be guessed, and a slow one would be paid on every request.
 */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

export function isScope(word: string): word is Scope {
  return SCOPES.some((scope) => scope === word);
}
