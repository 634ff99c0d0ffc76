import { conflict, invalid } from '#kernel/problem.ts';
import { createEndpoint, deleteEndpoint, getEndpoint } from '#platform/webhooks/endpoints/endpoints.ts';
import { checkWebhookUrl } from '#platform/webhooks/transport/url.ts';
import { databaseFacts } from '../../registration/store/diagnosis.ts';
import { list, required } from '../arguments.ts';
import { askFor, POLL_MS, Refused } from '../ask.ts';
import { BadConfiguration, type Commands, type Session } from '../command.ts';
import { EVENT_TYPES } from './events.ts';
import { asTenantOf, tenantOf } from './which.ts';

/** How a tenant recognises what an operator left behind; nothing else is ever removed by `listen`. */
export const MARK = 'temporary: "listen" of the operator';

/** Time in which the endpoint has to be made; a stop waits for it, or nobody would know what to remove. */
const OPEN_DEADLINE_MS = 10_000;
/** A restart of the instance fits in; a person who waits longer presses Ctrl-C again. */
const CLOSE_DEADLINE_MS = 20_000;

/** The two steps of `listen --tenant` that need the database. */
export const listenSteps: Commands = {
  'listen open': {
    usage: 'listen open --tenant <id|name> --url <url> --by <text> [--type <type,type>]',
    summary: 'make the temporary endpoint of a listener; its secret is in the answer',
    options: {
      tenant: { type: 'string' },
      url: { type: 'string' },
      by: { type: 'string' },
      type: { type: 'string' },
    },
    internal: true,
    async run(args, { open, clock, settings }) {
      const url = required(args, 'url');
      const eventTypes = list(args, 'type', EVENT_TYPES) ?? EVENT_TYPES;
      const description = `${MARK}, ${required(args, 'by')}`;
      if ('faults' in settings) throw new BadConfiguration(settings.faults.join('\n'));
      const allowPrivate = settings.config.webhookAllowPrivate;
      const faults = checkWebhookUrl(url, { allowPrivate });
      if (faults.length > 0)
        throw invalid(faults, 'The service does not deliver there, see WEBHOOK_ALLOW_PRIVATE');
      const { database, keyring } = await open('current');
      const { tenantId } = await tenantOf(database.executor, required(args, 'tenant'));
      return database.tenantTransaction(tenantId, async (tx) => {
        const { now } = await databaseFacts(tx, clock);
        const settings = { tenantId, url, eventTypes, description, now };
        const { endpoint, secret } = await createEndpoint(tx, keyring.seal, settings);
        return { data: { webhookId: endpoint.endpointId, secret } };
      });
    },
  },
  'listen close': {
    usage: 'listen close --webhook <id>',
    summary: 'remove the temporary endpoint of a listener',
    options: { webhook: { type: 'string' } },
    internal: true,
    async run(args, { open }) {
      const webhookId = required(args, 'webhook');
      const { database } = await open('current');
      // Its tenant may have removed it meanwhile.
      const there = await database.transaction((tx) => getEndpoint(tx, webhookId));
      if (!there) return { data: { removed: false } };
      return asTenantOf(database, webhookId, async (tx, { description }) => {
        if (!description?.startsWith(MARK)) throw conflict(`Webhook ${webhookId} is not of "listen"`);
        return { data: { removed: await deleteEndpoint(tx, webhookId) } };
      });
    },
  },
};

export interface TemporaryEndpoint {
  readonly webhookId: string;
  /** Stays in this process. */
  readonly secret: string;
}

/** Makes the endpoint of a listener. Throws Refused, also when no instance runs that would deliver. */
export async function openEndpoint(
  { askRunning }: Session,
  wanted: { readonly tenant: string; readonly url: string; readonly type?: string | undefined },
): Promise<TemporaryEndpoint> {
  const { tenant, url, type } = wanted;
  const options = { tenant, url, by: `pid ${process.pid}`, ...(type === undefined ? {} : { type }) };
  const words = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const answer = await askFor(
    askRunning,
    ['listen', 'open', ...words],
    AbortSignal.timeout(OPEN_DEADLINE_MS),
  );
  const { webhookId, secret } = answer;
  if (typeof webhookId !== 'string' || typeof secret !== 'string') {
    throw new Error('the answer is of another version of this CLI');
  }
  return { webhookId, secret };
}

/** Removes it again, and waits a little for an instance that is away. Answers whether it is gone. */
export async function closeEndpoint(session: Session, webhookId: string): Promise<boolean> {
  const limit = AbortSignal.timeout(CLOSE_DEADLINE_MS);
  const from = session.clock.now().getTime();
  for (;;) {
    try {
      await askFor(session.askRunning, ['listen', 'close', `--webhook=${webhookId}`], limit);
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const late = session.clock.now().getTime() - from >= CLOSE_DEADLINE_MS;
      if (error.result.passing && !late) {
        await session.wait(POLL_MS, limit);
        continue;
      }
      session.note(`${error.message}\nwebhook ${webhookId} is left behind: its tenant can remove it`);
      return false;
    }
  }
}
