import type { Injector } from '../world.ts';
import { pickProcess } from './pick.ts';

/** kill -9 of one process, of whatever role. */
export const kill: Injector = {
  name: 'kill -9',
  async inject(world, random) {
    const target = pickProcess(world, random);
    world.log(target.name);
    await target.kill();
    return () => target.restart();
  },
};
