import { resolve } from 'node:path';
import { type Keyring, parseKeyring } from '#platform/secrets/keyring.ts';
import { LOG_LEVELS, type LogLevel } from '#platform/telemetry/log.ts';
import { describeProvisioning, type ProvisioningConfig, readProvisioning } from './config/provisioning.ts';
import { type Environment, reader } from './config/reader.ts';
import { describeTwilio, describeTwilioAccount, readTwilio, type TwilioConfig } from './config/twilio.ts';

export const SERVICES = ['registration', 'provisioning'] as const;
export type Service = (typeof SERVICES)[number];

export const ROLES = ['api', 'reconcile', 'dispatch'] as const;
export type Role = (typeof ROLES)[number];

/** Everything that can be set from outside. Frozen; secrets are printed by nobody (see describeConfig). */
export interface Config {
  readonly production: boolean;
  /** What this process runs. */
  readonly services: readonly Service[];
  /** Of the registration service. */
  readonly roles: readonly Role[];
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Unset: PostgreSQL in this process, under `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** Absolute. */
  readonly dataDir: string;
  /** Development only: makes tenant `dev` with this token; provisioning takes it too. */
  readonly bootstrapToken: string | undefined;
  /** Unset only without `databaseUrl`: then the key file under `dataDir` serves. */
  readonly keyring: Keyring | undefined;
  readonly provider: 'fake' | 'twilio';
  /** Set with provider `twilio`. */
  readonly twilio: TwilioConfig | undefined;
  readonly fake: { readonly approvalDelayMs: number; readonly seed: number };
  /** Where the provider reaches us, without a trailing slash. */
  readonly publicUrl: string | undefined;
  /** What the provisioning service has to show when it asks whether a number is in use. Unset: nobody may ask. */
  readonly releaseGuardToken: string | undefined;
  readonly webhookAllowPrivate: boolean;
  /** Unset when this process does not run it. */
  readonly provisioning: ProvisioningConfig | undefined;
  readonly logLevel: LogLevel;
  /** OTLP over HTTP, without the path. Unset: no traces are exported. */
  readonly otlpEndpoint: string | undefined;
}

const MAX_PORT = 65_535;
const PROVIDERS = ['fake', 'twilio'] as const;
/** Longer than any carrier takes is a typing error. */
const MAX_APPROVAL_DELAY_MS = 86_400_000;
/** Seeds are 32-bit words. */
const MAX_SEED = 2 ** 32 - 1;
/** RFC 6750, 2.1, and long enough not to be guessed over the network. */
const BEARER_TOKEN = /^[A-Za-z0-9._~+/-]{16,}=*$/;

/**
 * Reads and checks the environment, the only place that does (R59). Empty counts as unset.
 * @returns the configuration, or every fault, a line each: name, what is wrong, what would be right. Values of
 * secrets are in none of them.
 */
export function readConfig(
  env: Environment = process.env,
): { readonly config: Config } | { readonly faults: readonly string[] } {
  const faults: string[] = [];
  const read = reader(env, faults);

  const production = read.text('NODE_ENV') === 'production';
  const embedded = read.text('DATABASE_URL') === undefined;
  const databaseUrl = read.url(
    'DATABASE_URL',
    ['postgres:', 'postgresql:'],
    'postgres://user:password@host:5432/name',
  );
  const bootstrapToken = read.text('BOOTSTRAP_TOKEN');
  if (bootstrapToken !== undefined && production) {
    faults.push('BOOTSTRAP_TOKEN: is for development only; unset it and make tokens with the CLI');
  } else if (bootstrapToken !== undefined && !BEARER_TOKEN.test(bootstrapToken)) {
    faults.push('BOOTSTRAP_TOKEN: is no bearer token; use 16 or more letters, digits and . _ ~ + / -');
  }
  const releaseGuardToken = read.text('RELEASE_GUARD_TOKEN');
  if (releaseGuardToken !== undefined && !BEARER_TOKEN.test(releaseGuardToken)) {
    faults.push(
      'RELEASE_GUARD_TOKEN: is no bearer token; use 16 or more letters, digits and . _ ~ + / -, e.g. of `openssl rand -hex 32`',
    );
  }
  const services = read.list('SERVICES', SERVICES);
  const provider = read.oneOf('A2P_PROVIDER', PROVIDERS, 'fake');
  const config: Config = {
    production,
    services,
    roles: read.list('ROLES', ROLES),
    host: read.matching('HOST', /^[A-Za-z0-9._:-]+$/, 'a host name or IP address', '127.0.0.1'),
    port: read.integer('PORT', 0, MAX_PORT, 8080),
    databaseUrl,
    dataDir: resolve(read.text('DATA_DIR') ?? './data'),
    bootstrapToken,
    keyring: readKeyring(read.text('ENCRYPTION_KEYS'), embedded ? 'optional' : 'required', faults),
    provider,
    twilio: provider === 'twilio' ? readTwilio(read, faults) : undefined,
    fake: Object.freeze({
      approvalDelayMs: read.integer('FAKE_APPROVAL_DELAY_MS', 0, MAX_APPROVAL_DELAY_MS, 1_000),
      seed: read.integer('FAKE_SEED', 0, MAX_SEED, 1),
    }),
    publicUrl: read.url('PUBLIC_URL', ['https:', 'http:'], 'https://a2p.example.com'),
    releaseGuardToken,
    webhookAllowPrivate: read.boolean('WEBHOOK_ALLOW_PRIVATE', embedded),
    provisioning: services.includes('provisioning') ? readProvisioning(read, faults, production) : undefined,
    logLevel: read.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    otlpEndpoint: read.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['https:', 'http:'], 'http://collector:4318'),
  };
  // What both services need may be missing for both.
  return faults.length > 0 ? { faults: [...new Set(faults)] } : { config: Object.freeze(config) };
}

/** The configuration as it may be printed: a line each, secrets as no more than the fact that they are set. */
export function describeConfig(config: Config): string {
  const keys = config.keyring?.keyIds.map((id, index) => (index === 0 ? `${id} (active)` : id)).join(', ');
  const lines: Readonly<Record<string, unknown>> = {
    SERVICES: config.services.join(','),
    ROLES: config.roles.join(','),
    HOST: config.host,
    PORT: config.port,
    DATABASE_URL: config.databaseUrl === undefined ? 'unset, embedded' : withoutSecrets(config.databaseUrl),
    DATA_DIR: config.dataDir,
    BOOTSTRAP_TOKEN: config.bootstrapToken === undefined ? 'unset' : 'set',
    ENCRYPTION_KEYS: keys ?? 'unset, key file in DATA_DIR',
    A2P_PROVIDER: config.provider,
    ...(config.twilio ? describeTwilio(config.twilio) : {}),
    FAKE_APPROVAL_DELAY_MS: config.fake.approvalDelayMs,
    FAKE_SEED: config.fake.seed,
    ...(config.provisioning ? describeProvisioning(config.provisioning) : {}),
    ...(config.provisioning?.twilio ? describeTwilioAccount(config.provisioning.twilio) : {}),
    PUBLIC_URL: config.publicUrl ?? 'unset',
    WEBHOOK_ALLOW_PRIVATE: config.webhookAllowPrivate,
    LOG_LEVEL: config.logLevel,
    OTEL_EXPORTER_OTLP_ENDPOINT: config.otlpEndpoint ?? 'unset',
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

function readKeyring(
  text: string | undefined,
  need: 'required' | 'optional',
  faults: string[],
): Keyring | undefined {
  if (text === undefined) {
    if (need === 'required') {
      faults.push(
        'ENCRYPTION_KEYS: required with DATABASE_URL; use id:key,... with keys from `openssl rand -base64 32`',
      );
    }
    return undefined;
  }
  const parsed = parseKeyring(text);
  if ('keyring' in parsed) return parsed.keyring;
  for (const fault of parsed.faults) {
    faults.push(`ENCRYPTION_KEYS: ${fault}; use id:key,... with keys from \`openssl rand -base64 32\``);
  }
  return undefined;
}

function withoutSecrets(url: string): string {
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username ? '***@' : ''}${host}${pathname}`;
}
