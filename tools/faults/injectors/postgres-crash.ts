import type { Injector } from '../world.ts';

/** PostgreSQL ends without a checkpoint, in the middle of every transaction, and recovers. */
export const postgresCrash: Injector = {
  name: 'PostgreSQL crashes',
  async inject({ postgres }) {
    await postgres.stop();
    return () => postgres.start();
  },
};
