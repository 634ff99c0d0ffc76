import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { registrationDirectory } from '../../src/registration/store/open.ts';

/**
 * Puts a migrated, empty embedded database into a data directory, as the service leaves one that has never had a
 * tenant: making one takes seconds. Without the run's own (tools/test.ts) the service makes it when it starts.
 * For tests of what comes later; the one from nothing is in open.test.ts and in the demo alone.
 */
export async function prepareDataDirectory(dataDir: string): Promise<void> {
  const prepared = process.env.TEST_PGLITE_DIRECTORY;
  if (prepared === undefined) return;
  const directory = registrationDirectory(dataDir);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await cp(prepared, join(directory, 'pglite'), { recursive: true });
}
