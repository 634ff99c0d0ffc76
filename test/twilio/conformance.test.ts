import { after } from 'node:test';
import { conformance } from '../../src/registration/provider/conformance.ts';
import { testClock } from '../support/database.ts';
import { startTwilio, type TwilioWorld } from '../support/twilio.ts';

const worlds: TwilioWorld[] = [];
after(() => Promise.all(worlds.map((world) => world.close())));

conformance('the Twilio adapter', async () => {
  const world = await startTwilio(testClock());
  worlds.push(world);
  return {
    provider: world.adapter(),
    restarted: () => world.adapter(),
    letTimePass: () => world.advance(30_000),
    created: () => world.objects('brands').length,
  };
});
