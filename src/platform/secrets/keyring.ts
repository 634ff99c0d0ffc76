import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';

/**
 * Seals small secrets and PII at rest with AES-256-GCM (R53). Sealed bytes are
 * version 1 | length of key id | key id | nonce 12 | ciphertext | tag 16; everything before the nonce and the
 * context are authenticated, so bytes moved to another row, column or tenant do not open there.
 * Nonces are random: one key is good for 2^32 seals (NIST SP 800-38D, 8.3), then rotate.
 */
export interface Keyring {
  /** The key that seals from now on. */
  readonly activeKeyId: string;
  /** All keys that open, the active one first. */
  readonly keyIds: readonly string[];
  /** @param context where the bytes will live, e.g. `brands/<tenant>/<id>`; needed again to open them. */
  seal(plaintext: string | Uint8Array, context: string): Buffer;
  /** Throws SealError when the bytes, the key or the context are not the ones sealed. */
  open(sealed: Uint8Array, context: string): Buffer;
}

/** Sealed bytes that do not open. Says why and with which key id, never what was in them. */
export class SealError extends Error {
  readonly reason: 'malformed' | 'unknownKey' | 'notAuthentic';

  constructor(reason: SealError['reason'], message: string) {
    super(message);
    this.name = 'SealError';
    this.reason = reason;
  }
}

const VERSION = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID = /^[A-Za-z0-9._-]{1,64}$/;
const BASE64_OF_32_BYTES = /^[A-Za-z0-9+/_-]{43}=?$/;

/** A new random key as `ENCRYPTION_KEYS` takes it after the colon. */
export function generateKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

/**
 * Reads `id:base64,...`, the active key first.
 * @returns the keyring, or every fault at once, by position: an entry's text may be key material.
 */
export function parseKeyring(
  text: string,
): { readonly keyring: Keyring } | { readonly faults: readonly string[] } {
  const keys = new Map<string, Buffer>();
  const faults: string[] = [];
  for (const [index, raw] of text.split(',').entries()) {
    const entry = raw.trim();
    const at = `entry ${index + 1}`;
    const colon = entry.indexOf(':');
    const id = entry.slice(0, Math.max(0, colon));
    const encoded = entry.slice(colon + 1);
    const key = Buffer.from(encoded, 'base64');
    if (colon === -1) {
      faults.push(`${at} is not of the form id:base64`);
      continue;
    }
    if (!KEY_ID.test(id)) faults.push(`${at} needs an id of 1 to 64 letters, digits, ".", "_" or "-"`);
    else if (keys.has(id)) faults.push(`${at} repeats the id of an earlier entry`);
    if (!BASE64_OF_32_BYTES.test(encoded)) faults.push(`${at} is not base64 of ${KEY_BYTES} bytes`);
    else if ([...keys.values()].some((other) => other.equals(key))) {
      faults.push(`${at} repeats the key of an earlier entry`);
    }
    if (!keys.has(id)) keys.set(id, key);
  }
  return faults.length > 0 ? { faults } : { keyring: keyringOf(keys) };
}

/** Id of the key that sealed these bytes; throws SealError when they are no sealed value at all. */
export function keyIdOf(sealed: Uint8Array): string {
  return split(sealed).keyId;
}

/** What every value sealed by this key begins with; SQL finds the rows of other keys by it. */
export function sealedPrefix(keyId: string): Buffer {
  return Buffer.concat([Buffer.from([VERSION, keyId.length]), Buffer.from(keyId, 'latin1')]);
}

/** Keys live in this closure only: a printed or logged keyring shows ids and functions. */
function keyringOf(bytes: ReadonlyMap<string, Buffer>): Keyring {
  // Made once: reading raw bytes as a key costs more than to seal a field.
  const keys = new Map([...bytes].map(([id, key]) => [id, createSecretKey(key)]));
  const keyIds = Object.freeze([...keys.keys()]);
  const activeKeyId = keyIds[0];
  const activeKey = activeKeyId === undefined ? undefined : keys.get(activeKeyId);
  if (activeKeyId === undefined || activeKey === undefined) throw new Error('a keyring needs a key');
  return Object.freeze({
    activeKeyId,
    keyIds,
    seal(plaintext: string | Uint8Array, context: string) {
      const prefix = sealedPrefix(activeKeyId);
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', activeKey, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(authenticated(prefix, context));
      const text = typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext;
      return Buffer.concat([prefix, nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed: Uint8Array, context: string) {
      const { keyId, prefix, nonce, ciphertext, tag } = split(sealed);
      const key = keys.get(keyId);
      if (!key) throw new SealError('unknownKey', `sealed with key "${keyId}", which is not in the keyring`);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(authenticated(prefix, context));
      decipher.setAuthTag(tag);
      try {
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
      } catch {
        // The library's error says nothing more, and nothing of the half-opened text may leave.
        throw new SealError(
          'notAuthentic',
          `sealed with key "${keyId}", but changed since, moved from its place, or that id now has another key`,
        );
      }
    },
  });
}

/** The prefix says its own length, so no two pairs of prefix and context give the same bytes. */
function authenticated(prefix: Buffer, context: string): Buffer {
  return Buffer.concat([prefix, Buffer.from(context, 'utf8')]);
}

function split(sealed: Uint8Array) {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const prefixEnd = 2 + (bytes[1] ?? 0);
  const keyId = bytes.toString('latin1', 2, prefixEnd);
  const tagStart = bytes.length - TAG_BYTES;
  if (bytes[0] !== VERSION || !KEY_ID.test(keyId) || tagStart < prefixEnd + NONCE_BYTES) {
    throw new SealError('malformed', 'not a sealed value, or cut short');
  }
  return {
    keyId,
    prefix: bytes.subarray(0, prefixEnd),
    nonce: bytes.subarray(prefixEnd, prefixEnd + NONCE_BYTES),
    ciphertext: bytes.subarray(prefixEnd + NONCE_BYTES, tagStart),
    tag: bytes.subarray(tagStart),
  };
}
