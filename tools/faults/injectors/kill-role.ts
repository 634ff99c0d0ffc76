import type { Injector } from '../world.ts';
import { pickProcess } from './pick.ts';

/** kill -9 of every process of a role at once: nobody is left who does that work. */
export const killRole: Injector = {
  name: 'kill -9 of a role',
  async inject(world, random) {
    const { role } = pickProcess(world, random);
    const targets = world.processes().filter((one) => one.role === role && one.running);
    world.log(`every ${role} process`);
    await Promise.all(targets.map((one) => one.kill()));
    return async () => {
      await Promise.all(targets.map((one) => one.restart()));
    };
  },
};
