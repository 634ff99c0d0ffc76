import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { databaseClock } from '../../src/platform/database/clock.ts';
import { openPostgres, openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { generateKey, parseKeyring } from '../../src/platform/secrets/keyring.ts';
import { createTenant, createToken } from '../../src/registration/store/tenants.ts';
import { databaseUrl } from '../../test/support/postgres-server.ts';
import { type ServiceProcess, startProcess } from '../../test/support/processes.ts';
import { BRAND, CAMPAIGN } from '../../test/support/world.ts';
import { captureTransaction, type Transaction } from './accept-statements.ts';
import type { BareOrder } from './bare-process.ts';
import { answerOf, type LoadCaller } from './load.ts';
import { type BenchPostgres, startBenchPostgres } from './postgres.ts';

/** A tenant may ask 500 times a second (rate-limit.ts); together they are never near it. */
const TENANTS = 16;
/** Connections of the service's pool (postgres.ts). */
export const POOL_SIZE = 10;

export interface AcceptWorld {
  readonly service: ServiceProcess;
  readonly bareUrl: string;
  /** A database of pgbench's own, as superuser. */
  readonly pgbenchUrl: string;
  readonly brands: Endpoint;
  readonly campaigns: Endpoint;
  readonly setting: string;
  close(): Promise<void>;
}

export interface Endpoint {
  readonly path: string;
  readonly prefix: 'brand' | 'camp';
  readonly transaction: Transaction;
  readonly callers: readonly LoadCaller[];
}

/** The service, the bare handler and pgbench, each on a copy of one database with the same tenants and brands. */
export async function openAcceptWorld(): Promise<AcceptWorld> {
  const postgres = await startBenchPostgres();
  // What has to end, newest first.
  const undo: (() => Promise<unknown>)[] = [() => postgres.stop()];
  const close = async () => {
    for (const end of undo.splice(0)) await end();
  };
  try {
    const keys = `k1:${generateKey()}`;
    const url = await postgres.database('accept');
    const { tokens, brand, campaign } = await prepare(url, keys);
    const [bareDatabase, pgbenchUrl] = await copies(postgres, ['accept_bare', 'accept_pgbench']);

    const service = await startProcess({ DATABASE_URL: url, ENCRYPTION_KEYS: keys, ROLES: 'api' });
    undo.unshift(() => service.stop());
    const routes = [
      { path: '/v1/brands', prefix: 'brand', transaction: brand },
      { path: '/v1/campaigns', prefix: 'camp', transaction: campaign },
    ] as const;
    const bare = await startBare({ databaseUrl: bareDatabase, poolSize: POOL_SIZE, routes });
    undo.unshift(async () => void bare.child.kill('SIGKILL'));

    const bodies = await Promise.all(tokens.map((token, at) => campaignBody(service.url, token, at)));
    const [brands, campaigns] = routes;
    return {
      service,
      bareUrl: bare.url,
      pgbenchUrl,
      setting: postgres.setting,
      brands: { ...brands, callers: tokens.map((token) => callerOf(token, brandBody('{{n}}'))) },
      campaigns: { ...campaigns, callers: tokens.map((token, at) => callerOf(token, bodies[at] ?? '')) },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function prepare(url: string, keys: string) {
  const parsed = parseKeyring(keys);
  if (!('keyring' in parsed)) throw new Error('a generated key is no key');
  const database = openPostgres(url, { onError: () => undefined });
  const tokens: string[] = [];
  for (let n = 0; n < TENANTS; n++) {
    const { tenantId } = await createTenant(database.executor, databaseClock, `tenant-${n}`);
    const wanted = { tenantId, name: 'bench', scopes: ['read', 'write'] } as const;
    tokens.push((await createToken(database.executor, databaseClock, wanted)).token);
  }
  await database.close();
  const [token = ''] = tokens;
  const capture = (path: string, body: object, table: string) =>
    captureTransaction(url, parsed.keyring, { path, token, body, table });
  const brand = await capture('/v1/brands', BRAND, 'brands');
  const { brandId } = JSON.parse(brand.answer);
  const campaign = await capture('/v1/campaigns', { brandId, ...CAMPAIGN }, 'campaigns');
  return { tokens, brand, campaign };
}

/** Nobody may be connected to the original. */
async function copies(postgres: BenchPostgres, names: readonly [string, string]): Promise<[string, string]> {
  const admin = openPostgresOwner(postgres.url);
  for (const name of names) await sql`create database ${sql.id(name)} template accept`.execute(admin);
  await admin.destroy();
  return [databaseUrl(postgres.url, names[0]), databaseUrl(postgres.url, names[1])];
}

async function startBare(order: BareOrder): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = fork(fileURLToPath(new URL('./bare-process.ts', import.meta.url)), [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.send(order);
  const { url } = await answerOf<{ readonly url: string }>(child);
  return { url, child };
}

/** A brand of this tenant, for its campaigns; a first brand of its own each, out of the way of the load's. */
async function campaignBody(serviceUrl: string, token: string, at: number): Promise<string> {
  const response = await fetch(`${serviceUrl}/v1/brands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: brandBody(String(9_000_000 + at)),
  });
  const brand: { readonly brandId?: string } = Object(await response.json());
  if (!brand.brandId) throw new Error(`no brand for campaigns: ${response.status}`);
  return JSON.stringify({ brandId: brand.brandId, ...CAMPAIGN });
}

function brandBody(digits: string): string {
  return JSON.stringify({ ...BRAND, taxId: `45-${digits}` });
}

function callerOf(token: string, body: string): LoadCaller {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': '{{uuid}}',
  };
  return { headers, bodies: [body] };
}
