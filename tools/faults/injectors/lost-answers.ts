import type { FaultRule } from '../../../sim/twilio/faults.ts';
import type { Injector } from '../world.ts';
import { simRules } from './sim-rules.ts';

/** Orders at the simulator whose answers are lost, and how many pass between them at most. */
const LOST = 6;
const MOST_BETWEEN = 3;

/** Orders are done and paid for at both providers, and nobody is told. */
export const lostAnswers: Injector = {
  name: 'provider: lost answers',
  holdMs: [2_000, 5_000],
  async inject(world, random) {
    const rules = Array.from(
      { length: LOST },
      (): FaultRule => ({
        match: { method: 'POST' },
        fault: random() < 0.8 ? 'lostAnswer' : 'brokenAnswer',
        skip: Math.floor(random() * MOST_BETWEEN),
      }),
    );
    const end = await simRules(world, rules);
    world.provider.loseAnswers(0.5);
    return async () => {
      world.provider.loseAnswers(0);
      await end();
    };
  },
};
