import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { generateKey } from '../src/platform/secrets/keyring.ts';
import { buildHeaders, formatSecret } from '../src/platform/webhooks/endpoints/signature.ts';
import { startReceiver } from '../tools/demo/receiver.ts';
import { childEnvironment } from './support/child-environment.ts';
import { prepareDataDirectory } from './support/data-directory.ts';
import { freshPostgres, stopOwnServer } from './support/database.ts';
import { startProcess } from './support/processes.ts';

// The demo as people run it: a child process, and what it prints.

const DEMO = fileURLToPath(new URL('../tools/demo/demo.ts', import.meta.url));
/** Above the demo's own deadline of 60 s and its clean-up. */
const DEADLINE_MS = 80_000;

const scratch = await mkdtemp(join(tmpdir(), 'a2p-demo-test-'));
after(stopOwnServer);
after(() => rm(scratch, { recursive: true, force: true }));

function startDemo(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [DEMO], {
    env: { ...childEnvironment(), DATA_DIR: join(scratch, 'none'), ...env },
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode, output }));
  return { child, ended, output: () => output };
}

/** Each must come after the one before it. */
function assertInOrder(output: string, milestones: readonly RegExp[]): void {
  let from = 0;
  for (const milestone of milestones) {
    const found = output.slice(from).search(milestone);
    assert.ok(found >= 0, `${milestone} is not where it should be in:\n${output}`);
    from += found + 1;
  }
}

/** Where both services run. */
const PURCHASE = [
  /GET \/availability +200 +\+1\d{10}, /,
  /POST \/numbers +200 +dry run: purchase, configureMessaging, configureVoice/,
  /POST \/numbers +201 +Configured, \+1\d{10}, PN[0-9a-f]{32}/,
  /same Idempotency-Key: the same number, bought once/,
];
const GUARDED = /DELETE \/numbers\/\{sid\} +409 +a number in use is not released/;
const STORY = [
  /readiness +200 +ready: false, \d blockers/,
  /event +campaign +A2PReady +#4 +✓ X-NMC-Signature +✓ webhook-signature/,
  /readiness +200 +ready: true, from \+1\d{10}/,
  /phase +brand +SUBMITTED → REJECTED/,
  /condition +brand +Vetted +False +TaxIdMismatch +tenant acts next/,
  /PATCH \S+ +200 +If-Match "\d+", legalName "Rosa Plumbing Incorporated"/,
  /PATCH \S+ +412/,
  /phase +brand +SUBMITTED → VETTED/,
  /^Shown: .* 13 events, in order,$/m,
];

test('alone, the demo starts its own service, shows the whole story, exits 0 and leaves nothing behind', async () => {
  const temporary = await mkdtemp(join(scratch, 'tmp-'));
  const { exitCode, output } = await startDemo({ TMPDIR: temporary }).ended;
  assert.equal(exitCode, 0, output);
  assertInOrder(output, [
    /^demo: no instance is running, so it starts its own/,
    ...PURCHASE,
    ...STORY.slice(0, 3),
    GUARDED,
    ...STORY.slice(3),
  ]);
  // Neither a log line nor a colour on what is no terminal.
  assert.ok(!output.includes('"level"') && !output.includes('\u001b'), output);
  assert.deepEqual(await readdir(temporary), []);
});

