import type { Migration } from 'kysely/migration';
import * as ledger from './0001_ledger.ts';

/** Every migration of the provisioning database, in order. A released one is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_ledger': ledger,
};
