import type { Injector } from '../world.ts';
import { between } from './pick.ts';

/** A tenant's receiver answers with errors, and is well again by itself at the latest. */
export const receiverFails: Injector = {
  name: 'receiver fails',
  holdMs: [1_000, 5_000],
  async inject({ receiver }, random) {
    receiver.fail(between(1_000, 5_000, random));
    return async () => receiver.fail(0);
  },
};
