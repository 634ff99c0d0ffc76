import type { FaultRule } from '../../../sim/twilio/faults.ts';
import type { World } from '../world.ts';

/** Gives the simulator these rules. Resolves with what takes all rules away; does so itself when one is refused. */
export async function simRules({ sim }: World, rules: readonly FaultRule[]): Promise<() => Promise<void>> {
  const end = async () => {
    await sim.control('faults');
  };
  try {
    for (const rule of rules) await sim.control('faults', rule);
  } catch (error) {
    await end();
    throw error;
  }
  return end;
}
