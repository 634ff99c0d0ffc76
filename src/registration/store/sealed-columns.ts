import { sql } from 'kysely';
import type { Executor } from '#platform/database/database.ts';
import { answerContext } from '#platform/http/idempotency.ts';
import { indexKeyContext } from '#platform/secrets/blind-index.ts';
import { type Keyring, SealError } from '#platform/secrets/keyring.ts';
import { columnsOf, reseal, type SealedColumn, type SealedRow } from '#platform/secrets/rotate.ts';
import { secretSealContext } from '#platform/webhooks/endpoints/secrets.ts';
import { brandSealContext } from './brands.ts';

/** Everything that rests sealed in this database, and what each value is bound to. */
const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    table: 'sealed_keys',
    idColumns: ['name'],
    column: 'sealed',
    context: (row) => indexKeyContext(text(row, 'name')),
  },
  {
    table: 'brands',
    idColumns: ['brand_id'],
    column: 'sealed_spec',
    contextColumns: ['tenant_id'],
    context: (row) => brandSealContext(text(row, 'tenant_id'), text(row, 'brand_id')),
  },
  {
    table: 'webhook_secrets',
    idColumns: ['endpoint_id', 'version'],
    column: 'sealed',
    contextColumns: ['tenant_id'],
    context: (row) =>
      secretSealContext(text(row, 'tenant_id'), text(row, 'endpoint_id'), Number(text(row, 'version'))),
  },
  {
    table: 'idempotency_keys',
    idColumns: ['tenant_id', 'method', 'path', 'key'],
    column: 'body',
    context: (row) =>
      answerContext({
        tenantId: text(row, 'tenant_id'),
        method: text(row, 'method'),
        path: text(row, 'path'),
        key: text(row, 'key'),
      }),
  },
];

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
  for (const { table, examined, resealed, unreadable } of await reseal(executor, keyring, SEALED_COLUMNS, {
    signal,
  })) {
    const column = SEALED_COLUMNS.find((known) => known.table === table);
    const left = [...(column ? await keysOf(executor, column) : [])]
      .filter(([keyId]) => keyId !== keyring.activeKeyId)
      .reduce((sum, [, count]) => sum + count, 0);
    reports.push({ table, examined, resealed, unreadable, left });
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
    for (const { row, sealed } of await sample(executor, column)) {
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
  column: SealedColumn,
): Promise<readonly { readonly row: SealedRow; readonly sealed: Uint8Array }[]> {
  const sealed = sql.ref(column.column);
  const { rows } = await sql<{ row: SealedRow; sealed: Uint8Array }>`
    select ${columnsOf(column)} as row, ${sealed} as sealed
    from ${sql.table(column.table)} where ${sealed} is not null
    order by ${sql.join(column.idColumns.map((name) => sql.ref(name)))} limit ${SAMPLE}`.execute(executor);
  return rows;
}

function text(row: SealedRow, name: string): string {
  const found = row[name];
  if (found === undefined) throw new Error(`${name} was not read`);
  return String(found);
}
