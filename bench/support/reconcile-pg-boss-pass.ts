import { CompiledQuery } from 'kysely';
import { newId } from '../../src/kernel/ids.ts';
import { databaseClock } from '../../src/platform/database/clock.ts';
import type { Tx } from '../../src/platform/database/database.ts';
import { openPostgres } from '../../src/platform/database/postgres.ts';
import { enqueueAll } from '../../src/platform/queue/enqueue.ts';
import type { Pass } from '../../src/platform/reconcile/verdict.ts';
import { loadIndexKey } from '../../src/platform/secrets/blind-index.ts';
import { parseKeyring } from '../../src/platform/secrets/keyring.ts';
import { createFakeProvider } from '../../src/registration/provider/fake/fake-provider.ts';
import { brandReconciler } from '../../src/registration/reconcile/brand.ts';
import { createSealer } from '../../src/registration/store/sealer.ts';
import { createStore } from '../../src/registration/store/store.ts';
import { NEXT_RUN_SECONDS } from './reconcile-peer.ts';
import { loops, opened, QUEUE } from './reconcile-pg-boss.ts';

/**
 * The very pass of ours with pg-boss in the place of our queue: load, ask, decide; then in one transaction for all that
 * were fetched together save status and events, complete their jobs and store the next ones. What the queue costs.
 */
export async function drainWithOurPass(url: string, encryptionKeys: string): Promise<void> {
  const parsed = parseKeyring(encryptionKeys);
  if (!('keyring' in parsed)) throw new Error('these are no encryption keys');
  const database = openPostgres(url, { onError: () => {} });
  const sealer = createSealer(parsed.keyring, await loadIndexKey(database.executor, parsed.keyring));
  const reconciler = brandReconciler({
    database,
    store: createStore({ clock: databaseClock, sealer, onConflict: () => {} }),
    provider: createFakeProvider({ clock: { now: () => new Date() }, approvalDelayMs: 0, seed: 1 }),
  });
  const boss = await opened(url);
  const changeOf = async (key: string, now: Date) => {
    const claim = {
      tenantId: '',
      resource: 'brand',
      aggregateId: key,
      claimId: newId('clm', now),
      failures: 0,
      wantedGeneration: 0,
      wakes: 0,
      now,
    };
    const { change } = await reconciler.reconcile(claim, passAt(now));
    return change === undefined ? [] : [change];
  };
  await loops(boss, async (jobs) => {
    const now = new Date();
    const changes = (await Promise.all(jobs.map(({ data }) => changeOf(data.key, now)))).flat();
    const startAfter = new Date(now.getTime() + NEXT_RUN_SECONDS * 1_000);
    await database.transaction(async (tx) => {
      await enqueueAll(tx, databaseClock, await reconciler.save(tx, changes));
      const db = over(tx);
      await boss.complete(
        QUEUE,
        jobs.map(({ id }) => id),
        null,
        { db },
      );
      await boss.insert(
        QUEUE,
        jobs.map(({ data }) => ({ data, startAfter })),
        { db },
      );
    });
  }).done;
}

/** These brands are sent already: nothing is created at the provider. */
function passAt(now: Date): Pass {
  const ensure = async () => {
    throw new Error('no brand of this measurement is still to be sent');
  };
  return { now, time: () => now, signal: new AbortController().signal, effects: { ensure } };
}

function over(tx: Tx) {
  return {
    executeSql: (text: string, values: unknown[] = []) =>
      tx.getExecutor().executeQuery<never>(CompiledQuery.raw(text, values)),
  };
}
