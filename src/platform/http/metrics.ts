import type { Endpoints } from './bind.ts';

/** What is scraped: `createMetrics` (telemetry/metrics.ts) is one. */
export interface MetricsSource {
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** `/metrics`: every metric of this process in Prometheus' text format (R43, R85). */
export function metricsEndpoint(source: MetricsSource): Endpoints {
  return {
    getMetrics: () => ({
      handler: async (_request, reply) => {
        const { contentType, body } = await source.scrape();
        return reply.type(contentType).send(body);
      },
    }),
  };
}
