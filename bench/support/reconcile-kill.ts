import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProcess } from '../../test/support/processes.ts';
import { runJob, startJob } from './reconcile-child.ts';
import type { FilledDatabase } from './reconcile-fill.ts';

const DEADLINE_MS = 120_000;
/** The second worker has connected and polls by then. */
const SETTLE_MS = 2_000;

interface Killable {
  kill(): Promise<void>;
}

/** From kill -9 of the service process that holds an aggregate until another one asks the provider for it, in ms. */
export async function oursKilled(filled: FilledDatabase): Promise<number> {
  const { url, drop } = await filled.copy();
  const provider = await silentProvider();
  const worker = () =>
    startProcess({
      DATABASE_URL: url,
      ENCRYPTION_KEYS: filled.encryptionKeys,
      ROLES: 'reconcile',
      TEST_WORLD_URL: provider.url,
      LOG_LEVEL: 'fatal',
    });
  const ms = await takeover(provider, worker);
  await drop();
  return ms;
}

/** The same of pg-boss with its shortest heartbeat. */
export async function pgBossKilled(url: string): Promise<number> {
  await runJob({ do: 'sendOne', url });
  const provider = await silentProvider();
  return takeover(provider, async () => {
    const child = startJob({ do: 'hang', url, askedUrl: provider.url });
    await sleep(SETTLE_MS);
    return child;
  });
}

async function takeover(provider: SilentProvider, start: () => Promise<Killable>): Promise<number> {
  const holder = await start();
  await provider.asked(1);
  const other = await start();
  await holder.kill();
  const killedAt = performance.now();
  await provider.asked(2);
  const ms = performance.now() - killedAt;
  await other.kill();
  await provider.close();
  return ms;
}

interface SilentProvider {
  readonly url: string;
  /** Until it has been asked so often in all. */
  asked(times: number): Promise<void>;
  close(): Promise<void>;
}

/** Takes every request and answers none. */
async function silentProvider(): Promise<SilentProvider> {
  let requests = 0;
  const server = createServer(() => {
    requests++;
    server.emit('asked');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the provider has no address');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async asked(times) {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      while (requests < times) await once(server, 'asked', { signal });
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
