import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { systemClock } from '#kernel/clock.ts';
import type { DatabaseClock } from '#platform/database/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { createAuthenticator } from '#platform/http/authentication.ts';
import { bindContract } from '#platform/http/bind.ts';
import { loadContract } from '#platform/http/contract.ts';
import { openApiEndpoint, serveDocs } from '#platform/http/docs.ts';
import { healthEndpoints } from '#platform/http/health.ts';
import { purgeIdempotencyKeys } from '#platform/http/idempotency.ts';
import { createLongPolls } from '#platform/http/long-poll.ts';
import { metricsEndpoint } from '#platform/http/metrics.ts';
import { errorEnvelope } from '#platform/http/problems.ts';
import { createRateLimit, DEFAULT_LIMIT } from '#platform/http/rate-limit.ts';
import { createServer } from '#platform/http/server.ts';
import { tenantOperations } from '#platform/http/tenant-operations.ts';
import { WEBHOOKS_CHANNEL } from '#platform/outbox/append.ts';
import { alignFeed } from '#platform/outbox/feed.ts';
import { periodic } from '#platform/periodic.ts';
import { enqueue, QUEUE_CHANNEL } from '#platform/queue/enqueue.ts';
import { queueFigures } from '#platform/queue/figures.ts';
import { createReconcileLoop } from '#platform/reconcile/loop.ts';
import { blindIndex, loadIndexKey } from '#platform/secrets/blind-index.ts';
import type { Keyring } from '#platform/secrets/keyring.ts';
import { type Supervisor, supervise, type Worker } from '#platform/supervisor.ts';
import { createMetrics } from '#platform/telemetry/metrics.ts';
import { collectServiceGauges } from '#platform/telemetry/service-gauges.ts';
import { createDispatcher } from '#platform/webhooks/delivery/dispatch.ts';
import { createJobWorker } from '#platform/webhooks/jobs/job-worker.ts';
import { createTransport } from '#platform/webhooks/transport/transport.ts';
import { createAnnouncer } from '#platform/webhooks/upkeep/announce.ts';
import type { Conservation } from '#platform/webhooks/upkeep/conservation.ts';
import { createConservationCheck } from '#platform/webhooks/upkeep/conservation-check.ts';
import { webhookFigures } from '#platform/webhooks/upkeep/figures.ts';
import { createRetention } from '#platform/webhooks/upkeep/retention.ts';
import { createHandlers } from './api/handlers.ts';
import type { ConnectProvider } from './connect.ts';
import { numberHoldEndpoints } from './holds/number-holds.ts';
import type { Enqueue } from './ports.ts';
import { CALL_DEADLINE_MS, observed } from './provider/observed.ts';
import { readinessChecks } from './readiness-checks.ts';
import { bindingReconciler } from './reconcile/binding.ts';
import { brandReconciler } from './reconcile/brand.ts';
import { campaignReconciler } from './reconcile/campaign.ts';
import { servedContract } from './served-contract.ts';
import { blockedAccounts, phaseCounts } from './store/figures.ts';
import { numberUse } from './store/number-holds.ts';
import { purgeProviderEvents } from './store/provider-events.ts';
import { createSealer } from './store/sealer.ts';
import { createStore } from './store/store.ts';
import { findPrincipal } from './store/tenants.ts';

export type Role = 'api' | 'reconcile' | 'dispatch';

export interface RegistrationDependencies {
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly keyring: Keyring;
  readonly provider: ConnectProvider;
  readonly roles: readonly Role[];
  /** Development: webhooks may go to loopback and private addresses. */
  readonly allowPrivateWebhooks: boolean;
  /** With it the provisioning service may ask whether a number is held; without it nobody may. */
  readonly releaseGuardToken?: string;
  readonly log: Logger;
}

export interface Registration {
  /** Health, metrics and, in role api, the operations. Does not listen yet. */
  readonly app: FastifyInstance;
  /** The workers of its roles, by themselves to be run by tests. */
  readonly workers: readonly Worker[];
  /** Lets the workers run. */
  start(): void;
  /** From now on /readyz says no. */
  drain(): void;
  /** Drains: what has arrived is answered, work in hand is finished or given back; then everything is closed. */
  stop(deadlineMs: number): Promise<void>;
}

const CONTRACT_FILE = fileURLToPath(new URL('../../contracts/registration.yaml', import.meta.url));
const PURGE_EVERY_MS = 60_000;
const ALIGN_EVERY_MS = 60_000;
const PURGE_BATCH = 5_000;

/** Series for endpoints at a scrape: those that need a look, however many there are in all. */
const ENDPOINTS_SHOWN = 50;

