import { sql } from 'kysely';
import type { Executor } from '#platform/database/database.ts';
import { answerContext } from '#platform/http/idempotency.ts';
import { indexKeyContext } from '#platform/secrets/blind-index.ts';
import { type Keyring, SealError } from '#platform/secrets/keyring.ts';
import { reseal, type SealedColumn, type SealedRow } from '#platform/secrets/rotate.ts';
import { secretSealContext } from '#platform/webhooks/endpoints.ts';
import { brandSealContext } from './brands.ts';

/** Everything that rests sealed in this database, and what each value is bound to. */
const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'sealed_keys', idColumn: 'name', column: 'sealed', context: ({ id }) => indexKeyContext(id) },
  {
    table: 'brands',
    idColumn: 'brand_id',
    column: 'sealed_spec',
    contextColumns: ['tenant_id'],
    context: (row) => brandSealContext(value(row, 'tenant_id'), row.id),
  },
  {
    table: 'webhook_secrets',
    idColumn: 'endpoint_id',
    column: 'sealed',
    contextColumns: ['tenant_id', 'version'],
    context: (row) => secretSealContext(value(row, 'tenant_id'), row.id, Number(value(row, 'version'))),
  },
  {
    table: 'idempotency_keys',
    idColumn: 'key',
    column: 'body',
    contextColumns: ['tenant_id', 'method', 'path'],
    context: (row) =>
      answerContext({
        tenantId: value(row, 'tenant_id'),
        method: value(row, 'method'),
        path: value(row, 'path'),
        key: row.id,
      }),
  },
];

/**
 * Rows a statement looks at, a size for each walk. Two secrets of one endpoint share an id, and so do equal
 * Idempotency-Keys of two tenants: a walk that meets such rows at the border of a page leaves some to the next,
 * whose borders lie elsewhere. So do rows that were written meanwhile.
 */
const WALKS = [200, 181, 163, 149];
const SAMPLE = 20;

export interface RotationReport {
  readonly table: string;
  readonly examined: number;
  readonly resealed: number;
  /** Values that no key of the ring opens. */
  readonly unreadable: number;
  /** Values still sealed by another key than the active one, unreadable ones among them. */
  readonly left: number;
}

/**
 * Brings everything sealed to the active key while the service runs; safe to stop and to run again.
 * Once nothing is left and every process seals with the active key, the other keys may go.
 * Needs the worker role.
 */
export async function resealAll(
  executor: Executor,
  keyring: Keyring,
  signal: AbortSignal,
): Promise<readonly RotationReport[]> {
  const reports: RotationReport[] = [];
  for (const column of SEALED_COLUMNS) {
    let done = { table: column.table, examined: 0, resealed: 0, unreadable: 0, left: 0 };
    for (const batch of WALKS) {
      const [walk] = await reseal(executor, keyring, [column], { batch, signal });
      const left = [...(await keysOf(executor, column))]
        .filter(([keyId]) => keyId !== keyring.activeKeyId)
        .reduce((sum, [, count]) => sum + count, 0);
      if (walk) {
        const { examined, resealed, unreadable } = walk;
        done = { ...done, examined, resealed: done.resealed + resealed, unreadable, left };
      }
      if (left <= done.unreadable || signal.aborted) break;
    }
    reports.push(done);
  }
  return reports;
}

export interface SealDiagnosis {
  /** Values by the id of the key that seals them. */
  readonly keys: ReadonlyMap<string, number>;
  /** Tables where a sealed value of a known key does not open, with the reason. */
  readonly damaged: readonly string[];
}

/** Which keys this database needs, and whether a few values of each table open. Counts every sealed value. */
export async function diagnoseSeals(executor: Executor, keyring: Keyring): Promise<SealDiagnosis> {
  const keys = new Map<string, number>();
  const damaged: string[] = [];
  for (const column of SEALED_COLUMNS) {
    for (const [keyId, count] of await keysOf(executor, column)) {
      keys.set(keyId, (keys.get(keyId) ?? 0) + count);
    }
    for (const { sealed, ...row } of await sample(executor, column)) {
      const fault = tryOpen(keyring, sealed, column.context(row));
      if (fault && fault.reason !== 'unknownKey') damaged.push(`${column.table}: ${fault.message}`);
    }
  }
  return { keys, damaged: [...new Set(damaged)] };
}

function tryOpen(keyring: Keyring, sealed: Uint8Array, context: string): SealError | undefined {
  try {
    keyring.open(sealed, context);
    return undefined;
  } catch (error) {
    if (error instanceof SealError) return error;
    throw error;
  }
}

/** Count of values by key id, read from what each value begins with (keyring.ts). */
async function keysOf(executor: Executor, { table, column }: SealedColumn): Promise<Map<string, number>> {
  const sealed = sql.ref(column);
  const { rows } = await sql<{ key_id: Uint8Array; count: number }>`
    select substring(${sealed} from 3 for get_byte(${sealed}, 1)) as key_id, count(*) as count
    from ${sql.table(table)} where length(${sealed}) > 2 group by 1`.execute(executor);
  return new Map(rows.map((row) => [Buffer.from(row.key_id).toString('latin1'), row.count]));
}

async function sample(
  executor: Executor,
  { table, idColumn, column, contextColumns = [] }: SealedColumn,
): Promise<readonly (SealedRow & { readonly sealed: Uint8Array })[]> {
  const pairs = contextColumns.map((name) => sql`${sql.lit(name)}, ${sql.ref(name)}`);
  const { rows } = await sql<SealedRow & { readonly sealed: Uint8Array }>`
    select ${sql.ref(idColumn)} as id, jsonb_build_object(${sql.join(pairs)}) as columns,
      ${sql.ref(column)} as sealed
    from ${sql.table(table)} where ${sql.ref(column)} is not null
    order by ${sql.ref(idColumn)} limit ${SAMPLE}`.execute(executor);
  return rows;
}

function value(row: SealedRow, name: string): string {
  const found = row.columns[name];
  if (found === undefined) throw new Error(`${name} was not read`);
  return found;
}
