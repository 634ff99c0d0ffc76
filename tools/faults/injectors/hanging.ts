import type { Injector } from '../world.ts';
import { simRules } from './sim-rules.ts';

/** Calls to both providers are never answered: the simulator does not do them, the other one does. */
export const hanging: Injector = {
  name: 'provider: hangs',
  holdMs: [1_000, 4_000],
  async inject(world) {
    const end = await simRules(world, [{ match: {}, fault: 'hang', times: Number.MAX_SAFE_INTEGER }]);
    world.provider.hang(0.5);
    return async () => {
      world.provider.hang(0);
      await end();
    };
  },
};
