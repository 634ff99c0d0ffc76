import { DEFAULT_ACCOUNT } from '../../sim/twilio/sim.ts';
import { generateKey } from '../../src/platform/secrets/keyring.ts';
import { hashToken } from '../../src/platform/secrets/tokens.ts';
import { PRIMARY_PROFILE } from '../../test/support/twilio.ts';
import type { FleetRole } from './world.ts';

/** The caller of the provisioning service. */
export const CALLER = { name: 'shop', token: 'a-token-of-the-fault-harness' } as const;
/** A verdict after 0.3 s: fast enough for many businesses, slow enough for a fault to come between. */
const APPROVAL_DELAY_MS = '300';

export interface Surroundings {
  /** URL of a database by its name, as the processes are to reach it. */
  readonly database: (name: string) => string;
  /** Undefined: the ledger is in PostgreSQL. */
  readonly redisUrl: string | undefined;
  readonly simUrl: string;
  readonly providerUrl: string;
}

/** What a process of each role is configured by; all of registration seal with the same key. */
export function fleetEnvironment({ database, redisUrl, simUrl, providerUrl }: Surroundings) {
  const account = {
    TWILIO_BASE_URL: simUrl,
    TWILIO_ACCOUNT_SID: DEFAULT_ACCOUNT.sid,
    TWILIO_AUTH_TOKEN: DEFAULT_ACCOUNT.token,
  };
  const registration = {
    ENCRYPTION_KEYS: `k1:${generateKey()}`,
    WEBHOOK_ALLOW_PRIVATE: 'true',
  };
  const twilio = {
    ...registration,
    ...account,
    DATABASE_URL: database('twilio'),
    A2P_PROVIDER: 'twilio',
    TWILIO_PRIMARY_PROFILE_SID: PRIMARY_PROFILE,
    TWILIO_NOTIFY_EMAIL: 'a2p@platform.example',
  };
  const provisioning = {
    ...account,
    SERVICES: 'provisioning',
    PROVISIONING_TOKENS: `${CALLER.name}:${hashToken(CALLER.token).toString('hex')}`,
    ALLOWED_WEBHOOK_DOMAINS: 'example.com',
    ...(redisUrl === undefined
      ? { IDEMPOTENCY_BACKEND: 'postgres', PROVISIONING_DATABASE_URL: database('ledger') }
      : { IDEMPOTENCY_BACKEND: 'redis', REDIS_URL: redisUrl }),
  };
  return (role: FleetRole): Readonly<Record<string, string>> => {
    if (role === 'twilio') return twilio;
    if (role === 'provisioning') return provisioning;
    return {
      ...registration,
      DATABASE_URL: database('registration'),
      ROLES: role,
      TEST_WORLD_URL: providerUrl,
      FAKE_APPROVAL_DELAY_MS: APPROVAL_DELAY_MS,
    };
  };
}
