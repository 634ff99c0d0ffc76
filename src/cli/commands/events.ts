import { type FeedQuery, readFeed } from '#platform/outbox/feed.ts';
import { DEFAULT_EVENT_TYPES, type EventType, OPT_IN_EVENT_TYPES } from '../../registration/domain/events.ts';
import { flag, list, text } from '../arguments.ts';
import { impatiently, POLL_MS, patiently } from '../ask.ts';
import { BadUsage, type CommandArguments, type Commands, type Session } from '../command.ts';
import { jsonLine, printable } from '../render.ts';
import { tenantOf } from './which.ts';

export const EVENT_TYPES: readonly EventType[] = [...DEFAULT_EVENT_TYPES, ...OPT_IN_EVENT_TYPES];

/** A page's answer stays far below what the control socket carries, even were every body as long as may be. */
const PAGE = 100;

const FILTER = {
  tenant: { type: 'string' },
  type: { type: 'string' },
  aggregate: { type: 'string' },
  after: { type: 'string' },
  'from-start': { type: 'boolean' },
} as const;

export const eventCommands: Commands = {
  'events tail': {
    usage:
      'events tail [--tenant <id|name>] [--type <type,type>] [--aggregate <id>] [--after <cursor> | --from-start] [--once]',
    summary:
      'print events as they come, until Ctrl-C; --once ends when there are no more; --json prints one body a line',
    options: { ...FILTER, once: { type: 'boolean' } },
    follow: tail,
  },
  // What tail asks for again and again.
  'events page': {
    usage:
      'events page [--tenant <id|name>] [--type <type,type>] [--aggregate <id>] [--after <cursor> | --from-start]',
    summary: 'one page of events, and the cursor to go on from',
    options: FILTER,
    internal: true,
    async run(args, { open }) {
      const filter = filterOf(args);
      const { database } = await open('current');
      const { tenantId } = await tenantOf(database.executor, text(args, 'tenant'));
      const page = await database.tenantTransaction(tenantId, (tx) =>
        readFeed(tx, { tenantId, ...filter, limit: PAGE }),
      );
      const events = page.items.map(({ body }): unknown => JSON.parse(body.toString()));
      return { data: { events, cursor: page.cursor, atEnd: page.atEnd } };
    },
  },
};

/** From now on unless something else was said. */
function filterOf(args: CommandArguments): Omit<FeedQuery, 'tenantId' | 'limit'> {
  const after = text(args, 'after');
  const fromStart = flag(args, 'from-start');
  if (after !== undefined && fromStart) throw new BadUsage('give one of --after and --from-start');
  const types = list(args, 'type', EVENT_TYPES);
  const aggregateId = text(args, 'aggregate');
  return {
    ...(fromStart ? {} : { after: after ?? 'latest' }),
    ...(types ? { types } : {}),
    ...(aggregateId === undefined ? {} : { aggregateId }),
  };
}

async function tail(args: CommandArguments, session: Session): Promise<number> {
  const { after } = filterOf(args);
  const once = flag(args, 'once');
  const filter = ['tenant', 'type', 'aggregate'].flatMap((name) => {
    const value = text(args, name);
    return value === undefined ? [] : [`--${name}=${value}`];
  });
  const ask = once ? impatiently(session.ask, session) : patiently(session.askRunning, session);

  let place = after === undefined ? ['--from-start'] : [`--after=${after}`];
  while (!session.signal.aborted) {
    const answer = await ask(['events', 'page', ...filter, ...place]);
    if (!answer) break;
    const { events, cursor, atEnd } = pageOf(answer);
    for (const event of events) {
      await session.print(flag(args, 'json') ? jsonLine(event) : lineOf(event));
      // What may not have been printed is to come again with the cursor that is named below.
      if (session.signal.aborted) break;
    }
    if (session.signal.aborted) break;
    place = [`--after=${cursor}`];
    if (atEnd && once) return 0;
    if (atEnd) await session.wait(POLL_MS, session.signal);
  }
  if (place[0] !== '--after=latest') session.note(`go on with ${place.join(' ')}`);
  return 0;
}

interface Page {
  readonly events: readonly object[];
  readonly cursor: string;
  readonly atEnd: boolean;
}

function pageOf({ events, cursor, atEnd }: Readonly<Record<string, unknown>>): Page {
  if (Array.isArray(events) && typeof cursor === 'string' && typeof atEnd === 'boolean') {
    return { events: events.filter((event) => typeof event === 'object'), cursor, atEnd };
  }
  throw new Error('the answer is of another version of this CLI');
}

function lineOf(event: object): string {
  const { timestamp, type, aggregateId, sequence, eventId } = Object.fromEntries(Object.entries(event));
  return printable(
    `${timestamp}  ${String(type).padEnd(LONGEST_TYPE)}  ${aggregateId}  #${sequence}  ${eventId}`,
  );
}

const LONGEST_TYPE = Math.max(...EVENT_TYPES.map((type) => type.length));
