import type { Injector } from '../world.ts';
import { simRules } from './sim-rules.ts';

/** Both providers take hardly a call. */
export const throttled: Injector = {
  name: 'provider: 429 storm',
  holdMs: [1_000, 4_000],
  async inject(world) {
    const end = await simRules(world, [
      { match: {}, fault: 'status', status: 429, retryAfter: 1, times: Number.MAX_SAFE_INTEGER },
    ]);
    world.provider.refuse(0.8);
    return async () => {
      world.provider.refuse(0);
      await end();
    };
  },
};
