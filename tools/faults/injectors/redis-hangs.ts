import type { Injector } from '../world.ts';

/** Redis takes connections and answers nothing; what it knows stays. */
export const redisHangs: Injector = {
  name: 'Redis hangs',
  holdMs: [1_000, 12_000],
  applies: ({ redis }) => redis !== undefined,
  async inject({ redis }) {
    if (!redis) throw new Error('there is no Redis in this world');
    redis.suspend();
    return async () => redis.goOn();
  },
};
