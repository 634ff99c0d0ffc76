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

/** The database gauges of the registration service, each from one injected look. */
export function collectServiceGauges(
  metrics: Pick<Metrics, 'collect'>,
  sources: {
    phases(): Promise<readonly PhaseCount[]>;
    queue(): Promise<QueueState>;
    webhooks(): Promise<WebhookState>;
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
}
