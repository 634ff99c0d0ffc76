import { conflict, notFound } from '#kernel/problem.ts';
import type { DatabaseClock } from '#platform/database/clock.ts';
import type { Executor } from '#platform/database/database.ts';
import { WEBHOOKS_CHANNEL } from '#platform/outbox/append.ts';
import {
  getEndpoint,
  healthOf,
  lockEndpoint,
  updateEndpoint,
} from '#platform/webhooks/endpoints/endpoints.ts';
import { isSkipping } from '#platform/webhooks/jobs/jobs.ts';
import { type Conservation, conservation, conservationOf } from '#platform/webhooks/upkeep/conservation.ts';
import { type EndpointFigures, endpointFigures } from '#platform/webhooks/upkeep/figures.ts';
import { required, text } from '../arguments.ts';
import type { CommandArguments, CommandContext, Commands, Output } from '../command.ts';
import { asTenantOf, tenantOf, timeOf } from './which.ts';

/** A screen or a script takes no more. */
const MAX_LISTED = 1_000;
const PAGE = 100;
const WEBHOOK = { webhook: { type: 'string' } } as const;

export const webhookCommands: Commands = {
  'webhooks list': {
    usage: 'webhooks list [--tenant <id|name>]',
    summary: 'list the webhooks and how they are doing: what waits, since when, what was given up',
    options: { tenant: { type: 'string' } },
    run: listWebhooks,
  },
  'webhooks pause': {
    usage: 'webhooks pause --webhook <id>',
    summary: 'send nothing more there; everything is kept until it is resumed',
    options: WEBHOOK,
    run: (args, context) => setActive(args, context, false),
  },
  'webhooks resume': {
    usage: 'webhooks resume --webhook <id>',
    summary: 'send again, what was kept first; also for one that was disabled',
    options: WEBHOOK,
    run: (args, context) => setActive(args, context, true),
  },
  'webhooks conservation': {
    usage: 'webhooks conservation [--webhook <id>]',
    summary:
      'check that nothing vanished: accepted = delivered + pending + dead + skipped; 1 where it does not hold',
    options: WEBHOOK,
    run: checkConservation,
  },
};

async function listWebhooks(args: CommandArguments, { open, clock }: CommandContext): Promise<Output> {
  const tenant = text(args, 'tenant');
  const { database } = await open('current');
  const list = async (on: Executor) => {
    const rows: object[] = [];
    for (const figures of await allFigures(on, clock, MAX_LISTED)) rows.push(await rowOf(on, figures));
    return rows;
  };
  // As the tenant it sees the tenant's alone.
  const data =
    tenant === undefined
      ? await list(database.executor)
      : await database.tenantTransaction((await tenantOf(database.executor, tenant)).tenantId, list);
  return data.length < MAX_LISTED ? { data } : { data, notes: [`no more than ${MAX_LISTED} are listed`] };
}

/** How the endpoints are doing that `on` may see, by id, at most so many. */
export async function allFigures(
  on: Executor,
  clock: DatabaseClock,
  limit: number,
): Promise<readonly EndpointFigures[]> {
  const all: EndpointFigures[] = [];
  for (let full = true; full && all.length < limit; ) {
    const after = all.at(-1)?.endpointId;
    const page = await endpointFigures(on, clock, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    all.push(...page);
    full = page.length === PAGE;
  }
  return all.slice(0, limit);
}

async function rowOf(on: Executor, figures: EndpointFigures): Promise<object> {
  const { endpointId, tenantId, url, active, health, failures, pending, oldestSeconds, dead } = figures;
  const since = health === 'failing' ? (await getEndpoint(on, endpointId))?.failingSince : undefined;
  return {
    webhookId: endpointId,
    tenantId,
    url: withoutQuery(url),
    active,
    health,
    failures,
    pending,
    ...(oldestSeconds === undefined ? {} : { oldestSeconds: Math.round(oldestSeconds) }),
    dead,
    ...(since === undefined ? {} : { failingSince: since.toISOString() }),
  };
}

/** Some keep a token there. */
function withoutQuery(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : `${url.slice(0, query)}?...`;
}

async function setActive(
  args: CommandArguments,
  { open, clock }: CommandContext,
  active: boolean,
): Promise<Output> {
  const webhookId = required(args, 'webhook');
  const { database } = await open('current');
  const endpoint = await asTenantOf(database, webhookId, async (tx) => {
    const before = await lockEndpoint(tx, webhookId);
    if (!before) throw notFound(`Webhook ${webhookId}`);
    if (active && !before.active && (await isSkipping(tx, webhookId))) {
      throw conflict('Its backlog is being skipped: wait for that job or cancel it, then resume');
    }
    return updateEndpoint(tx, before, { active }, await timeOf(tx, clock));
  });
  if (active) database.hints.send(WEBHOOKS_CHANNEL);
  return { data: { webhookId, health: healthOf(endpoint) } };
}

async function checkConservation(args: CommandArguments, { open, signal }: CommandContext): Promise<Output> {
  const webhookId = text(args, 'webhook');
  const { executor } = (await open('current')).database;
  if (webhookId !== undefined) {
    const one = await conservationOf(executor, webhookId);
    if (!one) throw notFound(`Webhook ${webhookId}`);
    return { data: figuresOf(one), failed: !one.holds };
  }
  const all = await conservation(executor, signal);
  const broken = all.filter(({ holds }) => !holds).length;
  const notes = [
    ...(broken > 0 ? [`it does not hold for ${broken} of ${all.length}`] : []),
    ...(signal.aborted ? ['told to stop before all were looked at'] : []),
  ];
  return { data: all.map(figuresOf), failed: broken > 0 || signal.aborted, notes };
}

function figuresOf({ endpointId, tenantId, holds, ...figures }: Conservation): object {
  const { accepted, delivered, pending, dead, skipped } = figures;
  return { webhookId: endpointId, tenantId, accepted, delivered, pending, dead, skipped, holds };
}
