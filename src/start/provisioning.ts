import { appendToken, readTokenFile } from '#platform/secrets/token-file.ts';
import { hashToken, newToken } from '#platform/secrets/tokens.ts';
import type { Logger } from '#platform/telemetry/log.ts';
import { startControl } from '../cli/control-server.ts';
import { createLedgerRunner } from '../cli/run.ts';
import type { ProvisioningConfig } from '../config/provisioning.ts';
import type { Config } from '../config.ts';
import { developmentTokenFile } from '../provisioning/development-tokens.ts';
import { createRegistrationGuard } from '../provisioning/guard/registration-guard.ts';
import { openLedger, provisioningDirectory } from '../provisioning/ledger/open.ts';
import type { TelephonyPort } from '../provisioning/ports.ts';
import { createHeadProbe } from '../provisioning/probe/head-probe.ts';
import { createFakePort } from '../provisioning/provider/fake/fake-port.ts';
import { createProvisioning } from '../provisioning/provisioning.ts';
import { type RunningService, STOP_DEADLINE_MS } from './running-service.ts';

export interface ProvisioningOptions {
  /** A registration service in this process, for want of a configured one. */
  readonly guard: { readonly url: string; readonly token: string } | undefined;
  /** A token that this start has made for tenant `dev`: it is good here too. */
  readonly developmentToken: string | undefined;
}

/**
 * Starts the provisioning service.
 * Throws LedgerUnavailable (one line) when its store cannot be opened, and Node's own when the port is taken.
 */
export async function startProvisioning(
  config: Config,
  settings: ProvisioningConfig,
  log: Logger,
  options: ProvisioningOptions,
): Promise<RunningService> {
  const ledger = await openLedger(
    {
      backend: settings.backend,
      databaseUrl: settings.databaseUrl,
      redisUrl: settings.redisUrl,
      dataDir: config.dataDir,
    },
    {
      owner: `the provisioning service, pid ${process.pid}`,
      schema: 'current',
      onError: (error) => log.warn({ err: error }, 'ledger:connection:failed'),
    },
  );
  // What is to be closed again when a later step fails, newest first.
  const undo: (() => Promise<unknown>)[] = [() => ledger.close()];
  try {
    const { tokens, made } = await tokensOf(config, settings, options.developmentToken);
    const guardAt = settings.guard ?? options.guard;
    const guard = guardAt && createRegistrationGuard(guardAt);
    if (guard) undo.unshift(guard.close);
    const provisioning = await createProvisioning({
      ledger,
      port: (parts) => portOf(settings, parts, log),
      guard,
      probe: settings.probe
        ? (onResult) =>
            createHeadProbe({
              // Where numbers are real, their webhooks are on the internet.
              allowPrivate: config.webhookAllowPrivate && settings.twilio === undefined,
              onResult,
            })
        : undefined,
      tokens,
      allowedDomains: settings.allowedDomains,
      attempts: settings.attempts,
      log,
    });
    undo.unshift(() => provisioning.stop(STOP_DEADLINE_MS));
    const url = await provisioning.app.listen({ host: config.host, port: settings.port });
    // An embedded ledger belongs to this process: the CLI works through it.
    const control =
      settings.backend === 'postgres' && settings.databaseUrl === undefined
        ? await startControl({
            directory: provisioningDirectory(config.dataDir),
            runCommand: createLedgerRunner(config, ledger),
          })
        : undefined;
    return {
      url,
      newToken: made,
      drain: provisioning.drain,
      async stop() {
        await control?.close();
        await provisioning.stop(STOP_DEADLINE_MS);
        await guard?.close();
        await ledger.close();
      },
    };
  } catch (error) {
    for (const close of undo) await close();
    throw error;
  }
}

type PortParts = Parameters<Parameters<typeof createProvisioning>[0]['port']>[0];

async function portOf(
  settings: ProvisioningConfig,
  { onCall }: PortParts,
  log: Logger,
): Promise<TelephonyPort> {
  const { twilio } = settings;
  if (!twilio) return createFakePort();
  // The SDK is 34 MB in memory: for those who use it.
  const { createTwilioPort } = await import('../provisioning/provider/twilio/twilio-port.ts');
  return createTwilioPort({
    accountSid: twilio.subaccountSid ?? twilio.accountSid,
    username: twilio.username,
    password: twilio.password,
    ...(twilio.baseUrl === undefined ? {} : { baseUrl: twilio.baseUrl }),
    timeoutMs: settings.requestTimeoutMs,
    onCall,
    log,
  });
}

/**
 * Who may call. Configured tokens, or in development those of a file, which gets a first one here. `made` when
 * nobody has been shown it yet.
 */
async function tokensOf(config: Config, settings: ProvisioningConfig, developmentToken: string | undefined) {
  const given = [
    ...settings.tokens,
    ...(config.bootstrapToken === undefined ? [] : [{ name: 'dev', hash: hashToken(config.bootstrapToken) }]),
  ];
  if (config.production || settings.tokens.length > 0) return { tokens: async () => given, made: undefined };
  const file = developmentTokenFile(config.dataDir);
  const tokens = async () => [...given, ...(await readTokenFile(file))];
  if (developmentToken === undefined && (await tokens()).length > 0) return { tokens, made: undefined };
  const token = developmentToken ?? newToken();
  await appendToken(file, { name: 'dev', hash: hashToken(token) });
  return { tokens, made: developmentToken === undefined ? token : undefined };
}
