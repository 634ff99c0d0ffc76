import type { Kysely } from 'kysely';
import { type Migration, type MigrationResultSet, Migrator } from 'kysely/migration';

export interface MigrationStatus {
  readonly name: string;
  /** ISO 8601, absent while it is pending. */
  readonly appliedAt?: string;
}

/** Brings the schema to the newest migration; answers the names applied now. Safe to run from many processes. */
export async function migrateUp(
  owner: Kysely<unknown>,
  migrations: Readonly<Record<string, Migration>>,
): Promise<string[]> {
  return namesOf(await migrator(owner, migrations).migrateToLatest());
}

/** Takes back the newest migration; answers its name, or nothing when none is applied. */
export async function migrateDown(
  owner: Kysely<unknown>,
  migrations: Readonly<Record<string, Migration>>,
): Promise<string[]> {
  return namesOf(await migrator(owner, migrations).migrateDown());
}

/** Every known migration with the time it was applied. */
export async function migrationStatus(
  owner: Kysely<unknown>,
  migrations: Readonly<Record<string, Migration>>,
): Promise<MigrationStatus[]> {
  const known = await migrator(owner, migrations).getMigrations();
  return known.map(({ name, executedAt }) => ({
    name,
    ...(executedAt ? { appliedAt: executedAt.toISOString() } : {}),
  }));
}

function migrator(db: Kysely<unknown>, migrations: Readonly<Record<string, Migration>>): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
}

function namesOf({ error, results }: MigrationResultSet): string[] {
  if (error) throw error;
  return (results ?? []).filter((r) => r.status === 'Success').map((r) => r.migrationName);
}
