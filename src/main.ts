import { Problem } from '#kernel/problem.ts';
import { SealError } from '#platform/secrets/keyring.ts';
import { createLogger } from '#platform/telemetry/log.ts';
import { startTracing } from '#platform/telemetry/tracing-export.ts';
import { readConfig, type Service } from './config.ts';
import { LedgerUnavailable } from './provisioning/ledger/open.ts';
import { RegistrationUnavailable } from './registration/store/open.ts';
import { type RunningServices, startServices } from './start/services.ts';

/** Bad configuration, or a store that cannot be opened: one line per fault, nothing was begun. */
const EXIT_NOT_STARTED = 2;
const TRACES_DEADLINE_MS = 2_000;

const read = readConfig();
if ('faults' in read) refuse(read.faults);
const { config } = read;
const logOf = (service: Service) =>
  createLogger({
    level: config.logLevel,
    service,
    role: service === 'registration' ? config.roles.join('+') : 'api',
    pretty: process.stdout.isTTY,
  });
const log = logOf(config.services[0] ?? 'registration');
const tracing =
  config.otlpEndpoint === undefined
    ? undefined
    : await startTracing({
        serviceName: `a2p-${config.services.join('-')}`,
        endpoint: config.otlpEndpoint,
        onError: (message) => log.warn({ message }, 'tracing:export:failed'),
      });
if (isEmbedded()) process.stdout.write(`opening the databases in ${config.dataDir} ...\n`);
const services = await start();
announce(services);

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'service:stop:begin');
    void stop();
  });
}

async function start(): Promise<RunningServices> {
  try {
    return await startServices(config, logOf);
  } catch (error) {
    if (error instanceof RegistrationUnavailable || error instanceof LedgerUnavailable)
      refuse([error.message]);
    if (error instanceof SealError) refuse([`ENCRYPTION_KEYS: ${error.message}`]);
    // A revoked BOOTSTRAP_TOKEN, or one that is another tenant's.
    if (error instanceof Problem) refuse([`BOOTSTRAP_TOKEN: ${error.message}`]);
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      const port = 'port' in error ? Number(error.port) : config.port;
      const name = port === config.provisioning?.port ? 'PROVISIONING_PORT' : 'PORT';
      refuse([`${name}: ${config.host}:${port} is taken by another process`]);
    }
    throw error;
  }
}

async function stop(): Promise<void> {
  try {
    await services.stop();
    await tracing?.shutdown(TRACES_DEADLINE_MS);
    log.info('service:stop:done');
    process.exit(0);
  } catch (error) {
    log.fatal({ err: error }, 'service:stop:failed');
    process.exit(1);
  }
}

function refuse(lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(EXIT_NOT_STARTED);
}

function isEmbedded(): boolean {
  const { services, databaseUrl, provisioning } = config;
  const ledger = provisioning?.backend === 'postgres' && provisioning.databaseUrl === undefined;
  return ledger || (services.includes('registration') && databaseUrl === undefined);
}

/** What a person at a terminal needs next. */
function announce({ registration, provisioning }: RunningServices): void {
  const token = registration?.newToken ?? provisioning?.newToken;
  const lines = [
    '',
    ...(registration ? registrationLines(registration.url) : []),
    ...(provisioning ? provisioningLines(provisioning.url) : []),
    token === undefined
      ? '  token         npm run cli -- tokens create --help'
      : `  token         ${token}   (shown this once)`,
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function registrationLines(url: string): string[] {
  const store = config.databaseUrl === undefined ? `embedded PostgreSQL in ${config.dataDir}` : 'PostgreSQL';
  const base = `${url}${config.roles.includes('api') ? '/v1' : ' (no api here)'}`;
  return [
    `  registration  ${base}   roles ${config.roles.join(', ')}, ${store}, provider ${config.provider}`,
    ...placesAt(url),
  ];
}

function provisioningLines(url: string): string[] {
  const { backend, databaseUrl, twilio } = config.provisioning ?? {};
  const where = backend === 'postgres' && databaseUrl === undefined ? 'embedded PostgreSQL' : backend;
  return [
    `  provisioning  ${url}   ledger ${where}, numbers of ${twilio ? 'Twilio' : 'the fake port'}`,
    ...placesAt(url),
  ];
}

function placesAt(url: string): string[] {
  return [`    docs        ${url}/docs`, `    health      ${url}/readyz   metrics ${url}/metrics`];
}
