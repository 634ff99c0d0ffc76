import type { Injector } from '../world.ts';

/** Every connection to PostgreSQL is reset once; it can be had again at once. */
export const connectionsCut: Injector = {
  name: 'database connections cut',
  holdMs: [0, 500],
  async inject({ proxy }) {
    proxy.cut();
    return async () => {};
  },
};
