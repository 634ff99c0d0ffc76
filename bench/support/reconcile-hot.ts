import { setTimeout as sleep } from 'node:timers/promises';
import { type OpenPeer, openPool } from './reconcile-peer.ts';

/** Few keys and many who ask for them, as the callbacks about one campaign do. */
const KEYS = 6;
const PRODUCERS = 8;
/** Of one run: what a short provider call takes, so that triggers come while it runs. */
const RUN_MS = 3;
const QUIET_DEADLINE_MS = 20_000;

export interface HotFigures {
  readonly triggers: number;
  /** Committed triggers that no run saw which began afterwards, when everything had come to rest. */
  readonly lost: number;
  /** Calls that answered that no run was stored; one that waits already may stand for it. */
  readonly turnedDown: number;
  /** Most runs of one key at the same time. */
  readonly atOnce: number;
}

/**
 * Bursts of triggers: every producer asks once for every key, in an order of its own, while runs are under way.
 * Each burst is over when nothing is due or running; then whatever no run has seen is lost, as nobody would look.
 */
export async function hotKeys(
  url: string,
  open: (url: string, visit: (key: string) => Promise<void>) => Promise<OpenPeer>,
  bursts: number,
): Promise<HotFigures> {
  const pool = openPool(url);
  await pool.query('create table bench_triggers (id bigserial primary key, key text not null, seen boolean)');
  await pool.query('create index on bench_triggers (key) where seen is null');
  await pool.query('grant all on bench_triggers, bench_triggers_id_seq to public');
  const running = new Map<string, number>();
  let atOnce = 0;
  const peer = await open(url, async (key) => {
    const now = (running.get(key) ?? 0) + 1;
    running.set(key, now);
    atOnce = Math.max(atOnce, now);
    await pool.query('update bench_triggers set seen = true where key = $1 and seen is null', [key]);
    await sleep(RUN_MS);
    running.set(key, (running.get(key) ?? 1) - 1);
  });
  let lost = 0;
  let turnedDown = 0;
  for (let burst = 0; burst < bursts; burst++) {
    const producers = Array.from({ length: PRODUCERS }, async (_, producer) => {
      for (let n = 0; n < KEYS; n++) {
        if (!(await peer.trigger(`key_${(producer + n) % KEYS}`))) turnedDown++;
      }
    });
    await Promise.all(producers);
    await untilQuiet(peer);
    const { rowCount } = await pool.query('update bench_triggers set seen = false where seen is null');
    lost += rowCount ?? 0;
  }
  await peer.close();
  await pool.end();
  return { triggers: bursts * PRODUCERS * KEYS, lost, turnedDown, atOnce };
}

async function untilQuiet(peer: OpenPeer): Promise<void> {
  const deadline = performance.now() + QUIET_DEADLINE_MS;
  while (!(await peer.quiet())) {
    if (performance.now() > deadline) throw new Error('it did not come to rest');
    await sleep(2);
  }
}
