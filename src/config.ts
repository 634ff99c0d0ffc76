import { resolve } from 'node:path';
import { type Keyring, parseKeyring } from '#platform/secrets/keyring.ts';
import { LOG_LEVELS, type LogLevel } from '#platform/telemetry/log.ts';

export const ROLES = ['api', 'reconcile', 'dispatch'] as const;
export type Role = (typeof ROLES)[number];

/** Everything that can be set from outside. Frozen; secrets are printed by nobody (see describeConfig). */
export interface Config {
  readonly production: boolean;
  readonly roles: readonly Role[];
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Unset: PostgreSQL in this process, under `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** Absolute. */
  readonly dataDir: string;
  /** Development only: makes tenant `dev` with this token. */
  readonly bootstrapToken: string | undefined;
  /** Unset only without `databaseUrl`: then the key file under `dataDir` serves. */
  readonly keyring: Keyring | undefined;
  readonly provider: 'fake';
  readonly fake: { readonly approvalDelayMs: number; readonly seed: number };
  /** Where the provider reaches us, without a trailing slash. */
  readonly publicUrl: string | undefined;
  readonly webhookAllowPrivate: boolean;
  readonly logLevel: LogLevel;
  /** OTLP over HTTP, without the path. Unset: no traces are exported. */
  readonly otlpEndpoint: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const MAX_PORT = 65_535;
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
  const config: Config = {
    production,
    roles: read.list('ROLES', ROLES),
    host: read.matching('HOST', /^[A-Za-z0-9._:-]+$/, 'a host name or IP address', '127.0.0.1'),
    port: read.integer('PORT', 0, MAX_PORT, 8080),
    databaseUrl,
    dataDir: resolve(read.text('DATA_DIR') ?? './data'),
    bootstrapToken,
    keyring: readKeyring(read.text('ENCRYPTION_KEYS'), embedded ? 'optional' : 'required', faults),
    provider: readProvider(read.text('A2P_PROVIDER'), faults),
    fake: Object.freeze({
      approvalDelayMs: read.integer('FAKE_APPROVAL_DELAY_MS', 0, MAX_APPROVAL_DELAY_MS, 1_000),
      seed: read.integer('FAKE_SEED', 0, MAX_SEED, 1),
    }),
    publicUrl: read.url('PUBLIC_URL', ['https:', 'http:'], 'https://a2p.example.com'),
    webhookAllowPrivate: read.boolean('WEBHOOK_ALLOW_PRIVATE', embedded),
    logLevel: read.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    otlpEndpoint: read.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['https:', 'http:'], 'http://collector:4318'),
  };
  return faults.length > 0 ? { faults } : { config: Object.freeze(config) };
}

/** The configuration as it may be printed: a line each, secrets as no more than the fact that they are set. */
export function describeConfig(config: Config): string {
  const keys = config.keyring?.keyIds.map((id, index) => (index === 0 ? `${id} (active)` : id)).join(', ');
  const lines: Readonly<Record<string, unknown>> = {
    ROLES: config.roles.join(','),
    HOST: config.host,
    PORT: config.port,
    DATABASE_URL: config.databaseUrl === undefined ? 'unset, embedded' : withoutSecrets(config.databaseUrl),
    DATA_DIR: config.dataDir,
    BOOTSTRAP_TOKEN: config.bootstrapToken === undefined ? 'unset' : 'set',
    ENCRYPTION_KEYS: keys ?? 'unset, key file in DATA_DIR',
    A2P_PROVIDER: config.provider,
    FAKE_APPROVAL_DELAY_MS: config.fake.approvalDelayMs,
    FAKE_SEED: config.fake.seed,
    PUBLIC_URL: config.publicUrl ?? 'unset',
    WEBHOOK_ALLOW_PRIVATE: config.webhookAllowPrivate,
    LOG_LEVEL: config.logLevel,
    OTEL_EXPORTER_OTLP_ENDPOINT: config.otlpEndpoint ?? 'unset',
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

function readProvider(word: string | undefined, faults: string[]): 'fake' {
  if (word === 'twilio') faults.push('A2P_PROVIDER: this version has no provider "twilio"; use fake');
  else if (word !== undefined && word !== 'fake') faults.push('A2P_PROVIDER: is no provider; use fake');
  return 'fake';
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

/** One function a kind of value; each notes its fault and answers something of the right type to go on with. */
function reader(env: Environment, faults: string[]) {
  const text = (name: string): string | undefined => env[name]?.trim() || undefined;
  return {
    text,
    matching(name: string, pattern: RegExp, what: string, fallback: string): string {
      const value = text(name) ?? fallback;
      if (!pattern.test(value)) faults.push(`${name}: is not ${what}; e.g. ${fallback}`);
      return value;
    },
    integer(name: string, min: number, max: number, fallback: number): number {
      const value = text(name) ?? String(fallback);
      const number = Number(value);
      if (/^\d+$/.test(value) && number >= min && number <= max) return number;
      faults.push(`${name}: "${value}" is no whole number from ${min} to ${max}; e.g. ${fallback}`);
      return fallback;
    },
    boolean(name: string, fallback: boolean): boolean {
      const value = text(name) ?? String(fallback);
      if (value !== 'true' && value !== 'false') faults.push(`${name}: "${value}" is neither true nor false`);
      return value === 'true';
    },
    oneOf<T extends string>(name: string, words: readonly T[], fallback: T): T {
      const value = text(name) ?? fallback;
      const word = words.find((candidate) => candidate === value);
      if (word === undefined) faults.push(`${name}: "${value}" is not one of ${words.join(', ')}`);
      return word ?? fallback;
    },
    /** Words separated by commas, in the order of `words`; all of them when unset. */
    list<T extends string>(name: string, words: readonly T[]): readonly T[] {
      const asked = (text(name) ?? words.join(',')).split(',').map((word) => word.trim());
      const wrong = asked.filter((word) => !words.some((candidate) => candidate === word));
      for (const word of wrong) faults.push(`${name}: "${word}" is not one of ${words.join(', ')}`);
      return Object.freeze(words.filter((word) => asked.includes(word)));
    },
    url(name: string, protocols: readonly string[], example: string): string | undefined {
      const value = text(name);
      if (value === undefined) return undefined;
      const parsed = URL.parse(value);
      const isDatabase = protocols.includes('postgres:');
      if (!parsed || !protocols.includes(parsed.protocol) || parsed.hostname === '') {
        // Never the value: it may hold a password.
        faults.push(`${name}: is no URL of the form ${example}`);
      } else if (!isDatabase && (parsed.search || parsed.hash || parsed.username || parsed.password)) {
        faults.push(`${name}: must have no user, query or fragment; e.g. ${example}`);
      }
      return isDatabase ? value : value.replace(/\/+$/, '');
    },
  };
}

function withoutSecrets(url: string): string {
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username ? '***@' : ''}${host}${pathname}`;
}
