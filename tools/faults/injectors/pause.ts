import type { Injector } from '../world.ts';
import { pickProcess } from './pick.ts';

/** Longer than the leases of work (12 s) and of a purchase (10 s): what it holds is another's when it goes on. */
const BEYOND_A_LEASE_MS = [13_000, 15_000] as const;

/** SIGSTOP of one process until its leases have ended. It wakes up in the belief that no time has passed. */
export const pause: Injector = {
  name: 'SIGSTOP beyond a lease',
  holdMs: BEYOND_A_LEASE_MS,
  async inject(world, random) {
    const target = pickProcess(world, random);
    world.log(target.name);
    target.stop();
    return async () => target.cont();
  },
};
