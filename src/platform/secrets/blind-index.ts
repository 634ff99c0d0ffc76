import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Executor } from '../database/database.ts';
import type { Keyring } from './keyring.ts';

/** Keyed hash of one kind of value: equal values give equal 32 bytes, and without the key nothing can be tried. */
export type BlindIndex = (value: string) => Buffer;

const KEY_NAME = 'blind-index';
const KEY_BYTES = 32;

/** Where the key lies; whoever rotates ENCRYPTION_KEYS re-seals it with this context. */
export const indexKeyContext = (name: string): string => `sealed_keys/${name}`;

/**
 * Makes a sealed value findable and unique by HMAC-SHA256 (C14, C15): an EIN has a billion values, so a bare
 * hash of it is no secret.
 * @param kind what is indexed, e.g. `tax-id`; equal values of different kinds do not show as equal.
 * The caller brings the value into one canonical form first.
 */
export function blindIndex(key: Uint8Array, kind: string): BlindIndex {
  if (kind.includes('\0')) throw new RangeError('kind must not contain NUL');
  // Made once: reading raw bytes as a key costs five times the hash.
  const made = createSecretKey(key);
  return (value) => createHmac('sha256', made).update(`${kind}\0${value}`, 'utf8').digest();
}

/**
 * The key of every blind index of this database. Uniqueness rests on it, so it is random, made once, and
 * outlives every rotation of ENCRYPTION_KEYS: it is stored sealed under them.
 * Safe to call from many processes at once on a new database. Needs the worker role.
 * Throws SealError when the stored key was sealed by a key that the keyring no longer has.
 */
export async function loadIndexKey(executor: Executor, keyring: Keyring): Promise<Buffer> {
  const sealed = (await read(executor)) ?? (await create(executor, keyring));
  return keyring.open(sealed, indexKeyContext(KEY_NAME));
}

async function create(executor: Executor, keyring: Keyring): Promise<Uint8Array> {
  const sealed = keyring.seal(randomBytes(KEY_BYTES), indexKeyContext(KEY_NAME));
  await sql`insert into sealed_keys (name, sealed) values (${KEY_NAME}, ${sealed})
    on conflict (name) do nothing`.execute(executor);
  // Another process may have been first; its key is the key.
  const stored = await read(executor);
  if (!stored) throw new Error('sealed_keys did not keep the index key');
  return stored;
}

async function read(executor: Executor): Promise<Uint8Array | undefined> {
  const { rows } = await sql<{ sealed: Uint8Array }>`
    select sealed from sealed_keys where name = ${KEY_NAME}`.execute(executor);
  return rows[0]?.sealed;
}
