import timers from 'node:timers/promises';
import { providerBrandIdOf } from '../../registration/store/aggregates-by-ref.ts';
import { BadConfiguration, type CommandContext } from '../command.ts';
import type { TwilioAccess } from './twilio.ts';

/** Nobody scrapes a command. */
const UNCOUNTED = { providerRequest: () => {}, providerInbound: () => {} };

/**
 * The provider's account as configured, for one command; it takes its turns in the same line as the service.
 * Throws BadConfiguration, a line per fault.
 */
export async function connectToTwilio({
  settings,
  open,
  clock,
  signal,
}: CommandContext): Promise<TwilioAccess> {
  if ('faults' in settings) throw new BadConfiguration(settings.faults.join('\n'));
  const { twilio, publicUrl } = settings.config;
  if (!twilio) throw new BadConfiguration('A2P_PROVIDER: is not twilio; set it, and the account');
  // The SDK is 34 MB in memory: for those who use it.
  const { openTwilioCalls } = await import('../../registration/connect-twilio.ts');
  const { POLICIES } = await import('../../registration/provider/twilio/options.ts');
  const { database } = await open('current');
  const { calls, close } = openTwilioCalls(twilio, { database, clock, metrics: UNCOUNTED });
  const ours = calls({ signal });
  return {
    calls: ours,
    async resendCode(brandId) {
      const brandSid = await providerBrandIdOf(database.executor, brandId);
      return brandSid === undefined ? undefined : ours.sendOtp(brandSid);
    },
    ...(publicUrl === undefined ? {} : { publicUrl }),
    primaryProfileSid: twilio.primaryProfileSid,
    policies: POLICIES,
    wait: async (ms, until) => {
      await timers.setTimeout(ms, undefined, { signal: until });
    },
    close,
  };
}