test('interrupted, the demo says so, exits 130 and leaves nothing behind', async () => {
  const temporary = await mkdtemp(join(scratch, 'tmp-'));
  const demo = startDemo({ TMPDIR: temporary });
  const interrupt = () => {
    if (!demo.output().includes('BrandSubmitted')) return;
    demo.child.stdout.off('data', interrupt);
    demo.child.kill('SIGINT');
  };
  demo.child.stdout.on('data', interrupt);
  const { exitCode, output } = await demo.ended;
  assert.equal(exitCode, 130, output);
  assert.match(output, /^demo: interrupted/m);
  assert.doesNotMatch(output, /A2PReady +#/);
  assert.deepEqual(await readdir(temporary), []);
});

test('beside a running instance, the demo drives that one, again and again', async () => {
  const env = { DATA_DIR: join(scratch, 'data'), PORT: String(await freePort()) };
  await prepareDataDirectory(env.DATA_DIR);
  const service = await startProcess({ ...env, FAKE_APPROVAL_DELAY_MS: '1000' });
  try {
    const tenants: string[] = [];
    for (const run of [1, 2]) {
      const { exitCode, output } = await startDemo(env).ended;
      assert.equal(exitCode, 0, `run ${run}: ${output}`);
      assertInOrder(output, [/^demo: drives the running instance at http:\/\/127\.0\.0\.1:\d+$/m, ...STORY]);
      tenants.push(/under tenant (demo-\d+)/.exec(output)?.[1] ?? '');
    }
    assert.equal(new Set(tenants).size, 2, String(tenants));
  } finally {
    await service.stop();
  }
});

test('beside processes on PostgreSQL, the demo makes its tenant in their database and drives them', async () => {
  const { url, close } = await freshPostgres();
  const env = {
    DATABASE_URL: url ?? '',
    ENCRYPTION_KEYS: `k1:${generateKey()}`,
    PORT: String(await freePort()),
  };
  const common = { ...env, WEBHOOK_ALLOW_PRIVATE: 'true', FAKE_APPROVAL_DELAY_MS: '1000' };
  const fleet = [
    await startProcess({ ...common, ROLES: 'api' }),
    await startProcess({ ...common, PORT: '0', ROLES: 'reconcile,dispatch' }),
  ];
  try {
    const { exitCode, output } = await startDemo(env).ended;
    assert.equal(exitCode, 0, output);
    assertInOrder(output, [/^demo: drives the running instance at/, ...STORY]);
  } finally {
    await Promise.all(fleet.map((process) => process.stop()));
    await close();
  }
});

test('with the wrong port for the running instance, the demo says what to set and exits 1', async () => {
  const dataDir = join(scratch, 'other');
  await prepareDataDirectory(dataDir);
  const service = await startProcess({ DATA_DIR: dataDir });
  try {
    const { exitCode, output } = await startDemo({ DATA_DIR: dataDir, PORT: String(await freePort()) }).ended;
    assert.equal(exitCode, 1, output);
    assert.match(output, /^demo: an instance holds .* set HOST and PORT/m);
  } finally {
    await service.stop();
  }
});

test('the receiver of the demo takes what every signature vouches for, and nothing else', async () => {
  const key = randomBytes(32);
  const seen: string[] = [];
  const faults: string[] = [];
  const receiver = await startReceiver({
    onEvent: ({ event }) => void seen.push(event.eventId),
    onFault: (fault) => void faults.push(fault),
  });
  interface Change {
    readonly headers?: Record<string, string>;
    readonly sequence?: number;
    readonly previousSequence?: number;
    readonly secondsAgo?: number;
    readonly body?: string;
  }
  const post = async (change: Change = {}) => {
    const { sequence = 1, previousSequence = sequence - 1, secondsAgo = 0 } = change;
    const event = { eventId: `evt_${sequence}`, type: 'A2PReady', aggregateId: 'camp_1', sequence };
    const rest = {
      tenantId: 'ten_1',
      aggregateType: 'campaign',
      timestamp: '2026-01-05T12:00:00Z',
      data: {},
    };
    const body = Buffer.from(JSON.stringify({ ...event, ...rest }));
    const timestamp = Math.floor(Date.now() / 1_000) - secondsAgo;
    const signed = buildHeaders({ ...event, body }, [key], timestamp, { previousSequence });
    const request = { method: 'POST', headers: { ...signed, ...change.headers }, body: change.body ?? body };
    return (await fetch(receiver.url, request)).status;
  };
  try {
    assert.equal(await post(), 401, 'before any secret is known');
    receiver.trust(formatSecret(key));
    assert.equal(await post({ headers: { 'X-NMC-Signature': `v1=${'0'.repeat(64)}` } }), 401);
    assert.equal(await post({ headers: { 'webhook-signature': 'v1,AAAA' } }), 401);
    assert.equal(await post({ headers: { 'X-NMC-Sequence': '2' } }), 401, 'not signed by v1, but by v2');
    assert.equal(await post({ secondsAgo: 600 }), 401, 'ten minutes old');
    assert.equal(await post({ body: '{}' }), 401, 'another body');
    assert.deepEqual([seen, faults.splice(0).length], [[], 6]);
    const second = { sequence: 2, previousSequence: 0 };
    assert.deepEqual([await post(second), await post(second), seen, faults], [204, 204, ['evt_2'], []]);
    assert.equal(await post(), 204);
    assert.match(faults[0] ?? '', /#1 came after #2/);
    assert.equal(await post({ sequence: 5 }), 204);
    assert.match(faults[1] ?? '', /#5 came, and #4 before it did not/);
  } finally {
    await receiver.close();
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port is free');
  return address.port;
}
