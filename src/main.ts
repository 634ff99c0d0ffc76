import { Problem } from '#kernel/problem.ts';
import { SealError } from '#platform/secrets/keyring.ts';
import { createLogger } from '#platform/telemetry/log.ts';
import { startTracing } from '#platform/telemetry/tracing-export.ts';
import { readConfig } from './config.ts';
import { RegistrationUnavailable } from './registration/store/open.ts';
import { type RunningService, startRegistration } from './start.ts';

/** Bad configuration, or a database that cannot be opened: one line per fault, nothing was begun. */
const EXIT_NOT_STARTED = 2;
const TRACES_DEADLINE_MS = 2_000;

const read = readConfig();
if ('faults' in read) refuse(read.faults);
const { config } = read;
const log = createLogger({
  level: config.logLevel,
  service: 'registration',
  role: config.roles.join('+'),
  pretty: process.stdout.isTTY,
});
const tracing =
  config.otlpEndpoint === undefined
    ? undefined
    : await startTracing({
        serviceName: 'a2p-registration',
        endpoint: config.otlpEndpoint,
        onError: (message) => log.warn({ message }, 'tracing:export:failed'),
      });
if (config.databaseUrl === undefined) process.stdout.write(`opening the database in ${config.dataDir} ...\n`);
const service = await start();
announce(service);

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'service:stop:begin');
    void stop();
  });
}

async function start(): Promise<RunningService> {
  try {
    return await startRegistration(config, log);
  } catch (error) {
    if (error instanceof RegistrationUnavailable) refuse([error.message]);
    if (error instanceof SealError) refuse([`ENCRYPTION_KEYS: ${error.message}`]);
    // A revoked BOOTSTRAP_TOKEN, or one that is another tenant's.
    if (error instanceof Problem) refuse([`BOOTSTRAP_TOKEN: ${error.message}`]);
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      refuse([`PORT: ${config.host}:${config.port} is taken by another process`]);
    }
    throw error;
  }
}

async function stop(): Promise<void> {
  try {
    await service.stop();
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

/** What a person at a terminal needs next. */
function announce({ url, newToken }: RunningService): void {
  const store = config.databaseUrl === undefined ? `embedded PostgreSQL in ${config.dataDir}` : 'PostgreSQL';
  const lines = [
    '',
    `  registration  ${url}${config.roles.includes('api') ? '/v1' : ' (no api here)'}   roles ${config.roles.join(', ')}, ${store}, provider ${config.provider}`,
    `  docs          ${url}/docs`,
    `  health        ${url}/readyz   metrics ${url}/metrics`,
    newToken === undefined
      ? '  token         npm run cli -- tokens create --tenant <id or name>   (npm run cli -- tenants list)'
      : `  token         ${newToken}   (tenant dev; shown this once)`,
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
