import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A bearer token by its hash (SHA-256, 32 bytes); the name tells callers apart. */
export interface TokenEntry {
  readonly name: string;
  readonly hash: Buffer;
}

const ENTRY = /^([A-Za-z0-9._-]{1,64}):([0-9a-f]{64})$/i;
/** Thousands of entries; a longer file is another one. */
const MAX_FILE_CHARS = 1_000_000;

/** Whether a token may have this name: it is to be told from its hash, and shown in logs. */
export function isTokenName(name: string): boolean {
  return /^[A-Za-z0-9._-]{1,64}$/.test(name);
}

/** An entry as a line of a token file, and as a setting takes it: `name:sha256hex`. */
export function writeEntry({ name, hash }: TokenEntry): string {
  return `${name}:${hash.toString('hex')}`;
}

/**
 * Adds an entry to a token file, which is made when it is not there, for its owner alone (0600). One write at the
 * end of the file: whoever reads it meanwhile sees the entry or does not.
 * Throws for a name that no entry can have, and when the file cannot be written.
 */
export async function appendToken(file: string, entry: TokenEntry): Promise<void> {
  if (!isTokenName(entry.name)) throw new Error('a token name has 1 to 64 letters, digits, ".", "_" or "-"');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'a', 0o600);
  try {
    // It may be older than this rule.
    await handle.chmod(0o600);
    // Somebody may have edited it and left its last line without an end: an empty line means nothing.
    await handle.write(`\n${writeEntry(entry)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * The entries of a token file, oldest first; none when it is not there. Empty lines and such that begin with `#`
 * are passed over. Throws, naming the line and never its text, when one is no entry: it may be a token that
 * somebody forgot to hash, and whoever wrote it waits for it to work.
 */
export async function readTokenFile(file: string): Promise<readonly TokenEntry[]> {
  const text = await readIfThere(file);
  if (text.length > MAX_FILE_CHARS) throw new Error(`${file} is too long to be a token file`);
  const lines = text.split('\n').map((line) => line.trim());
  return lines.flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) return [];
    const [, name, hex] = ENTRY.exec(line) ?? [];
    if (name === undefined || hex === undefined) {
      throw new Error(`${file}: line ${index + 1} is not name:sha256hex`);
    }
    return [{ name, hash: Buffer.from(hex, 'hex') }];
  });
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
