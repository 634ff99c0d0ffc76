import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * One process per data directory. PGlite takes no lock of its own, and two on one directory destroy it.
 * The lock is the operating system's file lock, held through an open SQLite transaction: the kernel lets go of
 * it when the owner dies in any way, so there is nothing stale to judge and no race in taking it over.
 */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes the lock of a directory that exists.
 * @param owner what a second opener is told, e.g. `npm start, pid 4711`.
 * @returns the lock, or the owner who holds it.
 */
export function lockDirectory(directory: string, owner: string): DirectoryLock | { heldBy: string } {
  const ownerFile = join(directory, 'lock.owner');
  const file = new DatabaseSync(join(directory, 'lock.sqlite'), { timeout: 0 });
  try {
    file.exec('begin exclusive');
  } catch (error) {
    file.close();
    if (!(error instanceof Error) || !/locked/.test(error.message)) throw error;
    return { heldBy: readOwner(ownerFile) };
  }
  writeFileSync(ownerFile, owner);
  return { release: () => file.close() };
}

function readOwner(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return 'a process that has not written its name yet';
  }
}
