import { conflict } from '#kernel/problem.ts';
import { migrateDown, migrateUp, migrationStatus } from '#platform/database/migrate.ts';
import { migrations } from '../../registration/store/migrations/index.ts';
import type { Commands } from '../command.ts';

export const migrateCommands: Commands = {
  'migrate up': {
    usage: 'migrate up',
    summary: 'bring the schema to the newest migration',
    async run(_, { open }) {
      const { withOwner } = await open('asIs');
      const applied = await withOwner((owner) => migrateUp(owner, migrations));
      return { data: { applied }, ...(applied.length === 0 ? { notes: ['already up to date'] } : {}) };
    },
  },
  'migrate down': {
    usage: 'migrate down',
    summary: 'take back the newest migration, with the data of its tables',
    async run(_, { open, insideInstance }) {
      if (insideInstance) throw conflict('The service is running on this schema: stop it first');
      const { withOwner, database } = await open('asIs');
      const reverted = await withOwner((owner) => migrateDown(owner, migrations));
      const embedded = database.engine === 'pglite';
      return {
        data: { reverted },
        ...(embedded ? { notes: ['the next start of the embedded service applies it again'] } : {}),
      };
    },
  },
  'migrate status': {
    usage: 'migrate status',
    summary: 'list the migrations and when each was applied',
    async run(_, { open }) {
      const { withOwner } = await open('asIs');
      const known = await withOwner((owner) => migrationStatus(owner, migrations));
      return { data: known.map(({ name, appliedAt }) => ({ name, appliedAt: appliedAt ?? 'pending' })) };
    },
  },
};
