import { writeFile } from 'node:fs/promises';
import type { Injector } from '../world.ts';
import { pick, pickProcess } from './pick.ts';

const HOUR_MS = 3_600_000;
/** A bad time server, a lease, a wrong time zone, a machine that comes up in another month. */
const BACK_MS = [-2_000, -15_000, -HOUR_MS, -30 * 24 * HOUR_MS];
const AHEAD_MS = BACK_MS.map((ms) => -ms);
/** The fake provider lives in such a process and dates its verdicts by its clock: far ahead they would never fall due. */
const AHEAD_WITH_THE_PROVIDER_MS = [2_000];

/** The clock of one process is set forward or back, and later right again. The database's stays. */
export const clockJump: Injector = {
  name: 'clock jump',
  holdMs: [1_000, 5_000],
  async inject(world, random) {
    const target = pickProcess(world, random);
    const ahead = target.role === 'reconcile' ? AHEAD_WITH_THE_PROVIDER_MS : AHEAD_MS;
    const aheadMs = pick([...BACK_MS, ...ahead], random);
    world.log(`${target.name} by ${aheadMs / 1_000} s`);
    const right = () => writeFile(target.clockFile, '0');
    try {
      await writeFile(target.clockFile, String(aheadMs));
    } catch (error) {
      await right();
      throw error;
    }
    return right;
  },
};
