import type { TokenEntry } from '#platform/secrets/token-file.ts';
import type { Reader } from './reader.ts';
import { readTwilioAccount, type TwilioAccount } from './twilio.ts';

export const IDEMPOTENCY_BACKENDS = ['postgres', 'redis', 'memory'] as const;

/** What the provisioning service is told from outside (R134). */
export interface ProvisioningConfig {
  /** 0: any free port. */
  readonly port: number;
  /** Empty: those of the token file under `dataDir`, in development. */
  readonly tokens: readonly TokenEntry[];
  /** `any` only on the fake port. */
  readonly allowedDomains: readonly string[] | 'any';
  /** Of one provider call. Milliseconds. */
  readonly requestTimeoutMs: number;
  /** Attempts in all (C40). */
  readonly attempts: number;
  readonly backend: (typeof IDEMPOTENCY_BACKENDS)[number];
  /** Unset: PostgreSQL in this process, under `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** Unset: the fake port. */
  readonly twilio: TwilioAccount | undefined;
  /** The registration service that is asked before a number is released. */
  readonly guard: { readonly url: string; readonly token: string } | undefined;
  /** Webhook URLs are asked with HEAD whether anybody is there. */
  readonly probe: boolean;
}

const MAX_PORT = 65_535;
/** A tenth of the time that one call may take is less than the provider ever needs. */
const MIN_TIMEOUT_MS = 500;
/** Three attempts of it, with pauses, are what a whole request has time for. */
const MAX_TIMEOUT_MS = 8_000;
const MAX_ATTEMPTS = 5;
const TOKEN_ENTRY = /^([A-Za-z0-9._-]{1,64}):([0-9a-f]{64})$/i;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i;

/** Reads what only this service needs; a fault for everything that is missing or ill-formed. */
export function readProvisioning(read: Reader, faults: string[], production: boolean): ProvisioningConfig {
  const twilio = readTelephony(read, faults);
  const databaseUrl = read.url(
    'PROVISIONING_DATABASE_URL',
    ['postgres:', 'postgresql:'],
    'postgres://user:password@host:5432/name',
  );
  const backend = read.oneOf('IDEMPOTENCY_BACKEND', IDEMPOTENCY_BACKENDS, 'postgres');
  const redisUrl = read.url('REDIS_URL', ['redis:', 'rediss:'], 'redis://user:password@host:6379');
  const tokens = readTokens(read.text('PROVISIONING_TOKENS'), faults);
  const allowedDomains = readDomains(read.text('ALLOWED_WEBHOOK_DOMAINS'), faults);
  if (backend === 'redis' && redisUrl === undefined) {
    faults.push('REDIS_URL: required with IDEMPOTENCY_BACKEND=redis; e.g. redis://user:password@host:6379');
  }
  if (production && backend === 'memory') {
    // What is being bought would be forgotten with the process, and a second one would not know of it (C42).
    faults.push('IDEMPOTENCY_BACKEND: memory is for development only; use postgres or redis');
  }
  if (production && tokens.length === 0) {
    faults.push(
      'PROVISIONING_TOKENS: required in production; make entries with `npm run cli -- tokens create --service provisioning`',
    );
  }
  if (twilio !== undefined && allowedDomains.length === 0) {
    faults.push(
      'ALLOWED_WEBHOOK_DOMAINS: required where numbers are bought for real, unless SERVICES is registration alone; e.g. example.com,example.net',
    );
  }
  return Object.freeze({
    port: read.integer('PROVISIONING_PORT', 0, MAX_PORT, 8081),
    tokens: Object.freeze(tokens),
    allowedDomains: allowedDomains.length > 0 ? Object.freeze(allowedDomains) : ('any' as const),
    requestTimeoutMs: read.integer('REQUEST_TIMEOUT_MS', MIN_TIMEOUT_MS, MAX_TIMEOUT_MS, MAX_TIMEOUT_MS),
    attempts: read.integer('RETRY_MAX_ATTEMPTS', 1, MAX_ATTEMPTS, 3),
    backend,
    databaseUrl,
    redisUrl,
    twilio,
    guard: readGuard(read, faults),
    probe: read.boolean('WEBHOOK_PROBE', false),
  });
}

/** Twilio when there are credentials, unless the fake port is asked for by name. */
function readTelephony(read: Reader, faults: string[]): TwilioAccount | undefined {
  const hasAccount = read.text('TWILIO_ACCOUNT_SID') !== undefined;
  const fake = read.boolean('USE_FAKE_PORT', !hasAccount);
  return fake
    ? undefined
    : readTwilioAccount(read, faults, 'where numbers are bought for real (USE_FAKE_PORT=false)');
}

function readGuard(read: Reader, faults: string[]): ProvisioningConfig['guard'] {
  const url = read.url('RELEASE_GUARD_URL', ['https:', 'http:'], 'https://a2p.example.com');
  if (url === undefined) return undefined;
  const token = read.text('RELEASE_GUARD_TOKEN');
  if (token === undefined) {
    faults.push('RELEASE_GUARD_TOKEN: required with RELEASE_GUARD_URL; the same in both services');
    return undefined;
  }
  return Object.freeze({ url, token });
}

function readTokens(text: string | undefined, faults: string[]): TokenEntry[] {
  const entries = listOf(text).flatMap((entry) => {
    const [, name, hex] = TOKEN_ENTRY.exec(entry) ?? [];
    // Never the entry: it may be a token that somebody forgot to hash.
    if (name === undefined || hex === undefined) {
      faults.push(
        'PROVISIONING_TOKENS: an entry is not name:sha256hex; the hash of a token, never the token',
      );
      return [];
    }
    return [{ name, hash: Buffer.from(hex, 'hex') }];
  });
  const twice = entries.find(({ name }, at) => entries.findIndex((other) => other.name === name) < at);
  if (twice) faults.push(`PROVISIONING_TOKENS: the name ${twice.name} is there twice`);
  return entries;
}

function readDomains(text: string | undefined, faults: string[]): string[] {
  return listOf(text).map((domain) => {
    if (!DOMAIN.test(domain)) {
      faults.push(`ALLOWED_WEBHOOK_DOMAINS: "${domain}" is no domain; e.g. example.com,hooks.example.net`);
    }
    return domain.toLowerCase();
  });
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** As it may be printed; of secrets no more than that they are set. */
export function describeProvisioning(config: ProvisioningConfig): Readonly<Record<string, unknown>> {
  const isSet = (value: unknown) => (value === undefined ? 'unset' : 'set');
  return {
    PROVISIONING_PORT: config.port,
    PROVISIONING_TOKENS: config.tokens.map(({ name }) => name).join(',') || 'unset',
    USE_FAKE_PORT: config.twilio === undefined,
    ALLOWED_WEBHOOK_DOMAINS: config.allowedDomains === 'any' ? 'unset' : config.allowedDomains.join(','),
    REQUEST_TIMEOUT_MS: config.requestTimeoutMs,
    RETRY_MAX_ATTEMPTS: config.attempts,
    IDEMPOTENCY_BACKEND: config.backend,
    PROVISIONING_DATABASE_URL: config.databaseUrl === undefined ? 'unset, embedded' : 'set',
    REDIS_URL: isSet(config.redisUrl),
    RELEASE_GUARD_URL: config.guard?.url ?? 'unset',
    RELEASE_GUARD_TOKEN: isSet(config.guard?.token),
    WEBHOOK_PROBE: config.probe,
  };
}
