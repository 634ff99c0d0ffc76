import type { Injector } from '../world.ts';
import { between } from './pick.ts';

/** From another zone to another continent. An operation takes about ten exchanges. Milliseconds each way. */
const DELAY_MS = [5, 100] as const;

/** The way to PostgreSQL takes long. */
export const connectionsSlow: Injector = {
  name: 'database connections slow',
  holdMs: [1_000, 4_000],
  async inject({ proxy, log }, random) {
    const ms = Math.round(between(...DELAY_MS, random));
    log(`${ms} ms each way`);
    proxy.slow(ms);
    return async () => proxy.slow(0);
  },
};
