import { DEFAULT_ACCOUNT, type SimOptions, startTwilioSim } from '../../sim/twilio/sim.ts';
import type { ProviderAccounts } from '../../src/platform/provider-http/accounts.ts';
import { createProviderHttp, type ProviderHttp } from '../../src/platform/provider-http/provider-http.ts';
import { twilioHosts } from '../../src/platform/twilio/hosts.ts';
import type { NumberRegistrations, Provider } from '../../src/registration/ports.ts';
import { createTwilioClient } from '../../src/registration/provider/twilio/client.ts';
import type { NumberFlowDeps } from '../../src/registration/provider/twilio/number-flow.ts';
import { type AdapterOptions, POLICIES } from '../../src/registration/provider/twilio/options.ts';
import { createTwilioProvider } from '../../src/registration/provider/twilio/twilio-provider.ts';
import type { TestClock } from './database.ts';
import { openApiDir } from './openapi.ts';

export const PRIMARY_PROFILE = `BU${DEFAULT_ACCOUNT.sid.slice(2)}`;

/** Nobody else calls, and a test has no second to wait: every call has its turn. */
const OPEN_LINE: ProviderAccounts = {
  take: async () => ({ kind: 'turn', waitMs: 0 }),
  check: async () => ({ kind: 'open' }),
  block: async () => {},
  clear: async () => {},
};

export interface AdapterParts {
  readonly accounts?: ProviderAccounts;
  readonly registrations?: NumberRegistrations;
  readonly isBeingReleased?: NumberFlowDeps['isBeingReleased'];
  readonly ahead?: NumberFlowDeps['ahead'];
  readonly options?: Partial<AdapterOptions & { eventsOn: boolean }>;
  /** Stands between the adapter and the network. */
  readonly around?: (http: ProviderHttp) => ProviderHttp;
}

export type TwilioWorld = Awaited<ReturnType<typeof startTwilio>>;

/** The simulator, and adapters that call it over HTTP on the clock of a test. */
export async function startTwilio(clock: TestClock, options: SimOptions = {}) {
  const sim = await startTwilioSim({
    ownAskedNumbers: true,
    ...(openApiDir && { openApiDir }),
    ...options,
  });
  const https: ProviderHttp[] = [];
  return {
    sim,
    adapter({ around = (http) => http, ...parts }: AdapterParts = {}): Provider {
      const http = createProviderHttp({ hosts: twilioHosts(sim.url), onCall: () => {} });
      https.push(http);
      const calls = createTwilioClient(
        { accountSid: DEFAULT_ACCOUNT.sid, username: DEFAULT_ACCOUNT.sid, password: DEFAULT_ACCOUNT.token },
        { http: around(http), accounts: parts.accounts ?? OPEN_LINE },
      );
      return createTwilioProvider({
        calls,
        clock: { now: clock.current },
        registrations: parts.registrations ?? { of: async () => undefined },
        ...(parts.isBeingReleased && { isBeingReleased: parts.isBeingReleased }),
        ...(parts.ahead && { ahead: parts.ahead }),
        options: {
          primaryProfileSid: PRIMARY_PROFILE,
          notifyEmail: 'a2p@platform.example',
          vetting: 'low-volume',
          recreateCampaigns: false,
          mock: false,
          policies: POLICIES,
          ...parts.options,
        },
      });
    },
    /** Time passes for us and for the provider. */
    async advance(ms: number) {
      clock.advance(ms);
      await sim.control.advance(ms);
    },
    /** What exists at the provider, by kind, but for what every account begins with. */
    objects(kind: string) {
      return sim.control.objects(kind).filter(({ sid }) => sid !== PRIMARY_PROFILE);
    },
    async close() {
      await Promise.all(https.map((http) => http.close()));
      await sim.close();
    },
  };
}
