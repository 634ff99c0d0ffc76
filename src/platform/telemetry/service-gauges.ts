import type { Metrics } from './metrics.ts';

/** How many aggregates are in which phase. */
export interface PhaseCount {
  readonly resource: string;
  readonly phase: string;
  readonly count: number;
}

export interface QueueState {
  /** How long the longest-due row has been waiting for a worker; 0 when nothing is due. */
  readonly lagSeconds: number;
  readonly due: number;
  readonly leased: number;
  readonly parked: number;
}

export interface WebhookState {
  /** Age of the oldest event that an active endpoint has not got; 0 when there is none. */
  readonly oldestUndeliveredSeconds: number;
  /** Deliveries waiting in all lanes. */
  readonly laneDepth: number;
}

/** How the provider can be reached. */
export interface ProviderState {
  /** Accounts that the provider turns away: an operator has to mend that. */
  readonly blockedAccounts: number;
  /** Parts of the provider that this process leaves alone for a while, since they gave no answer. */
  readonly openBreakers: readonly string[];
}

/** What the last check of delivery found (R43, webhooks 6.13). */
export interface ConservationState {
  /** Endpoints of which events vanished. */
  readonly violations: number;
  /** Events by what became of them, over all endpoints. */
  readonly totals: Readonly<Record<string, number>>;
  /** The same of the endpoints to look at: few, so that the number of series stays small. */
  readonly worst: readonly {
    readonly endpointId: string;
    readonly figures: Readonly<Record<string, number>>;
  }[];
}

/** The database gauges of the registration service, each from one injected look. */
export function collectServiceGauges(
  metrics: Pick<Metrics, 'collect'>,
  sources: {
    phases(): Promise<readonly PhaseCount[]>;
    queue(): Promise<QueueState>;
    webhooks(): Promise<WebhookState>;
    provider(): Promise<ProviderState>;
    /** Undefined before the first check, and in processes that make none. */
    conservation(): ConservationState | undefined;
  },
): void {
  metrics.collect({
    source: 'phases',
    gauges: { status_phase_gauge: { help: 'Aggregates by phase', labels: ['resource', 'phase'] } },
    collect: async () => ({
      status_phase_gauge: (await sources.phases()).map(({ resource, phase, count }) => ({
        value: count,
        labels: { resource, phase },
      })),
    }),
  });
  metrics.collect({
    source: 'queue',
    gauges: {
      reconcile_queue_lag_seconds: { help: 'Wait of the longest-due work item' },
      reconcile_queue_depth: { help: 'Work items: due, leased or parked', labels: ['state'] },
    },
    collect: async () => {
      const { lagSeconds, due, leased, parked } = await sources.queue();
      return {
        reconcile_queue_lag_seconds: [{ value: lagSeconds }],
        reconcile_queue_depth: Object.entries({ due, leased, parked }).map(([state, value]) => ({
          value,
          labels: { state },
        })),
      };
    },
  });
  metrics.collect({
    source: 'webhooks',
    gauges: {
      webhook_oldest_undelivered_age_seconds: { help: 'Age of the oldest event still owed to an endpoint' },
      webhook_lane_depth: { help: 'Deliveries waiting in all lanes' },
    },
    collect: async () => {
      const { oldestUndeliveredSeconds, laneDepth } = await sources.webhooks();
      return {
        webhook_oldest_undelivered_age_seconds: [{ value: oldestUndeliveredSeconds }],
        webhook_lane_depth: [{ value: laneDepth }],
      };
    },
  });
  metrics.collect({
    source: 'provider',
    gauges: {
      provider_accounts_blocked: { help: 'Provider accounts whose credentials or standing are refused' },
      provider_breaker_open: {
        help: 'Parts of the provider that are left alone for now',
        labels: ['product'],
      },
    },
    collect: async () => {
      const { blockedAccounts, openBreakers } = await sources.provider();
      return {
        provider_accounts_blocked: [{ value: blockedAccounts }],
        provider_breaker_open: openBreakers.map((product) => ({ value: 1, labels: { product } })),
      };
    },
  });
  metrics.collect({
    source: 'conservation',
    gauges: {
      webhook_conservation_violations: { help: 'Endpoints whose accepted events are not all accounted for' },
      webhook_events: { help: 'Events accepted for endpoints, and what became of them', labels: ['state'] },
      webhook_endpoint_events: {
        help: 'The same of the endpoints with most to look at',
        labels: ['endpoint', 'state'],
      },
    },
    collect: async () => {
      const { violations, totals, worst } = sources.conservation() ?? {};
      const byState = (figures: Readonly<Record<string, number>> = {}, labels = {}) =>
        Object.entries(figures).map(([state, value]) => ({ value, labels: { ...labels, state } }));
      return {
        webhook_conservation_violations: violations === undefined ? [] : [{ value: violations }],
        webhook_events: byState(totals),
        webhook_endpoint_events: (worst ?? []).flatMap(({ endpointId, figures }) =>
          byState(figures, { endpoint: endpointId }),
        ),
      };
    },
  });
}
