import type { Injector } from '../world.ts';

/** PostgreSQL lives and nobody reaches it. */
export const connectionsRefused: Injector = {
  name: 'database connections refused',
  async inject({ proxy }) {
    proxy.refuse(true);
    return async () => proxy.refuse(false);
  },
};