/** READ FIRST. The registration service, in the order in which data flows through it. */
export async function createRegistration(deps: RegistrationDependencies): Promise<Registration> {
  const { database, clock, keyring, log } = deps;
  const { executor } = database;
  const has = (role: Role) => deps.roles.includes(role);
  const indexKey = await loadIndexKey(executor, keyring);
  // Before anything is written: on a database that was restored from a dump the feed would begin anew.
  await alignFeed(executor);
  const metrics = createMetrics({
    onCollectError: (source, error) => log.warn({ err: error, source }, 'metrics:collect:failed'),
  });

  // 1. Store: rows, sealed PII and, in the same transaction, the outbox.
  const store = createStore({
    clock,
    sealer: createSealer(keyring, indexKey),
    onConflict: (constraint) => {
      if (constraint === 'bindings_live_e164') metrics.assignmentConflict();
    },
  });

  // 2. Queue: one row per aggregate; whoever writes asks for a pass in his own transaction.
  const ask: Enqueue = (tx, { generation, ...work }) =>
    enqueue(tx, clock, work, {
      retryParked: true,
      ...(generation === undefined ? {} : { demand: generation }),
    });

  // 3. Provider: one port, watched; reconcilers alone may call it.
  const connected = deps.provider({ database, clock, metrics, log });
  const provider = observed(connected.provider, metrics, connected.deadlineMs);

  // 4. Reconcile: load, ask the provider, decide, save.
  const reconcilers = { database, store, provider };
  const loop = createReconcileLoop({
    database,
    clock,
    reconcilers: {
      brand: brandReconciler(reconcilers),
      campaign: campaignReconciler(reconcilers),
      binding: bindingReconciler(reconcilers),
    },
    ledger: { hash: blindIndex(indexKey, 'effect'), callDeadlineMs: CALL_DEADLINE_MS },
    metrics,
    log,
    random: Math.random,
    hintAfterSave: [QUEUE_CHANNEL, WEBHOOKS_CHANNEL],
  });

  // 5. Dispatch: what the outbox holds goes to the tenants' endpoints, signed and in order.
  const transport = createTransport({ allowPrivate: deps.allowPrivateWebhooks });
  const dispatcher = createDispatcher({
    database,
    clock,
    open: keyring.open,
    transport,
    metrics,
    log,
  });

  const conservation = createConservationCheck({ database, clock: systemClock, log });

  // 6. API: validate, store desired state, enqueue, answer. Never waits for a provider.
  let draining = false;
  const longPolls = createLongPolls({
    onHint: (callback) => database.hints.onHint(WEBHOOKS_CHANNEL, callback),
  });
  const drain = () => {
    draining = true;
    longPolls.end();
  };
  let supervisor: Supervisor | undefined;
  const contract = loadContract(CONTRACT_FILE);
  const app = createServer({
    logger: log,
    onAnswered: ({ operationId, status, seconds }) => metrics.request(operationId, status, seconds),
  });
  const handlers = createHandlers({
    store,
    clock,
    enqueue: ask,
    requirements: provider,
    webhooks: { seal: keyring.seal, allowPrivate: deps.allowPrivateWebhooks },
    metrics,
  });
  const operations = tenantOperations(
    {
      database,
      clock,
      authenticate: createAuthenticator((hash) => findPrincipal(executor, hash), monotonic),
      rateLimit: createRateLimit(DEFAULT_LIMIT, monotonic),
      vault: { seal: keyring.seal, open: keyring.open, fingerprint: blindIndex(indexKey, 'request') },
      envelope: errorEnvelope,
      afterCommit: () => {
        database.hints.send(QUEUE_CHANNEL);
        database.hints.send(WEBHOOKS_CHANNEL);
      },
      onReplay: () => metrics.duplicate(),
      longPolls,
    },
    handlers,
  );
  collectServiceGauges(metrics, {
    phases: () => phaseCounts(executor),
    queue: () => queueFigures(executor, clock),
    webhooks: async () => {
      const { oldestUndeliveredSeconds, depth } = await webhookFigures(executor, clock);
      return { oldestUndeliveredSeconds, laneDepth: depth };
    },
    provider: async () => ({
      blockedAccounts: await blockedAccounts(executor, clock),
      openBreakers: connected.openBreakers(),
    }),
    conservation: () => {
      const report = conservation.last();
      return report && { ...report, worst: report.worst(ENDPOINTS_SHOWN).map(shown) };
    },
  });
  await serveDocs(app, contract, 'A2P registration');
  // What the provider reports comes in where the API does, when it reports at all.
  const inbound = has('api') ? connected.inbound : undefined;
  if (inbound) await app.register(inbound);
  const token = has('api') ? deps.releaseGuardToken : undefined;
  const serves = { api: has('api'), inbound: inbound !== undefined, holds: token !== undefined };
  bindContract(app, servedContract(contract, serves), {
    ...(has('api') ? operations : {}),
    ...(token === undefined ? {} : numberHoldEndpoints({ token, find: (e164) => numberUse(executor, e164) })),
    ...healthEndpoints({
      checks: readinessChecks({
        database,
        clock,
        reconciles: has('reconcile'),
        workers: () => supervisor?.health() ?? [],
      }),
      draining: () => draining,
    }),
    ...metricsEndpoint(metrics),
    ...openApiEndpoint(contract),
  });

  const workers: Worker[] = [
    ...(has('reconcile') ? [loop] : []),
    ...(has('dispatch')
      ? [
          dispatcher,
          createJobWorker({ database, clock, log }),
          createAnnouncer({ database, clock, log }),
          createRetention({ database, clock, log }),
          conservation,
        ]
      : []),
    ...(has('api')
      ? [
          periodic('feed', ALIGN_EVERY_MS, log, () => alignFeed(executor)),
          periodic('purge', PURGE_EVERY_MS, log, async () => {
            await purgeIdempotencyKeys(executor, clock, PURGE_BATCH);
            await purgeProviderEvents(executor, clock, PURGE_BATCH);
          }),
        ]
      : []),
  ];
  return {
    app,
    workers,
    start() {
      supervisor = supervise(workers, { log, clock: systemClock });
    },
    drain,
    async stop(deadlineMs) {
      drain();
      const [unfinished] = await Promise.all([supervisor?.stop(deadlineMs), app.close()]);
      if (unfinished?.length) log.warn({ workers: unfinished }, 'registration:stop:unfinished');
      await transport.close();
      await connected.close();
    },
  };
}

/** Milliseconds of a clock that nobody sets. */
const monotonic = () => performance.now();

function shown({ endpointId, accepted, delivered, pending, dead, skipped }: Conservation) {
  return { endpointId, figures: { accepted, delivered, pending, dead, skipped } };
}
