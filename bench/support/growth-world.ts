import { type Kysely, sql } from 'kysely';
import { databaseClock } from '../../src/platform/database/clock.ts';
import { openPostgres, openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { createClaimer, releaseClaims } from '../../src/platform/queue/claim.ts';
import { createToken } from '../../src/registration/store/tenants.ts';
import { createClient } from '../../test/support/client.ts';
import { type ServiceProcess, startProcess } from '../../test/support/processes.ts';
import { BRAND, CAMPAIGN } from '../../test/support/world.ts';
import type { BenchPostgres } from './postgres.ts';
import { fillBrands } from './reconcile-fill.ts';

const LEASE_MS = 12_000;
const CLAIM = 32;
const DUE = 100;
/** Brands of one insert of events: all in one place of the feed, of which a real feed has one for each transaction. */
const PIECE = 500;
const DAY_SECONDS = 86_400;

/** A database with many aggregates, and one piece of each work on it. */
export interface GrownDatabase {
  readonly size: number;
  readonly url: string;
  claim(): Promise<void>;
  accept(): Promise<void>;
  feedPage(): Promise<void>;
  listPage(): Promise<void>;
  readiness(): Promise<void>;
  /** From here on nobody asks anything of the database; what is due is put off to tomorrow. */
  comeToRest(): Promise<void>;
  /** @param url where it finds the database, when not directly. */
  startWorker(url: string): Promise<ServiceProcess>;
  close(): Promise<void>;
}

/** Fills it, of which nearly all is due tomorrow, and starts an API process on it. */
export async function openGrown(postgres: BenchPostgres, size: number): Promise<GrownDatabase> {
  // What has to end, newest first.
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of undo.splice(0)) await end();
  };
  try {
    return { ...(await grow(postgres, size, undo)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function grow(
  postgres: BenchPostgres,
  size: number,
  undo: (() => Promise<unknown>)[],
): Promise<Omit<GrownDatabase, 'close'>> {
  const filled = await fillBrands(postgres, { count: size, sent: true, dueInSeconds: DAY_SECONDS });
  undo.unshift(filled.close);
  const { url } = filled;
  const owner = openPostgresOwner(url);
  undo.unshift(() => owner.destroy());
  await fillEvents(owner);
  await sql`update reconcile_queue set due_at = clock_timestamp() where aggregate_id in
    (select aggregate_id from reconcile_queue limit ${DUE})`.execute(owner);
  await settle(owner);

  const database = openPostgres(url, { poolSize: 2, onError: () => undefined });
  undo.unshift(database.close);
  const { rows } = await sql<{ tenant_id: string }>`select tenant_id from tenants`.execute(database.executor);
  const { token } = await createToken(database.executor, databaseClock, {
    tenantId: rows[0]?.tenant_id ?? '',
    name: 'bench',
    scopes: ['read', 'write'],
  });
  const env = { DATABASE_URL: url, ENCRYPTION_KEYS: filled.encryptionKeys, LOG_LEVEL: 'error' };
  const api = await startProcess({ ...env, ROLES: 'api' });
  undo.unshift(api.stop);
  const client = createClient(token, () => [api.url]);
  const claimer = createClaimer(database.executor, databaseClock, LEASE_MS);
  let taxId = 0;

  const asked = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await client.once<T>(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  /** From page to page, and from the last to the first. */
  const pager = (path: string, full: number, from: 'after' | 'cursor') => {
    let cursor: string | undefined;
    return async () => {
      const page = await asked<{ items: unknown[]; nextCursor?: string }>(
        'GET',
        `${path}?limit=${full}${cursor ? `&${from}=${encodeURIComponent(cursor)}` : ''}`,
      );
      cursor = page.items.length === full ? page.nextCursor : undefined;
    };
  };
  const newBrand = () =>
    asked<{ brandId: string }>('POST', '/brands', { ...BRAND, taxId: `45-${String(1_000_000 + taxId++)}` });
  const { brandId } = await newBrand();
  const { campaignId } = await asked<{ campaignId: string }>('POST', '/campaigns', { brandId, ...CAMPAIGN });
  return {
    size,
    url,
    async claim() {
      await releaseClaims(database.executor, await claimer.claim(CLAIM));
    },
    accept: async () => void (await newBrand()),
    feedPage: pager('/events', 100, 'after'),
    listPage: pager('/brands', 50, 'cursor'),
    readiness: async () => void (await asked('GET', `/campaigns/${campaignId}/readiness`)),
    async comeToRest() {
      await api.stop();
      await sql`update reconcile_queue set due_at = clock_timestamp() + interval '1 day'
        where due_at < clock_timestamp() + interval '1 hour'`.execute(owner);
    },
    startWorker: (through) => startProcess({ ...env, DATABASE_URL: through, ROLES: 'reconcile' }),
  };
}

/** Two events for each brand, a transaction and so a place in the feed for each piece. */
async function fillEvents(owner: Kysely<unknown>): Promise<void> {
  for (let last: string | null = ''; last !== null; ) {
    const { rows } = await sql<{ last: string | null }>`
      with piece as materialized (
        select tenant_id, brand_id from brands where brand_id > ${last} order by brand_id limit ${PIECE}
      ), written as (
        insert into events (tenant_id, event_id, aggregate_type, aggregate_id, sequence, type, body, created_at)
        select tenant_id, 'evt_' || substr(brand_id, 7) || n, 'brand', brand_id, n, 'BrandVetted',
          convert_to('{"eventId":"evt_' || substr(brand_id, 7) || n || '","sequence":' || n || '}', 'UTF8'),
          clock_timestamp()
        from piece, generate_series(1, 2) n
      )
      select max(brand_id) as last from piece`.execute(owner);
    last = rows[0]?.last ?? null;
  }
}

/** As a database is that was not filled a moment ago. How long that takes grows with it: no deadline for it. */
async function settle(owner: Kysely<unknown>): Promise<void> {
  await owner.connection().execute(async (connection) => {
    await sql`set statement_timeout = 0`.execute(connection);
    await sql`vacuum analyze`.execute(connection);
    await sql`checkpoint`.execute(connection);
    await sql`reset statement_timeout`.execute(connection);
  });
}
