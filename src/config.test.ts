import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isAbsolute, sep } from 'node:path';
import { test } from 'node:test';
import { inspect, parseEnv } from 'node:util';
import { generateKey } from '#platform/secrets/keyring.ts';
import type { Environment } from './config/reader.ts';
import { type Config, describeConfig, readConfig } from './config.ts';

function configOf(env: Environment): Config {
  const result = readConfig(env);
  assert.ok('config' in result, inspect(result));
  return result.config;
}

function faultsOf(env: Environment): readonly string[] {
  const result = readConfig(env);
  assert.ok('faults' in result, 'expected faults');
  return result.faults;
}

const HEX = '0123456789abcdef'.repeat(2);
const TWILIO = {
  SERVICES: 'registration',
  A2P_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${HEX}`,
  TWILIO_AUTH_TOKEN: 'fedcba9876543210'.repeat(2),
  TWILIO_PRIMARY_PROFILE_SID: `BU${HEX}`,
  TWILIO_NOTIFY_EMAIL: 'a2p@platform.example',
};
const URL_WITH_SECRET = 'postgres://owner:hunter2@db.internal:5432/a2p?sslpassword=hunter3';
const REDIS_WITH_SECRET = 'redis://owner:hunter4@redis.internal:6379/0';
const HASH = '0123456789abcdef'.repeat(4);
const example = parseEnv(readFileSync(new URL('../.env.example', import.meta.url), 'utf8'));

test('with nothing set, everything has the default of development', () => {
  const { dataDir, ...config } = configOf({});
  assert.ok(isAbsolute(dataDir) && dataDir.endsWith(`${sep}data`));
  assert.deepEqual(config, {
    production: false,
    services: ['registration', 'provisioning'],
    roles: ['api', 'reconcile', 'dispatch'],
    host: '127.0.0.1',
    port: 8080,
    databaseUrl: undefined,
    bootstrapToken: undefined,
    keyring: undefined,
    provider: 'fake',
    twilio: undefined,
    fake: { approvalDelayMs: 1_000, seed: 1 },
    publicUrl: undefined,
    releaseGuardToken: undefined,
    webhookAllowPrivate: true,
    provisioning: {
      port: 8081,
      tokens: [],
      allowedDomains: 'any',
      requestTimeoutMs: 8_000,
      attempts: 3,
      backend: 'postgres',
      databaseUrl: undefined,
      redisUrl: undefined,
      twilio: undefined,
      guard: undefined,
      probe: false,
    },
    logLevel: 'info',
    otlpEndpoint: undefined,
  });
});

test('every variable can be set', () => {
  const config = configOf({
    NODE_ENV: 'production',
    SERVICES: 'provisioning,registration',
    ROLES: 'dispatch, api',
    HOST: '0.0.0.0',
    PORT: '0',
    DATABASE_URL: URL_WITH_SECRET,
    DATA_DIR: '/var/lib/a2p',
    ENCRYPTION_KEYS: `2026:${generateKey()},2025:${generateKey()}`,
    A2P_PROVIDER: 'fake',
    FAKE_APPROVAL_DELAY_MS: '0',
    FAKE_SEED: '4294967295',
    PUBLIC_URL: 'https://a2p.example.com/base/',
    WEBHOOK_ALLOW_PRIVATE: 'true',
    LOG_LEVEL: 'silent',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
    RELEASE_GUARD_TOKEN: 'guard-token-0123456789',
    RELEASE_GUARD_URL: 'http://registration:8080/',
    PROVISIONING_PORT: '9081',
    PROVISIONING_TOKENS: `backend:${HASH}, forms:${HASH.replaceAll('0', '1')}`,
    ALLOWED_WEBHOOK_DOMAINS: 'Hooks.Example.com, example.net',
    REQUEST_TIMEOUT_MS: '5000',
    RETRY_MAX_ATTEMPTS: '2',
    IDEMPOTENCY_BACKEND: 'redis',
    PROVISIONING_DATABASE_URL: URL_WITH_SECRET,
    REDIS_URL: REDIS_WITH_SECRET,
    USE_FAKE_PORT: 'true',
    WEBHOOK_PROBE: 'true',
  });
  assert.deepEqual(
    { ...config, keyring: config.keyring?.keyIds },
    {
      production: true,
      services: ['registration', 'provisioning'],
      roles: ['api', 'dispatch'],
      host: '0.0.0.0',
      port: 0,
      databaseUrl: URL_WITH_SECRET,
      dataDir: '/var/lib/a2p',
      bootstrapToken: undefined,
      keyring: ['2026', '2025'],
      provider: 'fake',
      twilio: undefined,
      fake: { approvalDelayMs: 0, seed: 4_294_967_295 },
      publicUrl: 'https://a2p.example.com/base',
      releaseGuardToken: 'guard-token-0123456789',
      webhookAllowPrivate: true,
      provisioning: {
        port: 9081,
        tokens: [
          { name: 'backend', hash: Buffer.from(HASH, 'hex') },
          { name: 'forms', hash: Buffer.from(HASH.replaceAll('0', '1'), 'hex') },
        ],
        allowedDomains: ['hooks.example.com', 'example.net'],
        requestTimeoutMs: 5_000,
        attempts: 2,
        backend: 'redis',
        databaseUrl: URL_WITH_SECRET,
        redisUrl: REDIS_WITH_SECRET,
        twilio: undefined,
        guard: { url: 'http://registration:8080', token: 'guard-token-0123456789' },
        probe: true,
      },
      logLevel: 'silent',
      otlpEndpoint: 'http://collector:4318',
    },
  );
});

test('webhooks to private addresses are off by default on a real database', () => {
  const config = configOf({ DATABASE_URL: URL_WITH_SECRET, ENCRYPTION_KEYS: `k:${generateKey()}` });
  assert.equal(config.webhookAllowPrivate, false);
});

test('empty and blank count as unset', () => {
  const names = Object.keys(example);
  for (const nothing of ['', '  ']) {
    assert.deepEqual(configOf(Object.fromEntries(names.map((name) => [name, nothing]))), configOf({}));
  }
});

const KEYS = `k:${generateKey()}`;
const bad: readonly [what: string, env: Environment, fault: RegExp][] = [
  ['an unknown role', { ROLES: 'api,worker' }, /^ROLES: "worker" is not one of api, reconcile, dispatch$/],
  ['a role left empty', { ROLES: 'api,' }, /^ROLES: "" is not one of/],
  ['a URL as host', { HOST: 'http://0.0.0.0' }, /^HOST: is not a host name or IP address; e.g. 127.0.0.1$/],
  ['a port too high', { PORT: '65536' }, /^PORT: "65536" is no whole number from 0 to 65535; e.g. 8080$/],
  ['half a port', { PORT: '8080.5' }, /^PORT: /],
  ['a negative port', { PORT: '-1' }, /^PORT: /],
  ['a hexadecimal port', { PORT: '0x50' }, /^PORT: /],
  ['a delay with a unit', { FAKE_APPROVAL_DELAY_MS: '1s' }, /^FAKE_APPROVAL_DELAY_MS: /],
  ['a seed in letters', { FAKE_SEED: 'x' }, /^FAKE_SEED: /],
  ['an unknown level', { LOG_LEVEL: 'verbose' }, /^LOG_LEVEL: "verbose" is not one of trace, debug, info, /],
  [
    'yes for true',
    { WEBHOOK_ALLOW_PRIVATE: 'yes' },
    /^WEBHOOK_ALLOW_PRIVATE: "yes" is neither true nor false$/,
  ],
  ['TRUE for true', { WEBHOOK_ALLOW_PRIVATE: 'TRUE' }, /^WEBHOOK_ALLOW_PRIVATE: /],
  ['an unknown provider', { A2P_PROVIDER: 'other' }, /^A2P_PROVIDER: "other" is not one of fake, twilio$/],
  ['a host as URL', { PUBLIC_URL: 'a2p.example.com' }, /^PUBLIC_URL: is no URL of the form https:/],
  [
    'a URL with a query',
    { PUBLIC_URL: 'https://a.example/?x=1' },
    /^PUBLIC_URL: must have no user, query or fragment/,
  ],
  [
    'a collector without scheme',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
    /^OTEL_EXPORTER_OTLP_ENDPOINT: is no/,
  ],
  [
    'a key without id',
    { ENCRYPTION_KEYS: 'k1' },
    /^ENCRYPTION_KEYS: entry 1 is not of the form id:base64; use /,
  ],
  [
    'no keys for a real database',
    { DATABASE_URL: URL_WITH_SECRET },
    /^ENCRYPTION_KEYS: required with DATABASE_URL; use /,
  ],
  [
    'another database',
    { DATABASE_URL: 'mysql://a/b', ENCRYPTION_KEYS: KEYS },
    /^DATABASE_URL: is no URL of the form/,
  ],
  ['a short token', { BOOTSTRAP_TOKEN: 'short' }, /^BOOTSTRAP_TOKEN: is no bearer token; use 16 or more/],
  [
    'a token with blanks',
    { BOOTSTRAP_TOKEN: 'with a blank in the middle' },
    /^BOOTSTRAP_TOKEN: is no bearer token/,
  ],
  [
    'a development token in production',
    { BOOTSTRAP_TOKEN: 'development-only', NODE_ENV: 'production', SERVICES: 'registration' },
    /^BOOTSTRAP_TOKEN: is for development only; unset it/,
  ],
  ['an unknown service', { SERVICES: 'sending' }, /^SERVICES: "sending" is not one of registration, prov/],
  [
    'a token instead of its hash',
    { PROVISIONING_TOKENS: 'backend:nmc_hunter7' },
    /^PROVISIONING_TOKENS: an entry is not name:sha256hex; the hash of a token, never the token$/,
  ],
  [
    'two tokens of one name',
    { PROVISIONING_TOKENS: `a:${HASH},a:${HASH}` },
    /^PROVISIONING_TOKENS: the name a is there twice$/,
  ],
  [
    'a URL as webhook domain',
    { ALLOWED_WEBHOOK_DOMAINS: 'https://example.com' },
    /^ALLOWED_WEBHOOK_DOMAINS: "https:\/\/example.com" is no domain; e.g. /,
  ],
  ['a deadline of a minute', { REQUEST_TIMEOUT_MS: '60000' }, /^REQUEST_TIMEOUT_MS: /],
  ['no attempt at all', { RETRY_MAX_ATTEMPTS: '0' }, /^RETRY_MAX_ATTEMPTS: /],
  ['Redis without an address', { IDEMPOTENCY_BACKEND: 'redis' }, /^REDIS_URL: required with IDEMPOTENCY_/],
  ['a guard without its token', { RELEASE_GUARD_URL: 'http://a.example' }, /^RELEASE_GUARD_TOKEN: required/],
  ['a guard token that can be guessed', { RELEASE_GUARD_TOKEN: 'guard' }, /^RELEASE_GUARD_TOKEN: is no bea/],
  [
    'a ledger that forgets, in production',
    { NODE_ENV: 'production', IDEMPOTENCY_BACKEND: 'memory', PROVISIONING_TOKENS: `a:${HASH}` },
    /^IDEMPOTENCY_BACKEND: memory is for development only; use postgres or redis$/,
  ],
  ['nobody who may buy, in production', { NODE_ENV: 'production' }, /^PROVISIONING_TOKENS: required in prod/],
];
for (const [what, env, expected] of bad) {
  test(`${what} is one line that names the variable and the fix`, () => {
    const faults = faultsOf(env);
    assert.equal(faults.length, 1, inspect(faults));
    assert.match(faults[0] ?? '', expected);
    assert.ok(!faults[0]?.includes('\n'));
  });
}

test('all faults are told at once, and none repeats a secret', () => {
  const secret = generateKey();
  const faults = faultsOf({
    PORT: 'x',
    ENCRYPTION_KEYS: `${secret},bad id:${secret}`,
    DATABASE_URL: 'http://owner:hunter2@db',
    BOOTSTRAP_TOKEN: 'hunter4 hunter5',
    LOG_LEVEL: 'x',
  });
  assert.deepEqual(
    faults.map((fault) => fault.split(':')[0]),
    ['DATABASE_URL', 'BOOTSTRAP_TOKEN', 'PORT', 'ENCRYPTION_KEYS', 'ENCRYPTION_KEYS', 'LOG_LEVEL'],
  );
  assert.ok(!faults.join().includes(secret) && !faults.join().includes('hunter'));
});

test('with an auth token alone the account signs in, and events are off', () => {
  const { twilio } = configOf(TWILIO);
  assert.deepEqual(twilio, {
    accountSid: `AC${HEX}`,
    subaccountSid: undefined,
    username: `AC${HEX}`,
    password: TWILIO.TWILIO_AUTH_TOKEN,
    authTokens: [TWILIO.TWILIO_AUTH_TOKEN],
    baseUrl: undefined,
    primaryProfileSid: `BU${HEX}`,
    notifyEmail: 'a2p@platform.example',
    vetting: 'low-volume',
    recreateCampaigns: false,
    mock: false,
    events: false,
  });
  assert.ok(Object.isFrozen(twilio));
});

test('an API key signs in instead; auth tokens, both while they are rotated, verify callbacks', () => {
  const { twilio } = configOf({
    ...TWILIO,
    TWILIO_API_KEY: `SK${HEX}`,
    TWILIO_API_SECRET: 'a secret',
    TWILIO_AUTH_TOKEN_SECONDARY: HEX,
    PUBLIC_URL: 'https://a2p.example.com',
    TWILIO_EVENTS: 'true',
  });
  assert.deepEqual([twilio?.username, twilio?.password], [`SK${HEX}`, 'a secret']);
  assert.deepEqual(twilio?.authTokens, [TWILIO.TWILIO_AUTH_TOKEN, HEX]);
});

test('what Twilio needs is asked for in one go, and only with that provider', () => {
  const names = faultsOf({ A2P_PROVIDER: 'twilio' }).map((fault) => fault.split(':')[0]);
  assert.deepEqual(names, [
    'TWILIO_ACCOUNT_SID',
    'TWILIO_AUTH_TOKEN',
    'TWILIO_PRIMARY_PROFILE_SID',
    'TWILIO_NOTIFY_EMAIL',
  ]);
  const registration = { SERVICES: 'registration', TWILIO_ACCOUNT_SID: 'nonsense' };
  assert.equal(configOf(registration).twilio, undefined);
});

for (const [what, env, expected] of [
  [
    'an account sid in capitals',
    { TWILIO_ACCOUNT_SID: `AC${HEX.toUpperCase()}` },
    /^TWILIO_ACCOUNT_SID: is not/,
  ],
  ['half an API key', { TWILIO_API_KEY: `SK${HEX}` }, /^TWILIO_API_SECRET: an API key needs both/],
  ['events that cannot reach us', { TWILIO_EVENTS: 'true' }, /^TWILIO_EVENTS: needs PUBLIC_URL/],
  ['a mailbox without a domain', { TWILIO_NOTIFY_EMAIL: 'a2p' }, /^TWILIO_NOTIFY_EMAIL: is not a mailbox/],
] as const) {
  test(`${what} is one line that names the variable and the fix`, () => {
    const faults = faultsOf({ ...TWILIO, ...env });
    assert.equal(faults.length, 1, inspect(faults));
    assert.match(faults[0] ?? '', expected);
  });
}

test('numbers are bought for real when there is an account, unless the fake port is asked for', () => {
  const { SERVICES: _, A2P_PROVIDER: __, ...account } = TWILIO;
  const real = configOf({ ...account, ALLOWED_WEBHOOK_DOMAINS: 'example.com' }).provisioning;
  assert.equal(real?.twilio?.accountSid, `AC${HEX}`);
  assert.equal(configOf({ ...account, USE_FAKE_PORT: 'true' }).provisioning?.twilio, undefined);
  const faults = faultsOf(account);
  assert.equal(faults.length, 1, inspect(faults));
  assert.match(faults[0] ?? '', /^ALLOWED_WEBHOOK_DOMAINS: required where numbers are bought for real/);
});

test('a process without provisioning needs none of its settings', () => {
  const config = configOf({ SERVICES: 'registration', IDEMPOTENCY_BACKEND: 'redis', NODE_ENV: 'production' });
  assert.equal(config.provisioning, undefined);
});

test('the configuration cannot be changed', () => {
  const config = configOf({});
  for (const part of [config, config.fake, config.roles]) assert.ok(Object.isFrozen(part));
});

test('what is printed names every variable and holds no secret', () => {
  const key = generateKey();
  const config = configOf({
    DATABASE_URL: URL_WITH_SECRET,
    ENCRYPTION_KEYS: `2026:${key}`,
    BOOTSTRAP_TOKEN: 'development-token',
    ...TWILIO,
    SERVICES: 'registration,provisioning',
    TWILIO_API_KEY: `SK${HEX}`,
    TWILIO_API_SECRET: 'hunter6',
    REDIS_URL: REDIS_WITH_SECRET,
    PROVISIONING_DATABASE_URL: URL_WITH_SECRET,
    PROVISIONING_TOKENS: `backend:${HASH}`,
    ALLOWED_WEBHOOK_DOMAINS: 'example.com',
    RELEASE_GUARD_URL: 'http://registration:8080',
    RELEASE_GUARD_TOKEN: 'hunter8-0123456789',
  });
  const printed = describeConfig(config);
  assert.ok(printed.includes('DATABASE_URL=postgres://***@db.internal:5432/a2p\n'));
  assert.ok(printed.includes('ENCRYPTION_KEYS=2026 (active)\n'));
  const named = printed.split('\n').map((line) => line.split('=')[0]);
  assert.deepEqual(
    named.sort(),
    Object.keys(example)
      .filter((name) => name !== 'NODE_ENV')
      .sort(),
  );
  for (const text of [printed, inspect(config.keyring, { depth: 9, showHidden: true })]) {
    for (const secret of ['hunter', key, 'development-token', TWILIO.TWILIO_AUTH_TOKEN, HASH])
      assert.ok(!text.includes(secret), secret);
  }
});

test('.env.example names exactly the variables that are read, and is itself valid', () => {
  const read = new Set<string>();
  readConfig(
    new Proxy<Record<string, string | undefined>>(
      {},
      {
        get: (_, name) => {
          read.add(String(name));
          return name === 'A2P_PROVIDER' ? 'twilio' : undefined;
        },
      },
    ),
  );
  assert.deepEqual(Object.keys(example).sort(), [...read].sort());
  assert.deepEqual(configOf(example), configOf({}));
});
