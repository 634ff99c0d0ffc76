import type { Injector } from '../world.ts';
import { between } from './pick.ts';
import { simRules } from './sim-rules.ts';

/** Below the deadline of a call (8 s), but not of what a request makes together. */
const DELAY_MS = [200, 3_000] as const;

/** Both providers take their time. */
export const slowAnswers: Injector = {
  name: 'provider: slow',
  holdMs: [1_000, 4_000],
  async inject(world, random) {
    const delayMs = Math.round(between(...DELAY_MS, random));
    world.log(`${delayMs} ms`);
    const end = await simRules(world, [
      { match: {}, fault: 'slow', delayMs, times: Number.MAX_SAFE_INTEGER },
    ]);
    world.provider.slow(delayMs);
    return async () => {
      world.provider.slow(0);
      await end();
    };
  },
};
