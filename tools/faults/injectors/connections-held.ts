import type { Injector } from '../world.ts';

/** At most beyond a lease (12 s), which then ends on the server while its holder waits. */
const HOLD_MS = [1_000, 13_500] as const;

/** Nothing passes between the processes and PostgreSQL, and nobody is told: what was sent arrives later. */
export const connectionsHeld: Injector = {
  name: 'database connections held',
  holdMs: HOLD_MS,
  async inject({ proxy }) {
    proxy.slow(Number.POSITIVE_INFINITY);
    return async () => proxy.slow(0);
  },
};
