import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Unix socket's path has to fit into 104 bytes on macOS, 108 on Linux, with the closing zero. */
const LONGEST_PATH = 100;
const SOCKET = 'control.sock';

/**
 * The control socket of an embedded database: in its directory, or, where that path is too long for a socket,
 * in one of its own under the system's temporary directory. Service and CLI must agree on TMPDIR then.
 */
export function controlAddress(directory: string): { readonly path: string; readonly parent: string } {
  const path = join(directory, SOCKET);
  if (Buffer.byteLength(path) <= LONGEST_PATH) return { path, parent: directory };
  const hash = createHash('sha256').update(realpathSync(directory)).digest('hex').slice(0, 16);
  const parent = join(tmpdir(), `a2p-control-${hash}`);
  return { path: join(parent, SOCKET), parent };
}

/** Makes the socket's directory when it is missing, for its owner only. Throws when it is somebody else's. */
export function makePrivate(parent: string, directory: string): void {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  if (parent === directory) chmodSync(parent, 0o700);
  else checkPrivate(parent, directory);
}

/**
 * Throws unless only the owner of the database's directory can put something into the socket's: in a temporary
 * directory anybody may have been there first, and would be told every command.
 */
export function checkPrivate(parent: string, directory: string): void {
  if (parent === directory) return;
  const found = lstatSync(parent);
  const ours = found.isDirectory() && found.uid === statSync(directory).uid && (found.mode & 0o077) === 0;
  if (!ours) throw new Error(`${parent} is not private to the owner of ${directory}: remove it`);
}
