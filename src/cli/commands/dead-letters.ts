import { type DeadLetterFilter, listDeadLetters, requeueDeadLetters } from '#platform/queue/dead-letters.ts';
import { QUEUE_CHANNEL } from '#platform/queue/enqueue.ts';
import type { Resource } from '../../registration/domain/types.ts';
import { text } from '../arguments.ts';
import { BadUsage, type CommandArguments, type Commands } from '../command.ts';

const RESOURCES: readonly Resource[] = ['brand', 'campaign', 'binding'];
/** A screen or a script takes no more; the rest shows once these are dealt with. */
const MAX_LISTED = 1_000;

export const deadLetterCommands: Commands = {
  'dead-letters list': {
    usage: 'dead-letters list [--resource <brand|campaign|binding>] [--limit <1-1000>]',
    summary:
      'list brands, campaigns and numbers parked after too many failed passes, oldest first (of events: webhooks dead-letters)',
    options: { resource: { type: 'string' }, limit: { type: 'string', default: '100' } },
    async run(args, { open }) {
      const resource = resourceOf(args);
      const limit = Number(text(args, 'limit'));
      if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LISTED) {
        throw new BadUsage(`--limit is a whole number from 1 to ${MAX_LISTED}`);
      }
      const { database } = await open('current');
      return { data: await listDeadLetters(database.executor, { resource }, limit) };
    },
  },
  'dead-letters requeue': {
    usage: 'dead-letters requeue (--all | --resource <brand|campaign|binding> | --id <aggregateId>)',
    summary:
      'make parked passes due at once; the next good one clears the condition Stalled (of events: webhooks redeliver)',
    options: { all: { type: 'boolean' }, resource: { type: 'string' }, id: { type: 'string' } },
    async run(args, { open, clock }) {
      const filter = filterOf(args);
      const { database } = await open('current');
      const requeued = await requeueDeadLetters(database.executor, clock, filter);
      database.hints.send(QUEUE_CHANNEL);
      return { data: { requeued } };
    },
  },
};

/** Exactly one, so that a forgotten word never means everything. */
function filterOf(args: CommandArguments): DeadLetterFilter {
  const resource = resourceOf(args);
  const aggregateId = text(args, 'id');
  const given = [args.options.all === true, resource !== undefined, aggregateId !== undefined];
  if (given.filter(Boolean).length !== 1) throw new BadUsage('give one of --all, --resource and --id');
  return { resource, aggregateId };
}

function resourceOf(args: CommandArguments): Resource | undefined {
  const given = text(args, 'resource');
  const resource = RESOURCES.find((known) => known === given);
  if (given !== undefined && !resource) throw new BadUsage(`--resource is one of ${RESOURCES.join(', ')}`);
  return resource;
}
