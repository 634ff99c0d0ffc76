import type { Injector } from '../world.ts';

/** Redis dies with all it knows: only the tags at the provider keep a repeated purchase from being a second one. */
export const redisLost: Injector = {
  name: 'Redis loses its data',
  applies: ({ redis }) => redis !== undefined,
  async inject({ redis }) {
    if (!redis) throw new Error('there is no Redis in this world');
    await redis.kill();
    return () => redis.restart();
  },
};
