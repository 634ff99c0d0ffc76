import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { createAuthenticator } from '#platform/http/authentication.ts';
import { bindContract } from '#platform/http/bind.ts';
import { loadContract } from '#platform/http/contract.ts';
import { openApiEndpoint, serveDocs } from '#platform/http/docs.ts';
import { healthEndpoints, type ReadinessCheck } from '#platform/http/health.ts';
import { metricsEndpoint } from '#platform/http/metrics.ts';
import { createServer } from '#platform/http/server.ts';
import type { ProviderCallRecord } from '#platform/provider-http/provider-http.ts';
import type { TokenEntry } from '#platform/secrets/token-file.ts';
import type { Logger } from '#platform/telemetry/log.ts';
import { provisioningEnvelope } from './api/envelope.ts';
import { createHandlers } from './api/handlers.ts';
import { withProblems } from './api/ledger-problems.ts';
import { provisioningOperations } from './api/operations.ts';
import { findTokenIn } from './api/tokens.ts';
import { collectProvisioningGauges, createProvisioningMetrics } from './metrics.ts';
import type { Ledger, ReleaseGuard, TelephonyPort, WebhookProbe } from './ports.ts';
import { createCalls } from './service/calls.ts';
import { createService } from './service/service.ts';

export interface ProvisioningDependencies {
  /** Closed by whoever opened it. */
  readonly ledger: Ledger;
  /** The port, told whom to report each call to; closed here. */
  readonly port: (parts: { readonly onCall: (record: ProviderCallRecord) => void }) => Promise<TelephonyPort>;
  readonly guard: ReleaseGuard | undefined;
  /** Told what to count; closed here. */
  readonly probe:
    | ((onResult: (result: string) => void) => WebhookProbe & { close(): Promise<void> })
    | undefined;
  /** Asked anew every few seconds. */
  readonly tokens: () => Promise<readonly TokenEntry[]>;
  readonly allowedDomains: readonly string[] | 'any';
  /** Of a provider call, in all. */
  readonly attempts: number;
  readonly log: Logger;
}

export interface Provisioning {
  /** Does not listen yet. */
  readonly app: FastifyInstance;
  /** From now on /readyz says no. */
  drain(): void;
  /** Drains: what has arrived is answered as far as there is time; the ledger has the rest. */
  stop(deadlineMs: number): Promise<void>;
}

const CONTRACT_FILE = fileURLToPath(new URL('../../contracts/provisioning.yaml', import.meta.url));
/** Credentials do not come and go by the second (R130). */
const CHECK_CACHE_MS = 60_000;
/** Soon after they were mended the service is to be ready again. */
const FAILED_CHECK_CACHE_MS = 5_000;
/** A gauge that shows a hundred says enough. */
const UNFINISHED_SHOWN = 100;

/** READ FIRST. The provisioning service, in the order in which a request goes through it. */
export async function createProvisioning(deps: ProvisioningDependencies): Promise<Provisioning> {
  const { log } = deps;
  const ledger = withProblems(deps.ledger);
  const metrics = createProvisioningMetrics({
    onCollectError: (source, error) => log.warn({ err: error, source }, 'metrics:collect:failed'),
  });

  // 1. Port: the provider, one call a method. Every call is counted here and logged there (R131, R132).
  const port = await deps.port({
    onCall: (record) => metrics.providerRequest(record.product, howOf(record), record.ms / 1_000),
  });

  // 2. Service: policies, look-ups and intents around the port; repeats what may be repeated.
  const probe = deps.probe?.(metrics.probe);
  const service = createService({
    port,
    ledger,
    calls: createCalls({ attempts: deps.attempts, random: Math.random, onStep: metrics.step }),
    guard: deps.guard,
    probe,
    allowedDomains: deps.allowedDomains,
    log,
  });

  // 3. API: who asks, is the request well-formed, has it been answered before.
  let draining = false;
  const drain = () => {
    draining = true;
  };
  const contract = loadContract(CONTRACT_FILE);
  const app = createServer({
    logger: log,
    envelope: provisioningEnvelope,
    onAnswered: ({ operationId, status, seconds }) => metrics.request(operationId, status, seconds),
  });
  const operations = provisioningOperations(
    {
      authenticate: createAuthenticator(findTokenIn(deps.tokens), () => performance.now()),
      ledger,
      envelope: provisioningEnvelope,
      onReplay: metrics.duplicate,
      log,
    },
    createHandlers({ service }),
  );
  collectProvisioningGauges(metrics, {
    breakers: () => port.breakers(),
    unfinished: async () => (await ledger.unfinished(UNFINISHED_SHOWN)).length,
  });
  await serveDocs(app, contract, 'Number provisioning');
  bindContract(app, contract, {
    ...operations,
    ...healthEndpoints({ checks: readinessChecks(ledger, port), draining: () => draining }),
    ...metricsEndpoint(metrics),
    ...openApiEndpoint(contract),
  });

  return {
    app,
    drain,
    async stop(deadlineMs) {
      drain();
      const { promise: late, resolve } = Promise.withResolvers<'late'>();
      const timer = setTimeout(() => resolve('late'), deadlineMs);
      const ended = await Promise.race([app.close(), late]);
      clearTimeout(timer);
      if (ended === 'late') log.warn('provisioning:stop:unfinished');
      await Promise.all([probe?.close(), port.close()]);
    },
  };
}

/** `2xx`, `429`, or why there was no answer. */
function howOf({ outcome, status }: ProviderCallRecord): string {
  if (status === undefined) return outcome;
  return status === 429 ? '429' : `${Math.floor(status / 100)}xx`;
}

function readinessChecks(ledger: Ledger, port: TelephonyPort): ReadinessCheck[] {
  return [
    { name: 'ledger', check: () => ledger.check() },
    {
      name: 'breaker',
      check: async () => {
        const open = port.breakers().filter(({ state }) => state === 'open');
        if (open.length > 0) throw new Error(`left alone: ${open.map(({ product }) => product).join(', ')}`);
      },
    },
    { name: 'provider', check: cached(() => checkProvider(port)) },
  ];
}

async function checkProvider(port: TelephonyPort): Promise<void> {
  const result = await port.check({
    signal: AbortSignal.timeout(CHECK_DEADLINE_MS),
    correlationId: 'readyz',
  });
  // Busy is not gone; and whether a breaker is open is a check of its own.
  if (result.kind === 'ok' || result.kind === 'throttled' || result.kind === 'open') return;
  throw new Error('fault' in result ? result.fault.message : result.kind);
}
/** Below the deadline of a whole readiness check. */
const CHECK_DEADLINE_MS = 1_800;

/** Asks again a minute after a yes and some seconds after a no; those who ask meanwhile get the last answer. */
function cached(check: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> | undefined;
  return () => {
    if (last) return last;
    const current = check();
    last = current;
    const forget = (ms: number) => setTimeout(() => (last = undefined), ms).unref();
    current.then(
      () => forget(CHECK_CACHE_MS),
      () => forget(FAILED_CHECK_CACHE_MS),
    );
    return current;
  };
}
