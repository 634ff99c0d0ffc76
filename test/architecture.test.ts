import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { test } from 'node:test';

// Who may import whom. Tests may import anything; whatever a running service loads may not.
const CONTEXTS = ['registration', 'provisioning'];
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  kernel: ['kernel'],
  platform: ['kernel', 'platform'],
  registration: ['kernel', 'platform', 'registration'],
  provisioning: ['kernel', 'platform', 'provisioning'],
  // Published: what a customer installs must not bring the service with it.
  client: ['kernel', 'client'],
  config: ['kernel', 'platform', 'config'],
  'config.ts': ['kernel', 'platform', 'config'],
  cli: ['kernel', 'platform', ...CONTEXTS, 'client', 'config.ts', 'cli'],
  // The running instance serves the CLI's commands on a local socket.
  start: ['kernel', 'platform', ...CONTEXTS, 'config', 'config.ts', 'cli', 'start'],
  'main.ts': ['kernel', 'platform', ...CONTEXTS, 'config.ts', 'start'],
};
/** Packages with one door, and where it is. */
const DOORS: readonly [packages: readonly string[], door: RegExp][] = [
  [['kysely'], /^src\/(platform|[a-z]+\/(store|ledger))\//],
  [['pg', '@electric-sql/pglite'], /^src\/platform\/database\//],
  // One client of the SDK for both services, and the calls of each.
  [['twilio'], /^src\/(platform|[a-z]+\/provider)\/twilio\//],
  [['redis'], /^src\/[a-z]+\/ledger\//],
];
/** What code without I/O may use from outside. */
const PURE = ['node:crypto', 'node:util', 'tldts', 'libphonenumber-js', 'ipaddr.js'];
const MAX_LINES = 400;

type Tree = ReadonlyMap<string, string>;

/** Tests and what only they use; nothing else may import it. */
const isTest = (file: string) => /(\.test|\.test-support|\/fixtures|\/conformance)\.ts$/.test(file);
const partsOf = (file: string) => file.split('/').slice(1);

/** Every specifier that a file imports, types included. Imports begin a line, so that none hides in a comment. */
function importsOf(text: string): string[] {
  const patterns = [
    /^[ \t]*(?:import|export)\s[^'"=();]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^[ \t]*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
}

/** The file of ours that a specifier means; undefined for packages and Node's own modules. */
function resolved(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(dirname(file), specifier);
  const alias = /^#(kernel|platform)\/(.+)$/.exec(specifier);
  return alias ? `src/${alias[1]}/${alias[2]}` : undefined;
}

function layerFault(from: readonly string[], to: readonly string[]): string | undefined {
  const [layer = '', part = ''] = from;
  const [target = '', targetPart = ''] = to;
  if (layer !== target && !LAYERS[layer]?.includes(target)) return `${layer} may not import ${target}`;
  if (!CONTEXTS.includes(layer)) return undefined;
  if (part === 'domain' && target === 'platform') return 'domain is pure';
  // Files at the root of a context stand above its folders, but for ports and generated types.
  if (layer !== target || part === targetPart || (from.length === 2 && part !== 'ports.ts')) return undefined;
  const below = part === 'domain' ? [] : part === 'ports.ts' ? ['domain'] : ['domain', 'ports.ts'];
  // What an operation does stands apart from how it is asked for.
  if (part === 'api') below.push('service');
  const isTypes = targetPart.endsWith('.gen.ts') && part !== 'domain';
  return isTypes || below.includes(targetPart) ? undefined : `${part} may not import ${targetPart}`;
}

function packageFault(file: string, specifier: string): string | undefined {
  const [layer, part] = partsOf(file);
  const isPure = layer === 'kernel' || part === 'domain';
  const isOf = (name: string) => `${specifier}/`.startsWith(`${name}/`);
  if (isPure && !PURE.some(isOf)) return `${part} does no I/O`;
  const door = DOORS.find(([names]) => names.some(isOf));
  return door && !door[1].test(file) ? `only ${door[1].source} may` : undefined;
}

function textFaults(file: string, text: string): string[] {
  const code = text.replaceAll(/^[ \t]*(\/\/|\/?\*).*$/gm, '');
  const rules: readonly [broken: boolean, fault: string][] = [
    [
      /\bprocess\s*(\?\.|\.|\[)\s*['"]?env\b|\}\s*=\s*process\b|['"](node:)?process['"]/.test(code) &&
        file !== 'src/config.ts',
      'only config.ts reads the environment',
    ],
    [
      /\bconsole\b/.test(code) && !/^src\/(cli\/|main\.ts)/.test(file),
      'only main and cli print; all else logs',
    ],
    [/\bimport\(\s*[^'"\s]/.test(code), 'imports what cannot be known before it runs'],
  ];
  return rules.flatMap(([broken, fault]) => (broken ? [`${file}: ${fault}`] : []));
}

function cycleFaults(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const faults: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) faults.push(`cycle: ${[...path.slice(path.indexOf(file)), file].join(' > ')}`);
    if (path.includes(file) || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return faults;
}

function faultsOf(tree: Tree): string[] {
  const faults: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [file, text] of tree) {
    const lines = text.trimEnd().split('\n').length;
    if (lines > MAX_LINES && !file.endsWith('.gen.ts')) faults.push(`${file}: has ${lines} lines`);
    const targets = importsOf(text).flatMap((specifier) => resolved(file, specifier) ?? []);
    graph.set(file, targets);
    if (!file.startsWith('src/') || isTest(file)) continue;
    if (!LAYERS[partsOf(file)[0] ?? '']) faults.push(`${file}: is in no layer`);
    faults.push(...textFaults(file, text));
    for (const specifier of importsOf(text)) {
      const target = resolved(file, specifier);
      const fault = target ? layerFault(partsOf(file), partsOf(target)) : packageFault(file, specifier);
      if (fault) faults.push(`${file} imports ${specifier}: ${fault}`);
      if (target && isTest(target)) faults.push(`${file} imports ${specifier}: it is a test`);
    }
  }
  return [...faults, ...cycleFaults(graph)];
}

const ROOT = join(import.meta.dirname, '..');
const PATTERNS = [
  'src/**/*.ts',
  'test/**/*.ts',
  'tools/*.ts',
  'tools/demo/**/*.ts',
  'tools/faults/**/*.ts',
  'bench/*.ts',
  'bench/support/**/*.ts',
  'sim/**/*.ts',
];
const tree: Tree = new Map(
  globSync(PATTERNS, { cwd: ROOT }).map((file) => [
    file.replaceAll('\\', '/'),
    readFileSync(join(ROOT, file), 'utf8'),
  ]),
);

test('the rules are applied to the tree as it is, not to nothing', () => {
  const sources = [...tree.keys()].filter((file) => file.startsWith('src/') && !isTest(file));
  assert.ok(sources.length >= 120, `${sources.length} source files`);
  for (const layer of ['kernel', 'platform', ...CONTEXTS]) {
    assert.ok(
      sources.some((file) => partsOf(file)[0] === layer),
      layer,
    );
  }
  const imports = sources.flatMap((file) => importsOf(tree.get(file) ?? '').map((to) => resolved(file, to)));
  const ours = imports.filter((target) => target !== undefined);
  assert.ok(ours.length >= 250, `${ours.length} imports of our own files`);
  assert.deepEqual(
    ours.filter((target) => !tree.has(target) && !target.endsWith('.json')),
    [],
  );
});

test('no file of the tree breaks a rule', () => {
  assert.deepEqual(faultsOf(tree), []);
});

const REG = 'src/registration';
const PRO = 'src/provisioning';
const broken: readonly [file: string, text: string][] = [
  ['src/kernel/a.ts', "import { a } from '#platform/a.ts';"],
  ['src/kernel/a.ts', "import { readFile } from 'node:fs';"],
  ['src/platform/a.ts', "import type { A } from '../registration/ports.ts';"],
  ['src/platform/a.ts', "import { readConfig } from '../config.ts';"],
  [`${REG}/api/a.ts`, "import { a } from '../../provisioning/ports.ts';"],
  [`${REG}/api/a.ts`, "import {\n  a,\n} from '../store/a.ts';"],
  [`${REG}/reconcile/a.ts`, "export type { A } from '../provider/a.ts';"],
  [`${REG}/provider/a.ts`, "const a = await import('../reconcile/a.ts');"],
  [`${REG}/store/a.ts`, "import '../registration.ts';"],
  [`${REG}/ports.ts`, "import { a } from './store/a.ts';"],
  [`${REG}/domain/a.ts`, "import { a } from '../ports.ts';"],
  [`${REG}/domain/a.ts`, "import { a } from '#platform/a.ts';"],
  [`${REG}/domain/a.ts`, "import { a } from 'node:net';"],
  [`${REG}/api/a.ts`, "import { sql } from 'kysely';"],
  [`${REG}/store/a.ts`, "import pg from 'pg';"],
  ['src/platform/http/a.ts', "import { PGlite } from '@electric-sql/pglite/live';"],
  [`${REG}/reconcile/a.ts`, "import twilio from 'twilio';"],
  [`${PRO}/service/a.ts`, "import { a } from '../api/a.ts';"],
  [`${PRO}/service/a.ts`, "import { a } from '../ledger/a.ts';"],
  [`${PRO}/api/a.ts`, "import { a } from '../../registration/ports.ts';"],
  [`${PRO}/service/a.ts`, "import { createClient } from 'redis';"],
  [`${REG}/api/a.ts`, 'const a = process.env.A;'],
  [`${REG}/api/a.ts`, 'const { env } = process;'],
  [`${REG}/api/a.ts`, "console.log('a');"],
  [`${REG}/api/a.ts`, 'await import(name);'],
  [`${REG}/api/a.ts`, "import { a } from './a.test.ts';"],
  [`${REG}/api/a.ts`, "import { a } from './a.ts';"],
  ['sim/twilio/a.ts', "import type { A } from './a.ts';"],
  ['src/client/a.ts', "import { a } from '#platform/a.ts';"],
  ['src/elsewhere/a.ts', ''],
  ['test/a.ts', '\n'.repeat(MAX_LINES).concat('a')],
];
for (const [file, text] of broken) {
  test(`the rules forbid ${file} to have: ${text.trim()}`, () => {
    assert.equal(faultsOf(new Map([[file, text]])).length, 1, faultsOf(new Map([[file, text]])).join('\n'));
  });
}

const whole: readonly [file: string, text: string][] = [
  [`${REG}/registration.ts`, "import { a } from './store/a.ts';\nimport { b } from './api/b.ts';"],
  [`${REG}/api/a.ts`, "import type { A } from '../contract.gen.ts';\nimport { b } from './b.ts';"],
  [`${REG}/store/a.ts`, "import { sql } from 'kysely';\n// process.env and console.log are named only here"],
  [`${PRO}/api/a.ts`, "import type { A } from '../service/a.ts';\nimport type { B } from '../ports.ts';"],
  [`${PRO}/ledger/a.ts`, "import { createClient } from 'redis';"],
  ['src/platform/twilio/a.ts', "import twilio from 'twilio';"],
  [`${REG}/api/a.test.ts`, "import { sql } from 'kysely';\nimport { a } from '../store/a.ts';"],
  ['src/cli/main.ts', "import { a } from '../registration/store/a.ts';\nconsole.log(a);"],
  ['src/cli/commands/a.ts', "import { createReceiver } from '../../client/webhooks/index.ts';"],
];
for (const [file, text] of whole) {
  test(`the rules let ${file} have: ${text.split('\n')[0]} ...`, () => {
    assert.deepEqual(faultsOf(new Map([[file, text]])), []);
  });
}
