import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { createAuthenticator } from '../../src/platform/http/authentication.ts';
import { bindContract } from '../../src/platform/http/bind.ts';
import { loadContract, type Method, type Operation } from '../../src/platform/http/contract.ts';
import { openApiEndpoint, serveDocs } from '../../src/platform/http/docs.ts';
import { healthEndpoints } from '../../src/platform/http/health.ts';
import { metricsEndpoint } from '../../src/platform/http/metrics.ts';
import { createServer } from '../../src/platform/http/server.ts';
import type { Logger } from '../../src/platform/telemetry/log.ts';
import { provisioningEnvelope } from '../../src/provisioning/api/envelope.ts';
import { createHandlers } from '../../src/provisioning/api/handlers.ts';
import { withProblems } from '../../src/provisioning/api/ledger-problems.ts';
import { provisioningOperations } from '../../src/provisioning/api/operations.ts';
import { findTokenIn } from '../../src/provisioning/api/tokens.ts';
import type { Schemas } from '../../src/provisioning/contract.gen.ts';
import type { AllowedDomains } from '../../src/provisioning/domain/webhook-urls.ts';
import { createMemoryLedger } from '../../src/provisioning/ledger/memory-ledger.ts';
import type { Ledger, ReleaseGuard, TelephonyPort, WebhookProbe } from '../../src/provisioning/ports.ts';
import { createFakePort } from '../../src/provisioning/provider/fake/fake-port.ts';
import { createCalls } from '../../src/provisioning/service/calls.ts';
import { createService } from '../../src/provisioning/service/service.ts';
import { schemaFaults, seen, validateAnswer } from './contract.ts';

export const PROVISIONING_CONTRACT = fileURLToPath(
  new URL('../../contracts/provisioning.yaml', import.meta.url),
);
export const contract = loadContract(PROVISIONING_CONTRACT);

/** Tokens of two callers. */
export const TOKENS = { shop: 'nmc_shop', desk: 'nmc_desk' } as const;
export const ALLOWED = ['hooks.example.com'] as const;
export const WEBHOOKS = {
  smsWebhookUrl: 'https://hooks.example.com/sms',
  voiceUrl: 'https://hooks.example.com/voice',
} as const;

export interface Answer<T> {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: T;
  readonly text: string;
}

export interface Sent {
  readonly body?: unknown;
  /** Sent as it is, in place of a body. */
  readonly payload?: string | Buffer;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Scene {
  readonly app: FastifyInstance;
  readonly fake: FakePort;
  readonly ledger: Ledger;
  /** Answers given from a stored copy so far. */
  readonly replays: () => number;
  /** Moves the ledger's clock on, and that of the API. */
  advance(ms: number): void;
  /** Sends a request as the shop; its answer is held to the contract. */
  call<T = Schemas['Error']>(method: Method, url: string, sent?: Sent): Promise<Answer<T>>;
}

export interface SceneOptions {
  /** What the provider does otherwise than the fake one. */
  readonly port?: (fake: FakePort) => Partial<TelephonyPort>;
  /** What the ledger does otherwise than the one in memory. */
  readonly ledger?: (memory: Ledger) => Partial<Ledger>;
  readonly guard?: ReleaseGuard;
  readonly probe?: WebhookProbe;
  readonly allowedDomains?: AllowedDomains;
  readonly deadlineMs?: number;
  /** Waits of the API itself move its clock on instead of taking time; here is what happens meanwhile. */
  readonly onWait?: () => unknown;
  readonly log?: Logger;
}

type FakePort = TelephonyPort & { calls(): readonly string[] };

/** The provisioning API over the real service, the memory ledger and the fake provider, reached without a socket. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const { log = pino({ level: 'silent' }), onWait = () => undefined } = options;
  let now = 1_000_000;
  const fake = createFakePort();
  const memory = createMemoryLedger({ now: () => now });
  const ledger = withProblems({ ...memory, ...options.ledger?.(memory) });
  const service = createService({
    port: { ...fake, ...options.port?.(fake) },
    ledger,
    calls: createCalls({ attempts: 3, random: () => 0.5, sleep: async () => {} }),
    allowedDomains: options.allowedDomains ?? ALLOWED,
    log,
    ...(options.guard ? { guard: options.guard } : {}),
    ...(options.probe ? { probe: options.probe } : {}),
  });
  let replays = 0;
  const tokens = Object.entries(TOKENS).map(([name, token]) => ({
    name,
    hash: createHash('sha256').update(token).digest(),
  }));
  const app = createServer({ logger: log, envelope: provisioningEnvelope });
  await serveDocs(app, contract, 'Number provisioning');
  bindContract(app, contract, {
    ...provisioningOperations(
      {
        ledger,
        authenticate: createAuthenticator(
          findTokenIn(async () => tokens),
          () => now,
        ),
        envelope: provisioningEnvelope,
        onReplay: () => {
          replays += 1;
        },
        log,
        nowMs: () => now,
        wait: async (ms) => {
          now += ms;
          await onWait();
          await new Promise((resolve) => setImmediate(resolve));
        },
        ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
      },
      createHandlers({ service }),
    ),
    ...healthEndpoints({
      checks: [{ name: 'ledger', check: () => ledger.check() }],
      draining: () => false,
    }),
    ...metricsEndpoint({ scrape: async () => ({ contentType: 'text/plain', body: '' }) }),
    ...openApiEndpoint(contract),
  });

  return {
    app,
    fake,
    ledger,
    replays: () => replays,
    advance(ms) {
      now += ms;
    },
    async call(method, url, { body, payload, key, headers = {} } = {}) {
      const content = payload ?? (body === undefined ? undefined : JSON.stringify(body));
      const response = await app.inject({
        method,
        url,
        headers: {
          authorization: `Bearer ${TOKENS.shop}`,
          ...(content === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...headers,
        },
        ...(content === undefined ? {} : { payload: content }),
      });
      checkAnswer(method, url, response);
      const isJson = String(response.headers['content-type']).startsWith('application/json');
      return {
        status: response.statusCode,
        headers: response.headers,
        body: isJson ? JSON.parse(response.payload) : undefined,
        text: response.payload,
      };
    },
  };
}

/** The operation that a request means; undefined when the contract has none at this address. */
export function operationAt(method: string, url: string): Operation | undefined {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  return contract.operations.find(
    (operation) =>
      operation.method === method &&
      new RegExp(`^${operation.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/:]+')}$`).test(path),
  );
}

interface Injected {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly payload: string;
}

/** Holds an answer to the contract; but for a replay, its correlation id is the one in the header. */
function checkAnswer(method: string, url: string, response: Injected): void {
  const { statusCode, headers, payload } = response;
  const operation = operationAt(method, url);
  if (operation) validateAnswer(contract, operation.id, seen(response));
  else assert.deepEqual(schemaFaults(contract.schema('Error'), JSON.parse(payload)), [], payload);
  if (operation?.scopes === undefined && statusCode < 400) return;
  if (operation?.id === 'getReadyz') return;
  if (headers['idempotent-replayed'] === undefined) {
    assert.equal(JSON.parse(payload).correlationId, headers['correlation-id']);
  }
}
