import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

// What a tenant's engineer gets: the package as npm packs it, in a project that has nothing else.

const ROOT = join(import.meta.dirname, '..');
/** What it is made from; a copy, so that nothing is built into the tree. */
const SOURCES = [
  'package.json',
  'tsconfig.json',
  'tsconfig.client.json',
  'src/client',
  'contracts',
  'docs',
  'tools',
];
/** Building and packing takes a few seconds on a slow machine. */
const DEADLINE_MS = 60_000;

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'a2p-package-test-'));
const project = join(scratch, 'project');
const modules = join(project, 'node_modules');
const installed = join(modules, '@nevermisscall/a2p');

before(async () => {
  const source = join(scratch, 'source');
  for (const path of SOURCES) cpSync(join(ROOT, path), join(source, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(source, 'node_modules'));
  const options = { cwd: source, timeout: DEADLINE_MS };
  await run('npm', ['run', 'build:client'], options);
  const { stdout } = await run('npm', ['pack', './dist', '--json', '--pack-destination', scratch], options);
  const [{ filename }] = JSON.parse(stdout);
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', join(scratch, filename), '-C', installed, '--strip-components=1']);
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
});
after(() => rm(scratch, { recursive: true, force: true }));

/** Runs a script in the project, with the Node that runs this. */
async function node(script: string): Promise<string> {
  const file = join(project, 'script.mjs');
  writeFileSync(file, script);
  return (await run(process.execPath, [file], { cwd: project, timeout: DEADLINE_MS })).stdout;
}

test('the package holds JavaScript, types, vectors and their documentation, and nothing of the service', () => {
  const files = globSync('**/*.*', { cwd: installed }).map((file) => file.replaceAll('\\', '/'));
  const others = files.filter((file) => !/^webhooks\/[a-z-]+(\.js|\.d\.ts)$/.test(file));
  assert.deepEqual(others.sort(), ['README.md', 'package.json', 'webhook-test-vectors.json']);
  assert.ok(files.includes('webhooks/index.js') && files.includes('webhooks/index.d.ts'));
});

test('its name and version are those of the whole, and it depends on nothing', () => {
  const read = (path: string): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8'));
  const [whole, kit] = [read(join(ROOT, 'package.json')), read(join(installed, 'package.json'))];
  assert.deepEqual([kit.name, kit.version, kit.type], [whole.name, whole.version, 'module']);
  const fields = Object.keys(kit).filter((field) => /ependenc|scripts|private/.test(field));
  assert.deepEqual(fields, []);
});

test('installed alone, it takes and refuses the vectors as published', async () => {
  const told = await node(`
    import { verify, WebhookError, createReceiver } from '@nevermisscall/a2p/webhooks';
    import vectors from '@nevermisscall/a2p/webhook-test-vectors.json' with { type: 'json' };
    for (const { headers, body, secrets, now, expect } of vectors.accepted) {
      const { event } = verify({ headers, body }, secrets, { clock: () => now * 1000 });
      if (event.eventId !== expect.eventId) throw new Error(body);
    }
    for (const { headers, body, secrets, now, code, require = [] } of vectors.refused) {
      try {
        verify({ headers, body }, secrets, { clock: () => now * 1000, require });
      } catch (error) {
        if (error instanceof WebhookError && error.code === code) continue;
        throw error;
      }
      throw new Error(code);
    }
    const [{ headers, body, secrets, now }] = vectors.accepted;
    const receiver = createReceiver({ secrets, clock: () => now * 1000 });
    const received = await receiver.receive(headers, body);
    console.log(vectors.accepted.length, vectors.refused.length, received.event.type);
  `);
  assert.equal(told.trim(), '14 22 BrandVetted');
});

test('no file of it imports another package', () => {
  const files = globSync('webhooks/*.{js,d.ts}', { cwd: installed });
  assert.ok(files.length >= 20, `${files.length} files`);
  const imports = files.flatMap((file) => {
    const text = readFileSync(join(installed, file), 'utf8');
    return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?['"]([^'"]+)['"]/g)].map(
      ([, specifier = '']) => specifier,
    );
  });
  assert.ok(imports.includes('node:crypto') && imports.includes('./verify.js'));
  assert.deepEqual(
    imports.filter((specifier) => !/^(\.\/|node:)/.test(specifier)),
    [],
  );
});

