import { tagOf } from '../../provisioning/domain/tag.ts';
import { integer } from '../arguments.ts';
import type { Commands } from '../command.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

export const numberCommands: Commands = {
  'numbers unfinished': {
    usage: 'numbers unfinished [--limit 100]',
    summary: 'list purchases that were begun and not finished; the same Idempotency-Key again finishes one',
    options: { limit: { type: 'string' } },
    async run(args, { ledger }) {
      const limit = integer(args, 'limit', 1, MAX_LIMIT) ?? DEFAULT_LIMIT;
      const opened = await ledger.open();
      try {
        const found = await opened.unfinished(limit);
        return {
          // The tag is what a number bears at the provider; the key itself is the caller's.
          data: found.map(({ scope, intent }) => ({
            caller: scope.caller,
            tag: tagOf(scope),
            number: intent.e164,
            bought: intent.sid ?? 'unknown',
          })),
        };
      } finally {
        await opened.close();
      }
    },
  },
};
