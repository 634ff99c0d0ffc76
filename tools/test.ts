// Runs every test file on one PostgreSQL server and one PGlite dump, both made once and thrown away after. Those of
// test/ itself start whole processes and run each in its own; the others share a few, because starting Node and
// compiling PGlite's WebAssembly for each of 150 files costs more than all their tests.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { migrateUp } from '../src/platform/database/migrate.ts';
import { overPglite } from '../src/platform/database/pglite.ts';
import { migrations } from '../src/registration/store/migrations/index.ts';
import { startPostgres } from '../test/support/postgres-server.ts';

const GROUPS = 6;
const AT_ONCE = 3;

const directory = await mkdtemp(join(tmpdir(), 'a2p-test-'));
const server = await startPostgres();
const dump = join(directory, 'pglite.tar');
const pglite = await PGlite.create('memory://');
await migrateUp(overPglite(pglite).owner, migrations);
await writeFile(dump, Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer()));
await pglite.close();

const asked = process.argv.slice(2);
const files =
  asked.length > 0 ? asked : globSync(['sim/**/*.test.ts', 'src/**/*.test.ts', 'test/**/*.test.ts']).sort();
const alone = files.filter((file) => dirname(file) === 'test');
const together = files.filter((file) => !alone.includes(file));
const groups = await Promise.all(
  Array.from({ length: Math.min(GROUPS, together.length) }, async (_, index) => {
    const group = join(directory, `group-${index + 1}.test.mjs`);
    const members = together.filter((_, at) => at % GROUPS === index);
    const imports = members.map((file) => `import ${JSON.stringify(pathToFileURL(resolve(file)).href)};\n`);
    await writeFile(group, imports.join(''));
    return group;
  }),
);
// What waits for other processes beside what computes.
const inTurn = alone
  .concat(groups)
  .flatMap((_, at) => [alone[at], groups[at]])
  .filter((file) => file !== undefined);
const runner = spawn(process.execPath, ['--test', `--test-concurrency=${AT_ONCE}`, ...inTurn], {
  stdio: 'inherit',
  env: {
    ...process.env,
    TEST_POSTGRES_URL: server.url,
    TEST_PGLITE_DUMP: dump,
    NODE_COMPILE_CACHE: join(directory, 'compiled'),
  },
});
const code = await new Promise<number>((resolve) => runner.on('exit', (exit) => resolve(exit ?? 1)));
await server.stop();
await rm(directory, { recursive: true, force: true });
process.exit(code);
