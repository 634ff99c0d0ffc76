import type { FastifyPluginAsync } from 'fastify';
import type { DatabaseClock } from '#platform/database/clock.ts';
import type { Database } from '#platform/database/database.ts';
import type { Logger } from '#platform/telemetry/log.ts';
import type { Metrics } from '#platform/telemetry/metrics.ts';
import type { Provider } from './ports.ts';

/** What a provider is given to work with. */
export interface ProviderParts {
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly metrics: Pick<Metrics, 'providerRequest' | 'providerInbound'>;
  readonly log: Logger;
}

export interface ConnectedProvider {
  readonly provider: Provider;
  /** The most that one method of it takes, in milliseconds, when it makes several calls. */
  readonly deadlineMs?: number;
  /** Where it reports to us, if it does. */
  readonly inbound?: FastifyPluginAsync;
  /** Parts of it that are left alone for now. */
  openBreakers(): readonly string[];
  close(): Promise<void>;
}

export type ConnectProvider = (parts: ProviderParts) => ConnectedProvider;

/** A provider in this process. */
export const inProcess =
  (provider: Provider): ConnectProvider =>
  () => ({ provider, openBreakers: () => [], close: async () => {} });
