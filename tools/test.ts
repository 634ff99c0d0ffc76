// Runs every test file on one PostgreSQL server and one PGlite dump, both made once and thrown away after.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { migrateUp } from '../src/platform/database/migrate.ts';
import { overPglite } from '../src/platform/database/pglite.ts';
import { migrations } from '../src/registration/store/migrations/index.ts';
import { startPostgres } from '../test/support/postgres-server.ts';

const directory = await mkdtemp(join(tmpdir(), 'a2p-test-'));
const server = await startPostgres();
const dump = join(directory, 'pglite.tar');
const pglite = await PGlite.create('memory://');
await migrateUp(overPglite(pglite).owner, migrations);
await writeFile(dump, Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer()));
await pglite.close();

const asked = process.argv.slice(2);
const files = asked.length > 0 ? asked : globSync(['src/**/*.test.ts', 'test/**/*.test.ts']).sort();
const runner = spawn(process.execPath, ['--test', '--test-concurrency=3', ...files], {
  stdio: 'inherit',
  env: { ...process.env, TEST_POSTGRES_URL: server.url, TEST_PGLITE_DUMP: dump },
});
const code = await new Promise<number>((resolve) => runner.on('exit', (exit) => resolve(exit ?? 1)));
await server.stop();
await rm(directory, { recursive: true, force: true });
process.exit(code);
