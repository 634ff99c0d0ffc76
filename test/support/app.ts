import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Logger } from 'pino';
import type { Database } from '../../src/platform/database/database.ts';
import { loadContract, type Method, type Operation } from '../../src/platform/http/contract.ts';
import { parseKeyring } from '../../src/platform/secrets/keyring.ts';
import type { Scope } from '../../src/platform/secrets/tokens.ts';
import type { Worker } from '../../src/platform/supervisor.ts';
import { inProcess } from '../../src/registration/connect.ts';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import type { Provider } from '../../src/registration/ports.ts';
import { createRegistration, type Registration } from '../../src/registration/registration.ts';
import { createTenant, createToken } from '../../src/registration/store/tenants.ts';
import { REGISTRATION_CONTRACT, schemaFaults, seen, validateAnswer } from './contract.ts';
import { type TestClock, type TestDatabase, testClock } from './database.ts';
import { APPROVAL_DELAY_MS, newFake, silent } from './world.ts';

export const contract = loadContract(REGISTRATION_CONTRACT);

/** Real sealing under a key that is worth nothing; all instances of a test share it, as processes do. */
const parsed = parseKeyring(`test:${Buffer.alloc(32, 5).toString('base64')}`);
if ('faults' in parsed) throw new Error(parsed.faults.join('; '));
export const { keyring } = parsed;

const ALL_SCOPES: readonly Scope[] = ['read', 'write', 'pii'];
/** A round in which nothing is due may stand before one in which something is: delays differ by a quarter. */
const QUIET_ROUNDS = 3;
const MAX_ROUNDS = 60;

type Verb = Method | 'HEAD' | 'OPTIONS';
export type Headers = Readonly<Record<string, string>>;

export interface Answer<T> {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: T;
  /** The body's bytes as they came. */
  readonly text: string;
}

export interface Request {
  readonly method: Verb;
  /** With `/v1`. */
  readonly url: string;
  readonly headers?: Headers;
  /** Sent as it is; whoever sends one says its content type. */
  readonly payload?: string | Buffer;
}

/** One token of a tenant. Paths are without `/v1`; every answer is held to the contract. */
export interface Caller {
  readonly tenantId: string;
  readonly token: string;
  call<T = Schemas['Error']>(
    method: Verb,
    path: string,
    body?: unknown,
    headers?: Headers,
  ): Promise<Answer<T>>;
  /** The same tenant with a token of these scopes only. */
  as(...scopes: readonly Scope[]): Promise<Caller>;
}

