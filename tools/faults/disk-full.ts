import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { registerBusiness } from '../../test/support/business.ts';
import { createClient, eventually } from '../../test/support/client.ts';
import { prepareDataDirectory } from '../../test/support/data-directory.ts';
import { type ServiceProcess, startProcess } from '../../test/support/processes.ts';
import { BRAND } from '../../test/support/world.ts';

const run = promisify(execFile);

const TOKEN = 'a-development-token-of-a-test';
/** The empty database takes 40 MB, a piece of its log 16. */
const DISK = '160m';
const PIECE = Buffer.alloc(1 << 20);
const BUSINESSES = 4;
/** As long as the disk stays full after the first write was refused. */
const FULL_MS = 2_000;
/** Until a write is refused: the room in pages and log that there are has to be used up. */
const FILL_DEADLINE_MS = 15_000;
/** What recovery may take. */
const RECOVERY_MS = 15_000;
const SETTLE_MS = 20_000;

export interface DiskFull {
  /** Brands that were answered with 201 at whatever time, and are there. */
  readonly acknowledged: number;
  /** Writes that were answered with an error while the disk was full. */
  readonly refused: number;
  /** It ended, or was not ready again in time, and was started anew. */
  readonly restarted: boolean;
  /** From the end of the fault until a write is acknowledged. Milliseconds. */
  readonly recoveryMs: number;
  /** From then until each business that was under way is ready. */
  readonly readyMs: readonly number[];
  /** When the disk was full, and when there was room again, by `performance.now()`. */
  readonly beganMs: number;
  readonly freedMs: number;
}

/**
 * The embedded service on a disk of its own that gets full in the middle of its work, and room again. Throws when an
 * acknowledged write is missing, a business does not become ready, or no write comes through again in time.
 * @returns the figures, or why it cannot be done here: it takes the right to mount a file system.
 */
export async function runDiskFull(log: (line: string) => void): Promise<DiskFull | { skipped: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'a2p-disk-full-'));
  try {
    const skipped = await mountSmall(directory);
    if (skipped !== undefined) return { skipped };
    try {
      return await fillAndFree(directory, log);
    } finally {
      await run('umount', [directory]);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** @returns why it is not mounted. */
async function mountSmall(directory: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return `no tmpfs on ${process.platform}`;
  return run('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', directory]).then(
    () => undefined,
    (error: Error) => `this user may not mount a tmpfs: ${error.message.trim().split('\n').at(-1)}`,
  );
}

async function fillAndFree(directory: string, log: (line: string) => void): Promise<DiskFull> {
  const env = { DATA_DIR: directory, BOOTSTRAP_TOKEN: TOKEN, FAKE_APPROVAL_DELAY_MS: '200' };
  await prepareDataDirectory(directory);
  let service: ServiceProcess = await startProcess(env);
  const client = createClient(TOKEN, () => [service.url]);
  const acknowledged: string[] = [];
  let n = 0;
  const write = async (): Promise<boolean> => {
    const body = { ...BRAND, taxId: `46-${String(1_000_000 + n++)}` };
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await client.once<{ brandId: string }>('POST', '/brands', body, headers).catch(() => {});
    if (answer?.status === 201) acknowledged.push(answer.body.brandId);
    return answer?.status === 201;
  };
  try {
    const businesses = Promise.all(
      Array.from({ length: BUSINESSES }, (_, at) => registerBusiness(client, at)),
    );
    // Told at the end, unless something else has failed by then.
    businesses.catch(() => {});
    if (!(await write())) throw new Error('it takes no write before there is a fault');
    const ballast = join(directory, 'ballast');
    await fill(ballast);
    const beganMs = performance.now();
    let refused = 0;
    await eventually('a write is refused on a full disk', FILL_DEADLINE_MS, async () => {
      if (!(await write())) refused += 1;
      return refused > 0;
    });
    log(`the disk is full, ${acknowledged.length} writes acknowledged so far`);
    const until = performance.now() + FULL_MS;
    while (performance.now() < until) {
      if (!(await write())) refused += 1;
      await sleep(50);
    }

    await rm(ballast);
    const freedMs = performance.now();
    const healed = await comesAgain(write, RECOVERY_MS / 2);
    if (!healed) {
      log('it does not come again by itself and is started anew');
      await service.kill();
      service = await startProcess(env);
      if (!(await comesAgain(write, RECOVERY_MS))) throw new Error('no write comes through again');
    }
    const recoveryMs = Math.round(performance.now() - freedMs);

    const readyMs: number[] = [];
    for (const { campaignId } of await businesses) {
      await eventually(`${campaignId} is ready`, SETTLE_MS, async () => {
        const { body } = await client.surely<{ ready: boolean }>('GET', `/campaigns/${campaignId}/readiness`);
        return body.ready;
      });
      readyMs.push(Math.round(performance.now() - freedMs));
    }
    for (const brandId of acknowledged) {
      const { status } = await client.surely('GET', `/brands/${brandId}`);
      if (status !== 200) throw new Error(`${brandId} was acknowledged, and reading it answers ${status}`);
    }
    const counts = { acknowledged: acknowledged.length, refused, restarted: !healed };
    return { ...counts, recoveryMs, readyMs, beganMs, freedMs };
  } catch (error) {
    throw new Error(`on a full disk: ${service.output().slice(-2_000)}`, { cause: error });
  } finally {
    await service.kill();
  }
}

async function comesAgain(write: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    if (await write()) return true;
    await sleep(100);
  }
  return false;
}

/** Writes until nothing more goes in. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (;;) await file.write(PIECE);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    await file.close();
  }
}
