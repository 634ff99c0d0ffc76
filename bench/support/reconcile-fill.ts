// A database of brands that are all due at once, and copies of it: every contender begins with the very same rows.

import { sql } from 'kysely';
import { pino } from 'pino';
import { newId } from '../../src/kernel/ids.ts';
import { databaseClock } from '../../src/platform/database/clock.ts';
import type { Tx } from '../../src/platform/database/database.ts';
import { openPostgres, openPostgresOwner } from '../../src/platform/database/postgres.ts';
import { loadIndexKey } from '../../src/platform/secrets/blind-index.ts';
import { generateKey, parseKeyring } from '../../src/platform/secrets/keyring.ts';
import { createRetention } from '../../src/platform/webhooks/upkeep/retention.ts';
import { brandSent, createBrand, submitBrand } from '../../src/registration/domain/brand.ts';
import { brandKey } from '../../src/registration/domain/dedupe.ts';
import { BRAND_PII_FIELDS, type Brand } from '../../src/registration/domain/types.ts';
import { encode } from '../../src/registration/provider/fake/script.ts';
import { brandSealContext } from '../../src/registration/store/brands.ts';
import { createSealer } from '../../src/registration/store/sealer.ts';
import type { Sealer } from '../../src/registration/store/status.ts';
import { createTenant } from '../../src/registration/store/tenants.ts';
import { databaseUrl } from '../../test/support/postgres-server.ts';
import { BRAND } from '../../test/support/world.ts';
import type { BenchPostgres } from './postgres.ts';

const FILLED = 'reconcile_filled';
/** Rows of one insert. */
const PIECE = 2_000;

export interface Copy {
  readonly name: string;
  readonly url: string;
  drop(): Promise<void>;
}

export interface FilledDatabase {
  readonly encryptionKeys: string;
  /** Of the filled one itself, for whoever needs no second; not at rest, as its copies are. */
  readonly url: string;
  /** A fresh copy, or one of a copy that a contender has prepared; its statistics and its disk at rest. */
  copy(of?: Copy): Promise<Copy>;
  close(): Promise<void>;
}

/**
 * Makes `count` brands that the provider has taken and, at the next look, has vetted: one pass over each finds a
 * change, writes it, tells of it in an event and comes back in five minutes. Or brands that are still to be sent.
 * @param options.dueInSeconds when that pass is due; at once when left out.
 */
export async function fillBrands(
  postgres: BenchPostgres,
  {
    count,
    sent,
    dueInSeconds = 0,
  }: { readonly count: number; readonly sent: boolean; readonly dueInSeconds?: number },
): Promise<FilledDatabase> {
  const filled = `${FILLED}_${count}${sent ? '' : '_unsent'}`;
  const url = await postgres.database(filled);
  const encryptionKeys = `k1:${generateKey()}`;
  const parsed = parseKeyring(encryptionKeys);
  if (!('keyring' in parsed)) throw new Error('a generated key is no key');
  const database = openPostgres(url, { poolSize: 2, onError: () => {} });
  // Day partitions, as the service makes them when it starts.
  await createRetention({ database, clock: databaseClock, log: pino({ level: 'error' }) }).runOnce();
  const sealer = createSealer(parsed.keyring, await loadIndexKey(database.executor, parsed.keyring));
  const { tenantId } = await createTenant(database.executor, databaseClock, 'bench');
  // Two pieces are on their way at once: the server writes one while the next is sealed here.
  let before = Promise.resolve();
  for (let from = 0; from < count; from += PIECE) {
    const rows = Array.from({ length: Math.min(PIECE, count - from) }, (_, n) =>
      rowOf(brandNumber(from + n, tenantId, sent), sealer),
    );
    const written = database.transaction((tx) => insertBrands(tx, JSON.stringify(rows), dueInSeconds));
    await before;
    before = written;
  }
  await before;
  await database.close();
  const admin = openPostgresOwner(postgres.url);
  let copies = 0;
  return {
    encryptionKeys,
    url,
    async copy(of) {
      const name = `${filled}_${++copies}`;
      const source = of?.name ?? filled;
      await sql`create database ${sql.id(name)} template ${sql.id(source)} strategy file_copy`.execute(admin);
      const copyUrl = databaseUrl(postgres.url, name);
      const owner = openPostgresOwner(copyUrl);
      await sql`vacuum analyze`.execute(owner);
      await sql`checkpoint`.execute(owner);
      await owner.destroy();
      const drop = () => sql`drop database ${sql.id(name)} with (force)`.execute(admin);
      return { name, url: copyUrl, drop: async () => void (await drop()) };
    },
    close: () => admin.destroy(),
  };
}

