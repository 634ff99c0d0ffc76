import { conflict } from '#kernel/problem.ts';
import { migrateDown, migrateUp, migrationStatus } from '#platform/database/migrate.ts';
import { SERVICES } from '../../config.ts';
import { migrations as ofLedger } from '../../provisioning/ledger/migrations/index.ts';
import { migrations as ofRegistration } from '../../registration/store/migrations/index.ts';
import { oneOf } from '../arguments.ts';
import type { CommandArguments, CommandContext, Commands } from '../command.ts';

const OPTIONS = { service: { type: 'string' } } as const;
const SERVICE = '[--service provisioning]';

export const migrateCommands: Commands = {
  'migrate up': {
    usage: `migrate up ${SERVICE}`,
    summary: 'bring the schema to the newest migration',
    options: OPTIONS,
    run: (args, context) =>
      within(args, context, async ({ withOwner, migrations }) => {
        const applied = await withOwner((owner) => migrateUp(owner, migrations));
        return { data: { applied }, ...(applied.length === 0 ? { notes: ['already up to date'] } : {}) };
      }),
  },
  'migrate down': {
    usage: `migrate down ${SERVICE}`,
    summary: 'take back the newest migration, with the data of its tables',
    options: OPTIONS,
    run: (args, context) => {
      if (context.insideInstance) throw conflict('The service is running on this schema: stop it first');
      return within(args, context, async ({ withOwner, migrations, embedded }) => {
        const reverted = await withOwner((owner) => migrateDown(owner, migrations));
        return {
          data: { reverted },
          ...(embedded ? { notes: ['the next start of the embedded service applies it again'] } : {}),
        };
      });
    },
  },
  'migrate status': {
    usage: `migrate status ${SERVICE}`,
    summary: 'list the migrations and when each was applied',
    options: OPTIONS,
    run: (args, context) =>
      within(args, context, async ({ withOwner, migrations }) => {
        const known = await withOwner((owner) => migrationStatus(owner, migrations));
        return { data: known.map(({ name, appliedAt }) => ({ name, appliedAt: appliedAt ?? 'pending' })) };
      }),
  },
};

interface Schema {
  readonly withOwner: Awaited<ReturnType<CommandContext['open']>>['withOwner'];
  readonly migrations: typeof ofRegistration;
  readonly embedded: boolean;
}

/** The schema of the service that was named; registration's when none was. */
async function within<T>(
  args: CommandArguments,
  { open, ledger }: CommandContext,
  work: (schema: Schema) => Promise<T>,
): Promise<T> {
  if (oneOf(args, 'service', SERVICES) !== 'provisioning') {
    const { withOwner, database } = await open('asIs');
    return work({ withOwner, migrations: ofRegistration, embedded: database.engine === 'pglite' });
  }
  const { withOwner, directory, close } = await ledger.openDatabase();
  try {
    return await work({ withOwner, migrations: ofLedger, embedded: directory !== undefined });
  } finally {
    await close();
  }
}