const CONSUMER = `
import { createServer } from 'node:http';
import { createReceiver, nodeHandler, refuse, type WebhookEvent, type WebhookStore, verify } from '@nevermisscall/a2p/webhooks';

const seen: WebhookEvent[] = [];
const receiver = createReceiver({ secrets: ['whsec_'] });
createServer(nodeHandler(receiver, {
  handle({ event, gap, late }, { signal }) {
    if (gap && gap.through > 3 && !signal.aborted) throw refuse(503, { retryAfterSeconds: 5 });
    if (!late) seen.push(event);
  },
  onError: (error) => console.error(error.code, error.status),
}));

declare const store: WebhookStore<{ insert(id: string): Promise<void> }>;
const durable = createReceiver({ secrets: () => [], store });
export const received = durable.receive(new Headers(), new Uint8Array(), async ({ event }, { tx }) => tx.insert(event.eventId));
// @ts-expect-error: a handler is told what its store lets it write with, and nothing else.
durable.receive({}, '', async (_, { tx }) => tx.remove());
export const previous: number | undefined = verify({ headers: {}, body: '' }, []).previousSequence;
`;

test('its types hold for a consumer under every strict rule, without skipping theirs', async () => {
  writeFileSync(join(project, 'consumer.ts'), CONSUMER);
  lend('@types/node');
  for (const module of ['nodenext', 'preserve']) await compile(['consumer.ts'], module);
});

const DOCUMENTATION = readFileSync(join(ROOT, 'docs/receiving-webhooks.md'), 'utf8');
const blocksOf = (language: string) =>
  [...DOCUMENTATION.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, code = '']) => code,
  );

test('every example of the documentation compiles against the package and the frameworks', async () => {
  const blocks = blocksOf('ts');
  assert.equal(blocks.length, 6);
  // The first one is the file that others import.
  const files = blocks.map((_, index) => (index === 0 ? 'webhooks.ts' : `example-${index}.ts`));
  blocks.forEach((code, index) => {
    writeFileSync(join(project, files[index] ?? ''), code);
  });
  lend('@types/node', '@types/express', '@types/pg', 'express', 'fastify', 'pg');
  await compile(files, 'nodenext', '--skipLibCheck');
});

test('what the documentation writes out by hand takes and refuses the vectors by v2 alone', async () => {
  const [code, ...others] = blocksOf('js');
  assert.deepEqual(others, []);
  writeFileSync(join(project, 'by-hand.mjs'), code ?? '');
  const told = await node(`
    import { verify } from './by-hand.mjs';
    import vectors from '@nevermisscall/a2p/webhook-test-vectors.json' with { type: 'json' };
    const takes = ({ secrets, headers, body, now }) => {
      const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
      return verify(secrets, Object.fromEntries(lower), body, now);
    };
    const taken = vectors.accepted.filter(takes).map(({ expect }) => expect.families.includes('v2'));
    console.log(JSON.stringify([taken, vectors.refused.filter(takes).map(({ name }) => name)]));
  `);
  assert.deepEqual(JSON.parse(told), [
    Array(12).fill(true),
    // Changed where only another family looks.
    [
      'another webhook-id',
      'another webhook-timestamp',
      'v1 does not verify',
      'Standard Webhooks does not verify',
    ],
  ]);
});

/** Puts packages of ours beside the one under test. */
function lend(...names: string[]): void {
  mkdirSync(join(modules, '@types'), { recursive: true });
  for (const name of names) {
    if (!existsSync(join(modules, name))) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
}

async function compile(files: readonly string[], module: string, ...more: string[]): Promise<void> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const rules = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--noEmit'];
  const options = [...rules, '--target', 'es2022', '--module', module, '--types', 'node', ...more];
  const compiled = run(process.execPath, [tsc, ...options, ...files], { cwd: project, timeout: DEADLINE_MS });
  await compiled.catch((error: { stdout?: string }) => assert.fail(`${module}: ${error.stdout}`));
}