async function insertBrands(tx: Tx, rows: string, dueInSeconds: number): Promise<void> {
  await sql`
    insert into brands (tenant_id, brand_id, country, tax_id_index, spec, sealed_spec, phase, conditions,
      external_refs, generation, observed_generation, submission, sent_submission, version, event_sequence,
      created_at, updated_at)
    select tenant_id, brand_id, country, decode(tax_id_index, 'hex'), spec, decode(sealed_spec, 'hex'), phase,
      conditions, external_refs, generation, observed_generation, submission, sent_submission, 1, 1,
      created_at, created_at
    from jsonb_to_recordset(${rows}::jsonb) as row (tenant_id text, brand_id text, country text,
      tax_id_index text, spec jsonb, sealed_spec text, phase text, conditions jsonb, external_refs jsonb,
      generation int, observed_generation int, submission int, sent_submission int, created_at timestamptz)`.execute(
    tx,
  );
  await sql`
    insert into reconcile_queue (tenant_id, resource, aggregate_id, due_at, wanted_generation, wakes)
    select tenant_id, 'brand', brand_id, clock_timestamp() + make_interval(secs => ${dueInSeconds}), 2, 1
    from jsonb_to_recordset(${rows}::jsonb) as row (tenant_id text, brand_id text)`.execute(tx);
}

function brandNumber(n: number, tenantId: string, sent: boolean): Brand {
  const now = new Date();
  const brandId = newId('brand', now);
  const taxId = `12-${String(n).padStart(7, '0')}`;
  const draft = createBrand({ tenantId, brandId, spec: { ...BRAND, taxId }, now }).next;
  const submitted = submitBrand(draft, now).next;
  if (!sent) return submitted;
  const registration = { at: now.getTime() - 60_000, delayMs: 0, verdict: 'approve' } as const;
  const refs = {
    providerBrandId: `FB${brandId.slice(-30)}`,
    tcrBrandId: `B${String(n).padStart(6, '0')}`,
    brandRegistration: encode('FBR', registration),
  };
  return brandSent(submitted, refs, now).next;
}

/** As store/brands.ts writes it, with bytes in hex. */
function rowOf({ spec, ...brand }: Brand, sealer: Sealer) {
  const pii = new Set<string>(BRAND_PII_FIELDS);
  const half = (secret: boolean) =>
    Object.fromEntries(Object.entries(spec).filter(([name]) => pii.has(name) === secret));
  const context = brandSealContext(brand.tenantId, brand.brandId);
  return {
    tenant_id: brand.tenantId,
    brand_id: brand.brandId,
    country: spec.country,
    tax_id_index: sealer.blindIndex(brandKey(spec.country, spec.taxId ?? '')).toString('hex'),
    spec: half(false),
    sealed_spec: sealer.seal(Buffer.from(JSON.stringify(half(true))), context).toString('hex'),
    phase: brand.phase,
    conditions: brand.conditions,
    external_refs: brand.externalRefs,
    generation: brand.generation,
    observed_generation: brand.observedGeneration,
    submission: brand.submission,
    sent_submission: brand.sentSubmission,
    created_at: brand.createdAt,
  };
}
