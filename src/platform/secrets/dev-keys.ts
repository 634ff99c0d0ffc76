import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { generateKey, type Keyring, parseKeyring } from './keyring.ts';

const FILE = 'encryption-keys';

export interface DevKeys {
  readonly keyring: Keyring;
  /** Path of the key file; without it nothing sealed in this directory can be read again. */
  readonly file: string;
  readonly created: boolean;
}

/**
 * The keyring of an embedded database, when ENCRYPTION_KEYS is unset: a file in the data directory, made once,
 * readable by its owner only (0600), in the form that ENCRYPTION_KEYS takes.
 * Throws when the file cannot be read or is damaged: a new key would make the old data unreadable.
 */
export function loadDevKeys(dataDir: string): DevKeys {
  const file = join(dataDir, FILE);
  const found = readIfThere(file);
  const created = found === undefined && createOnce(dataDir, file);
  const parsed = parseKeyring((found ?? readFileSync(file, 'utf8')).trim());
  if ('faults' in parsed) throw new Error(`${file} is damaged: ${parsed.faults.join('; ')}`);
  return { keyring: parsed.keyring, file, created };
}

/** Written aside and linked into place: nobody sees half a file, and of two processes one wins. */
function createOnce(dataDir: string, file: string): boolean {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  // A random id: data sealed by a lost file is told apart from data that was tampered with.
  const id = `dev-${randomBytes(4).toString('hex')}`;
  const aside = `${file}.${id}`;
  const handle = openSync(aside, 'wx', 0o600);
  try {
    writeSync(handle, `${id}:${generateKey()}\n`);
    fsyncSync(handle);
    linkSync(aside, file);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return false;
  } finally {
    closeSync(handle);
    rmSync(aside);
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
