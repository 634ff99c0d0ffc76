import type { Logger } from '#platform/telemetry/log.ts';
import type { AllowedDomains } from '../domain/webhook-urls.ts';
import type { Ledger, ReleaseGuard, TelephonyPort, WebhookProbe } from '../ports.ts';
import type { Calls } from './calls.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What the service works with. */
export interface ServiceDeps {
  readonly port: TelephonyPort;
  readonly ledger: Ledger;
  readonly calls: Calls;
  /** Nobody is asked before a release when there is none. */
  readonly guard?: ReleaseGuard | undefined;
  readonly probe?: WebhookProbe | undefined;
  readonly allowedDomains: AllowedDomains;
  readonly log: Logger;
  /** By the process's own clocks if absent. */
  readonly stopwatch?: Stopwatch;
}
