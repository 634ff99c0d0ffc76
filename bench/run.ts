// npm run bench [-- --quick] [--rounds 3] [section...]: measures, and prints what it comes to beside what was meant
// to be. npm run bench -- claim | replay [options] are looks into one mechanism, with output of their own.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { enableCompileCache } from 'node:module';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Row, rowsOf, sectionTable, table } from './support/report.ts';
import type { BenchOptions, Section, SectionResult } from './support/section.ts';

/** In the order in which they run: the longest last. */
const SECTIONS: Readonly<Record<string, () => Promise<{ readonly section: Section }>>> = {
  accept: () => import('./accept.ts'),
  reconcile: () => import('./reconcile.ts'),
  delivery: () => import('./delivery.ts'),
  provisioning: () => import('./provisioning.ts'),
  isolation: () => import('./isolation.ts'),
  growth: () => import('./growth.ts'),
  memory: () => import('./memory.ts'),
};
const LOOKS: Readonly<Record<string, () => Promise<unknown>>> = {
  claim: () => import('./claim.ts'),
  replay: () => import('./replay.ts'),
};
/** Something that a section left open keeps the process for no longer. */
const END_WITHIN_MS = 5_000;
const ROUNDS = 3;

// Compiled once for this process and the many that it starts: half of what a start takes, and nothing that is measured.
const compiled = fileURLToPath(new URL('./node_modules/.cache/compiled/', import.meta.url));
enableCompileCache(compiled);
process.env.NODE_COMPILE_CACHE = compiled;

const [, , first = ''] = process.argv;
const look = LOOKS[first];
if (look) {
  process.argv.splice(2, 1);
  await look();
} else {
  process.exitCode = await main();
  setTimeout(() => {
    console.error('a section left something open');
    process.exit();
  }, END_WITHIN_MS).unref();
}

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  const unknown = positionals.filter((name) => !(name in SECTIONS));
  const rounds = Number(values.rounds ?? (values.quick ? 1 : ROUNDS));
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
    const names = Object.keys(SECTIONS).join(' | ');
    console.error(
      `npm run bench [-- --quick] [--rounds ${ROUNDS}] [${names}]...\nnpm run bench -- ${Object.keys(LOOKS).join(' | ')}`,
    );
    return 2;
  }
  installPeers();
  const begun = performance.now();
  const since = () => `${((performance.now() - begun) / 1_000).toFixed(0)} s`.padStart(6);
  const log: BenchOptions['log'] = (line) => console.log(`${since()}  ${line}`);
  const options: BenchOptions = { quick: values.quick, rounds, log };
  const machine = `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim() ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  console.log(`${machine}${values.quick ? '; quick: shows that it runs, not what is true' : ''}`);

  const goals: (readonly [section: string, row: Row])[] = [];
  const failed: string[] = [];
  const chosen = positionals.length > 0 ? positionals : Object.keys(SECTIONS);
  for (const name of chosen) {
    log(`${name}: begins`);
    try {
      const result = await measure(name, options, machine);
      goals.push(...rowsOf(result).map((row) => [name, row] as const));
    } catch (error) {
      failed.push(name);
      console.error(`${name} failed:`, error);
    }
  }
  const unmeasured = Object.keys(SECTIONS).flatMap((name) =>
    failed.includes(name)
      ? [[name, 'it failed', '', '', 'not measured']]
      : chosen.includes(name)
        ? []
        : [[name, 'not chosen', '', '', 'not measured']],
  );
  const reached = goals
    .filter(([, row]) => row.verdict !== '')
    .map(([name, { what, against, ours, ratio, goal, verdict }]) => [
      name,
      against ? `${what} / ${against}` : what,
      ratio || ours,
      goal,
      verdict,
    ]);
  console.log(`\nGoals${values.quick ? ', by the small numbers of --quick' : ''}\n`);
  console.log(table([['section', 'measured', 'value', 'goal', ''], ...reached, ...unmeasured]));
  return failed.length > 0 ? 1 : 0;
}

/** Runs one section, prints its table and keeps its figures and chart. */
async function measure(name: string, options: BenchOptions, machine: string): Promise<SectionResult> {
  const load = SECTIONS[name];
  if (!load) throw new Error(`there is no section ${name}`);
  const { section } = await load();
  const result = await section.run(options);
  console.log(`\n${section.name}: ${section.title}\n\n${sectionTable(result)}\n`);
  // What a quick run says is no figure: it goes where it replaces none.
  const folder = new URL(options.quick ? './results/quick/' : './results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const { name: is, title } = section;
  const { quick, rounds } = options;
  const kept = {
    name: is,
    title,
    at: new Date().toISOString(),
    quick,
    rounds,
    machine,
    ...result,
    rows: rowsOf(result),
  };
  await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify(kept, null, 2)}\n`);
  // Loaded here, since the peers may have been installed a moment ago.
  const { chartOf } = await import('./support/charts.ts');
  await writeFile(new URL(`${name}.svg`, folder), chartOf(result, title, machine));
  return result;
}

function readArguments() {
  try {
    return parseArgs({
      args: process.argv.slice(2),
      options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' } },
      allowPositionals: true,
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

/** What is measured against, and what draws, are packages of their own: the product carries none of them. */
function installPeers(): void {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(`${here}package.json`, 'utf8'),
  );
  if (Object.keys(dependencies).every((name) => existsSync(`${here}node_modules/${name}/package.json`)))
    return;
  console.log('installing what is measured against: npm --prefix bench ci');
  const { status } = spawnSync('npm', ['--prefix', here, 'ci', '--no-audit', '--no-fund'], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('npm --prefix bench ci failed');
}
