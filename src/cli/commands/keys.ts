import { randomBytes } from 'node:crypto';
import { generateKey } from '#platform/secrets/keyring.ts';
import { resealAll } from '../../registration/store/sealed-columns.ts';
import type { Commands } from '../command.ts';

export const keyCommands: Commands = {
  'keys generate': {
    usage: 'keys generate',
    summary: 'make an entry for ENCRYPTION_KEYS and show it, this once',
    async run(_, { wallClock }) {
      // The date tells an operator which key is due; the rest keeps ids of one day apart.
      const day = wallClock.now().toISOString().slice(0, 10);
      const entry = `${day}-${randomBytes(2).toString('hex')}:${generateKey()}`;
      return {
        data: { entry },
        notes: [
          'append it to ENCRYPTION_KEYS and restart every process, so that all can open what it seals;',
          'then move it to the front, restart again, and run npm run cli -- keys rotate.',
          'The key is not stored and cannot be shown again',
        ],
      };
    },
  },
  'keys rotate': {
    usage: 'keys rotate',
    summary: 'seal everything with the first key of ENCRYPTION_KEYS, while the service runs',
    async run(_, { open, signal }) {
      const { database, keyring } = await open('current');
      const reports = await resealAll(database.executor, keyring, signal);
      const left = reports.reduce((sum, report) => sum + report.left, 0);
      const unreadable = reports.reduce((sum, report) => sum + report.unreadable, 0);
      return { data: reports, failed: left > 0, notes: [advice(keyring.activeKeyId, left, unreadable)] };
    },
  },
};

function advice(activeKeyId: string, left: number, unreadable: number): string {
  if (unreadable > 0) {
    return `${unreadable} values open with no key of ENCRYPTION_KEYS: put back the key that sealed them (see doctor)`;
  }
  if (left > 0) return `${left} values are left, written meanwhile or not reached in time: run it again`;
  return `everything is sealed with key "${activeKeyId}"; other keys may go once every process runs with it`;
}
