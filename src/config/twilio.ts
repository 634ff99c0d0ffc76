import type { Reader } from './reader.ts';

/** An account at the provider and what it takes to call it; both services have the same. */
export interface TwilioAccount {
  /** Whose credentials they are: the account itself. */
  readonly accountSid: string;
  /** The account that registers and sends, when it is a subaccount; its own credentials are needed then. */
  readonly subaccountSid: string | undefined;
  /** HTTP Basic: an API key and its secret, or the account and its auth token. */
  readonly username: string;
  readonly password: string;
  /** Either may have signed a callback while they are rotated. Empty: no callback can be verified, none is taken. */
  readonly authTokens: readonly string[];
  /** Tests and simulators. */
  readonly baseUrl: string | undefined;
}

/** The account that registers and sends, and how it is to be used. */
export interface TwilioConfig extends TwilioAccount {
  /** The approved customer profile of the platform itself; every customer's hangs below it. */
  readonly primaryProfileSid: string;
  /** The platform's mailbox: the provider writes there about every profile. */
  readonly notifyEmail: string;
  readonly vetting: 'low-volume' | 'standard';
  /** Whether a rejected campaign that cannot be edited is deleted and registered anew, which costs its fee again. */
  readonly recreateCampaigns: boolean;
  /** Brands and campaigns that cost nothing and carry nothing. */
  readonly mock: boolean;
  /** The account sends its events to us (`npm run cli -- twilio setup`). */
  readonly events: boolean;
}

const VETTINGS = ['low-volume', 'standard'] as const;
const sid = (prefix: string) => new RegExp(`^${prefix}[0-9a-f]{32}$`);
const sidExample = (prefix: string) => `${prefix}${'0123456789abcdef'.repeat(2)}`;

const anSid = (prefix: string) => `an sid such as ${sidExample(prefix)}`;
const TOKEN = /^[0-9a-f]{32}$/;

/**
 * Reads the account; a fault for everything that is missing or ill-formed.
 * @param when says what makes it needed, such as `with A2P_PROVIDER=twilio`.
 */
export function readTwilioAccount(read: Reader, faults: string[], when: string): TwilioAccount {
  const { needed, optional } = required(read, faults, when);
  const accountSid = needed('TWILIO_ACCOUNT_SID', sid('AC'), anSid('AC'));
  const aToken = 'an auth token of 32 hexadecimal digits';
  const authToken = optional('TWILIO_AUTH_TOKEN', TOKEN, aToken);
  const secondToken = optional('TWILIO_AUTH_TOKEN_SECONDARY', TOKEN, aToken);
  const apiKey = optional('TWILIO_API_KEY', sid('SK'), anSid('SK'));
  const apiSecret = read.text('TWILIO_API_SECRET');
  if ((apiKey === undefined) !== (apiSecret === undefined)) {
    const missing = apiKey === undefined ? 'TWILIO_API_KEY' : 'TWILIO_API_SECRET';
    faults.push(`${missing}: an API key needs both; set it, or neither of the two`);
  }
  if (apiKey === undefined && apiSecret === undefined && authToken === undefined) {
    faults.push(`TWILIO_AUTH_TOKEN: required ${when}, unless TWILIO_API_KEY and TWILIO_API_SECRET are set`);
  }
  const authTokens = [authToken, secondToken].filter((value) => value !== undefined);
  return {
    accountSid,
    subaccountSid: optional('TWILIO_SUBACCOUNT_SID', sid('AC'), anSid('AC')),
    username: apiKey ?? accountSid,
    password: (apiKey === undefined ? authToken : apiSecret) ?? '',
    authTokens: Object.freeze(authTokens),
    baseUrl: read.url('TWILIO_BASE_URL', ['https:', 'http:'], 'http://127.0.0.1:4010'),
  };
}

/** What `A2P_PROVIDER=twilio` needs besides; a fault for everything that is missing or ill-formed. */
export function readTwilio(read: Reader, faults: string[]): TwilioConfig {
  const when = 'with A2P_PROVIDER=twilio';
  const { needed } = required(read, faults, when);
  const account = readTwilioAccount(read, faults, when);
  const events = read.boolean('TWILIO_EVENTS', false);
  if (events && (account.authTokens.length === 0 || read.text('PUBLIC_URL') === undefined)) {
    faults.push('TWILIO_EVENTS: needs PUBLIC_URL and TWILIO_AUTH_TOKEN, by which events are verified');
  }
  return Object.freeze({
    ...account,
    primaryProfileSid: needed('TWILIO_PRIMARY_PROFILE_SID', sid('BU'), anSid('BU')),
    notifyEmail: needed('TWILIO_NOTIFY_EMAIL', /^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'a mailbox of yours'),
    vetting: read.oneOf('TWILIO_BRAND_VETTING', VETTINGS, 'low-volume'),
    recreateCampaigns: read.boolean('TWILIO_RECREATE_CAMPAIGNS', false),
    mock: read.boolean('TWILIO_MOCK', false),
    events,
  });
}

function required(read: Reader, faults: string[], when: string) {
  const needed = (name: string, pattern: RegExp, what: string): string => {
    const value = read.text(name);
    if (value === undefined) faults.push(`${name}: required ${when}; ${what}`);
    else if (!pattern.test(value)) faults.push(`${name}: is not ${what}`);
    return value ?? '';
  };
  const optional = (name: string, pattern: RegExp, what: string): string | undefined =>
    read.text(name) === undefined ? undefined : needed(name, pattern, what);
  return { needed, optional };
}

/** As it may be printed; of secrets no more than that they are set. */
export function describeTwilioAccount(config: TwilioAccount): Readonly<Record<string, unknown>> {
  const byKey = config.username !== config.accountSid;
  return {
    TWILIO_ACCOUNT_SID: config.accountSid,
    TWILIO_SUBACCOUNT_SID: config.subaccountSid ?? 'unset',
    TWILIO_AUTH_TOKEN: config.authTokens.length > 0 ? 'set' : 'unset',
    TWILIO_AUTH_TOKEN_SECONDARY: config.authTokens.length > 1 ? 'set' : 'unset',
    TWILIO_API_KEY: byKey ? config.username : 'unset',
    TWILIO_API_SECRET: byKey ? 'set' : 'unset',
    TWILIO_BASE_URL: config.baseUrl ?? 'unset',
  };
}

export function describeTwilio(config: TwilioConfig): Readonly<Record<string, unknown>> {
  return {
    ...describeTwilioAccount(config),
    TWILIO_PRIMARY_PROFILE_SID: config.primaryProfileSid,
    TWILIO_NOTIFY_EMAIL: config.notifyEmail,
    TWILIO_BRAND_VETTING: config.vetting,
    TWILIO_RECREATE_CAMPAIGNS: config.recreateCampaigns,
    TWILIO_MOCK: config.mock,
    TWILIO_EVENTS: config.events,
  };
}
