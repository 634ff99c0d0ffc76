import { setTimeout as sleep } from 'node:timers/promises';
import { newToken } from '#platform/secrets/tokens.ts';
import type { Logger } from '#platform/telemetry/log.ts';
import type { Config } from '../config.ts';
import type { RunningService } from './running-service.ts';

export interface RunningServices {
  readonly registration: RunningService | undefined;
  readonly provisioning: RunningService | undefined;
  stop(): Promise<void>;
}

/** Time for a load balancer to see at /readyz that it should send nobody here any more. */
const DRAIN_NOTICE_MS = 5_000;

/**
 * Starts the chosen services. They share nothing but this process: provisioning asks registration over HTTP whether
 * a number is in use, with a token made for this start unless one is configured.
 * @param logOf the log of a service.
 * Throws what the start of a service throws; the one that runs already is stopped then.
 */
export async function startServices(
  config: Config,
  logOf: (service: Config['services'][number]) => Logger,
): Promise<RunningServices> {
  const both = config.services.length > 1;
  const guardToken = config.releaseGuardToken ?? (both ? newToken() : undefined);
  // Each is loaded where it runs only: the code of the other would be 5 MiB.
  let registration: RunningService | undefined;
  if (config.services.includes('registration')) {
    const { startRegistration } = await import('./registration.ts');
    registration = await startRegistration(
      config,
      logOf('registration'),
      guardToken === undefined ? {} : { releaseGuardToken: guardToken },
    );
  }
  const here =
    registration && guardToken !== undefined && config.roles.includes('api')
      ? { url: registration.url, token: guardToken }
      : undefined;
  let provisioning: RunningService | undefined;
  try {
    if (config.provisioning) {
      const { startProvisioning } = await import('./provisioning.ts');
      provisioning = await startProvisioning(config, config.provisioning, logOf('provisioning'), {
        guard: here,
        developmentToken: registration?.newToken,
      });
    }
  } catch (error) {
    await registration?.stop();
    throw error;
  }
  const running = [registration, provisioning].filter((service) => service !== undefined);
  return {
    registration,
    provisioning,
    async stop() {
      for (const service of running) service.drain();
      if (config.production) await sleep(DRAIN_NOTICE_MS);
      await Promise.all(running.map((service) => service.stop()));
    },
  };
}
