import { systemClock } from '#kernel/clock.ts';
import { databaseClock } from '#platform/database/clock.ts';
import { endAllLeases } from '#platform/queue/claim.ts';
import type { Logger } from '#platform/telemetry/log.ts';
import { endLaneLeases } from '#platform/webhooks/delivery/claim.ts';
import { startControl } from '../cli/control-server.ts';
import { createRunner } from '../cli/run.ts';
import type { Config } from '../config.ts';
import { type ConnectProvider, inProcess } from '../registration/connect.ts';
import type { Provider } from '../registration/ports.ts';
import { createFakeProvider } from '../registration/provider/fake/fake-provider.ts';
import { createRegistration } from '../registration/registration.ts';
import {
  openRegistration,
  type RegistrationDatabase,
  registrationDirectory,
} from '../registration/store/open.ts';
import { createTenant, createToken, listTenants } from '../registration/store/tenants.ts';
import { type RunningService, STOP_DEADLINE_MS } from './running-service.ts';

/**
 * Starts the registration service with its roles on its database.
 * @param overrides.provider instead of the configured one: tests.
 * @param overrides.releaseGuardToken for a provisioning service in this process; the configured one otherwise.
 * Throws RegistrationUnavailable (one line) when the database cannot be opened, and Node's own when the port is taken.
 */
export async function startRegistration(
  config: Config,
  log: Logger,
  overrides: { readonly provider?: Provider; readonly releaseGuardToken?: string } = {},
): Promise<RunningService> {
  const opened = await openRegistration(config, {
    owner: `the registration service, pid ${process.pid}`,
    schema: 'current',
    onError: (error) => log.warn({ err: error }, 'database:connection:failed'),
  });
  const { database, keyring } = opened;
  // What is to be closed again when a later step fails, newest first.
  const undo: (() => Promise<unknown>)[] = [() => opened.close()];
  try {
    if (config.databaseUrl === undefined) {
      await endAllLeases(database.executor);
      await endLaneLeases(database.executor);
    }
    const guardToken = overrides.releaseGuardToken ?? config.releaseGuardToken;
    const newToken = await ensureDevelopmentToken(config, opened);
    const registration = await createRegistration({
      database,
      keyring,
      clock: databaseClock,
      provider: await connectionOf(config, overrides.provider),
      roles: config.roles,
      allowPrivateWebhooks: config.webhookAllowPrivate,
      ...(guardToken === undefined ? {} : { releaseGuardToken: guardToken }),
      log,
    });
    undo.unshift(() => registration.stop(STOP_DEADLINE_MS));
    const url = await registration.app.listen({ host: config.host, port: config.port });
    // On an embedded database the CLI works through the instance that holds it.
    const control =
      config.databaseUrl === undefined
        ? await startControl({
            directory: registrationDirectory(config.dataDir),
            runCommand: createRunner(config, opened),
          })
        : undefined;
    registration.start();
    return {
      url,
      newToken,
      drain: registration.drain,
      async stop() {
        await control?.close();
        await registration.stop(STOP_DEADLINE_MS);
        await opened.close();
      },
    };
  } catch (error) {
    for (const close of undo) await close();
    throw error;
  }
}

async function connectionOf(
  { twilio, publicUrl, fake }: Config,
  instead?: Provider,
): Promise<ConnectProvider> {
  if (instead) return inProcess(instead);
  if (twilio) {
    // The SDK is 34 MB in memory: for those who use it.
    const { connectTwilio } = await import('../registration/connect-twilio.ts');
    return connectTwilio(twilio, publicUrl);
  }
  return inProcess(createFakeProvider({ clock: systemClock, ...fake }));
}

/** Development: tenant `dev` with the given token, or on the first start with one made up. */
async function ensureDevelopmentToken(
  config: Config,
  { database }: RegistrationDatabase,
): Promise<string | undefined> {
  const { executor } = database;
  const tenants = await listTenants(executor);
  const embedded = config.databaseUrl === undefined;
  if (config.bootstrapToken === undefined && (!embedded || tenants.length > 0)) return undefined;
  const dev =
    tenants.find(({ name }) => name === 'dev') ?? (await createTenant(executor, databaseClock, 'dev'));
  const { token } = await createToken(executor, databaseClock, {
    tenantId: dev.tenantId,
    name: 'development',
    scopes: ['read', 'write', 'pii'],
    ...(config.bootstrapToken === undefined ? {} : { token: config.bootstrapToken }),
  });
  return config.bootstrapToken === undefined ? token : undefined;
}