export interface TestApp {
  readonly registration: Registration;
  readonly clock: TestClock;
  readonly provider: Provider;
  /** A new tenant with a token of all scopes. */
  tenant(): Promise<Caller>;
  /** Whoever has this token; another instance on the same database knows it, too. */
  caller(tenantId: string, token: string): Caller;
  /** Any request; its answer is held to the contract as well. */
  send<T = Schemas['Error']>(request: Request): Promise<Answer<T>>;
  /** Reconciles and dispatches until nothing is due any more, moving time on. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export interface AppOptions {
  readonly clock?: TestClock;
  readonly provider?: Provider;
  readonly log?: Logger;
  readonly releaseGuardToken?: string;
}

/** The registration service with all roles over a migrated database, reached without a socket. */
export async function createApp(database: Database, options: AppOptions = {}): Promise<TestApp> {
  const { clock = testClock(), log = silent } = options;
  const provider = options.provider ?? newFake(clock);
  const registration = await createRegistration({
    database,
    clock,
    keyring,
    provider: inProcess(provider),
    roles: ['api', 'reconcile', 'dispatch'],
    allowPrivateWebhooks: true,
    ...(options.releaseGuardToken === undefined ? {} : { releaseGuardToken: options.releaseGuardToken }),
    log,
  });

  const send: TestApp['send'] = async ({ method, url, headers = {}, payload }) => {
    const response = await registration.app.inject({
      method,
      url,
      headers,
      ...(payload === undefined ? {} : { payload }),
    });
    checkAnswer(operationAt(method, url), response);
    return {
      status: response.statusCode,
      headers: response.headers,
      body: isJson(response.headers) && response.payload !== '' ? JSON.parse(response.payload) : undefined,
      text: response.payload,
    };
  };
  const caller = (tenantId: string, token: string): Caller => ({
    tenantId,
    token,
    call: (method, path, body, headers = {}) =>
      send({
        method,
        url: `/v1${path}`,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      }),
    as: (...scopes) => withToken(tenantId, scopes),
  });
  const withToken = async (tenantId: string, scopes: readonly Scope[]) => {
    const wanted = { tenantId, name: scopes.join(' '), scopes };
    return caller(tenantId, (await createToken(database.executor, clock, wanted)).token);
  };

  return {
    registration,
    clock,
    provider,
    send,
    caller,
    async tenant() {
      const { tenantId } = await createTenant(database.executor, clock, `tenant ${++tenants}`);
      return withToken(tenantId, ALL_SCOPES);
    },
    async settle() {
      const steps = registration.workers.filter(isSteppable).filter(({ name }) => STEPS.includes(name));
      assert.equal(steps.length, STEPS.length);
      for (let round = 0, quiet = 0; quiet < QUIET_ROUNDS; round++) {
        assert.ok(round < MAX_ROUNDS, 'it never comes to rest');
        let done = 0;
        for (let more = 1; more > 0; done += more) {
          more = 0;
          for (const { runOnce } of steps) more += Number(await runOnce());
        }
        quiet = done > 0 ? 0 : quiet + 1;
        clock.advance(APPROVAL_DELAY_MS);
      }
    },
    async close() {
      await registration.stop(1_000);
    },
  };
}

/** What works on what is due; the other workers keep house. */
const STEPS = ['reconcile', 'dispatch', 'jobs', 'announce'];

let tenants = 0;

/** One app for all tests of a block, each of which takes tenants of its own. Answers how to get at it. */
export function useApp(
  open: () => Promise<TestDatabase>,
  options: AppOptions = {},
): () => TestApp & { readonly db: TestDatabase } {
  let app: (TestApp & { readonly db: TestDatabase }) | undefined;
  before(async () => {
    const db = await open();
    app = { ...(await createApp(db.database, options)), db };
  });
  after(() => app?.close());
  return () => {
    if (!app) throw new Error('the app is not open yet');
    return app;
  };
}

/** The operation that a request means; undefined when the contract has none at this address. */
export function operationAt(method: string, url: string): Operation | undefined {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  return ADDRESSES.find((address) => address.method === method && address.pattern.test(path))?.operation;
}

const ADDRESSES = contract.operations.map((operation) => ({
  operation,
  method: operation.method,
  pattern: new RegExp(`^${operation.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/:]+')}$`),
}));

interface Injected {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly payload: string;
}

/**
 * Holds an answer to the contract: that of its operation, or for an address of nothing a 404 in the envelope.
 * An error's correlation id is the one in the header, unless the answer is an earlier one.
 */
export function checkAnswer(operation: Operation | undefined, response: Injected): void {
  const { statusCode, headers, payload } = response;
  assert.match(String(headers['correlation-id']), /^[A-Za-z0-9._-]{1,128}$/);
  if (operation) validateAnswer(contract, operation.id, seen(response));
  if (statusCode < 400 || payload === '') return;
  if (operation?.id === 'getReadyz') return;
  const error = JSON.parse(payload);
  assert.deepEqual(schemaFaults(contract.schema('Error'), error), [], payload);
  if (headers['idempotent-replayed'] === undefined)
    assert.equal(error.error.details.correlationId, headers['correlation-id']);
}

function isJson(headers: Readonly<Record<string, unknown>>): boolean {
  return String(headers['content-type']).startsWith('application/json');
}

function isSteppable(
  worker: Worker,
): worker is Worker & { readonly runOnce: () => Promise<number | boolean> } {
  return 'runOnce' in worker;
}
