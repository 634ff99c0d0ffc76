import { type CommonMetrics, createRegistry, type MetricsOptions } from '#platform/telemetry/registry.ts';

/** What the provisioning service counts (R132). */
export interface ProvisioningMetrics extends CommonMetrics {
  /** One operation at the provider, its repetitions included, and how it ended: success rates are made of it. */
  step(step: string, outcome: string): void;
  /** One webhook URL asked whether anybody is there. */
  probe(result: string): void;
}

export function createProvisioningMetrics(options: MetricsOptions): ProvisioningMetrics {
  const { counter, common } = createRegistry(options);
  const steps = counter(
    'provisioning_operations_total',
    'Operations at the provider by how they ended, after the last attempt',
    'operation',
    'outcome',
  );
  const probes = counter('webhook_probes_total', 'Webhook URLs asked whether anybody is there', 'result');
  return {
    ...common,
    step: (operation, outcome) => steps.inc({ operation, outcome }),
    probe: (result) => probes.inc({ result }),
  };
}

/** For alerts: a state is a number, so that the highest of several processes is the worst. */
const STATE = { closed: 0, halfOpen: 1, open: 2 } as const;

/** Registers what is looked up at a scrape: breakers, and purchases that nobody has brought to an end. */
export function collectProvisioningGauges(
  metrics: ProvisioningMetrics,
  sources: {
    readonly breakers: () => readonly { readonly product: string; readonly state: keyof typeof STATE }[];
    /** At most so many are counted as one look may tell. */
    readonly unfinished: () => Promise<number>;
  },
): void {
  metrics.collect({
    source: 'breakers',
    gauges: {
      provider_breaker_state: {
        help: 'Parts of the provider: 0 called, 1 tested by one call, 2 left alone',
        labels: ['product'],
      },
    },
    collect: async () => ({
      provider_breaker_state: sources
        .breakers()
        .map(({ product, state }) => ({ value: STATE[state], labels: { product } })),
    }),
  });
  metrics.collect({
    source: 'ledger',
    gauges: {
      provisioning_unfinished_purchases: {
        help: 'Purchases that were begun and neither finished nor given up: their key has to come again',
      },
    },
    collect: async () => ({ provisioning_unfinished_purchases: [{ value: await sources.unfinished() }] }),
  });
}
