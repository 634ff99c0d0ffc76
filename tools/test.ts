// Runs every test file on one PostgreSQL server and one PGlite dump, both made once and thrown away after. Those of
// test/ itself start whole processes and run each in its own; the others share a few, because starting Node and
// compiling PGlite's WebAssembly for each of 150 files costs more than all their tests.
import { type ChildProcess, spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { migrateUp } from '../src/platform/database/migrate.ts';
import { overPglite } from '../src/platform/database/pglite.ts';
import { migrations } from '../src/registration/store/migrations/index.ts';
import { startPostgres } from '../test/support/postgres-server.ts';

const GROUPS = 4;
const AT_ONCE = 3;
/** Those that take long, and for most of it wait: begun last, they would be waited for by nobody else. */
const FIRST = ['faults.twilio', 'faults.short', 'demo', 'faults.webhooks', 'cli'].map(
  (name) => `test/${name}.test.ts`,
);
/** What a service is made of. Its code is compiled once for all processes that tests start, most of which are killed. */
const OFTEN_STARTED = [
  'src/start/registration.ts',
  'src/registration/connect-twilio.ts',
  'test/support/app.ts',
];

const directory = await mkdtemp(join(tmpdir(), 'a2p-test-'));
const dump = join(directory, 'pglite.tar');
const prepared = join(directory, 'pglite');
process.env.NODE_COMPILE_CACHE = join(directory, 'compiled');
const [server] = await Promise.all([startPostgres(), preparePglite(), compile(OFTEN_STARTED)]);
// The test processes inherit them.
process.env.TEST_POSTGRES_URL = server.url;
process.env.TEST_PGLITE_DUMP = dump;
process.env.TEST_PGLITE_DIRECTORY = prepared;

const asked = process.argv.slice(2);
const files = asked.length > 0 ? asked : globSync(['{sim,src,test,tools/faults}/**/*.test.ts']).sort();
const processes = files.filter((file) => dirname(file) === 'test');
const alone = [
  ...FIRST.filter((file) => processes.includes(file)),
  ...processes.filter((file) => !FIRST.includes(file)),
];
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
// What waits for other processes beside what computes, in this order: the command line would sort them.
const inTurn = alone
  .concat(groups)
  .flatMap((_, at) => [alone[at], groups[at]])
  .filter((file) => file !== undefined)
  .map((file) => resolve(file));
const tests = run({ files: inTurn, concurrency: AT_ONCE });
let failed = false;
tests.on('test:fail', () => {
  failed = true;
});
// A whole run also says how far the tests of what decides reach, as soon as a processor is free for it.
let coverage: Promise<Measured> | undefined;
let finished = 0;
tests.on('test:complete', ({ name, nesting }) => {
  if (nesting === 0 && inTurn.includes(name)) finished += 1;
  if (asked.length === 0 && finished > inTurn.length - AT_ONCE) coverage ??= measureCoverage();
});
const report = tests.compose(spec());
report.pipe(process.stdout);
await new Promise((done) => report.once('end', done));
await server.stop();
if (asked.length === 0) {
  const { code, output } = await (coverage ?? measureCoverage());
  process.stdout.write(output);
  failed ||= code !== 0;
}
await rm(directory, { recursive: true, force: true });
// In so many words: the server's own handler would end us with 0.
process.exit(failed ? 1 : 0);

interface Measured {
  readonly code: number | null;
  readonly output: string;
}

async function measureCoverage(): Promise<Measured> {
  const child = spawn(process.execPath, ['tools/coverage.ts'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  return { code: await exitOf(child), output };
}

/** A migrated database without rows: as a dump for those in memory, as a directory for services that keep theirs. */
async function preparePglite(): Promise<void> {
  const pglite = await PGlite.create(prepared);
  await migrateUp(overPglite(pglite).owner, migrations);
  await writeFile(dump, Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer()));
  await pglite.close();
}

async function compile(modules: readonly string[]): Promise<void> {
  const imports = modules.map((file) => `import ${JSON.stringify(pathToFileURL(resolve(file)).href)};\n`);
  const script = `${imports.join('')}process.exit();`;
  const code = await exitOf(spawnNode(['--input-type=module', '--eval', script]));
  if (code !== 0) throw new Error(`compiling ${modules.join(', ')} ended with ${code}`);
}

function spawnNode(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, args, { stdio: 'inherit' });
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((done) => child.once('close', done));
}
