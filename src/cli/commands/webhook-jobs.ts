import { notFound } from '#kernel/problem.ts';
import type { Tx } from '#platform/database/database.ts';
import {
  cancelJob,
  createReplay,
  createSkip,
  getJob,
  type Job,
  listJobs,
} from '#platform/webhooks/jobs/jobs.ts';
import { countReplay, type ReplayFilter, SETTLED_STATES } from '#platform/webhooks/jobs/selection.ts';
import { replayFilter } from '../../registration/api/replay-filter.ts';
import { flag, integer, list, moment, required, text } from '../arguments.ts';
import type { CommandArguments, CommandContext, Commands, Output } from '../command.ts';
import { EVENT_TYPES } from './events.ts';
import { asTenantOf, timeOf } from './which.ts';

const LISTED = 100;
const WEBHOOK = { webhook: { type: 'string' } } as const;
const JOB = { ...WEBHOOK, job: { type: 'string' } } as const;

/** What selects the deliveries of a replay, beside its webhook. */
export const REPLAY_OPTIONS = {
  since: { type: 'string' },
  until: { type: 'string' },
  aggregate: { type: 'string' },
  'from-sequence': { type: 'string' },
  'to-sequence': { type: 'string' },
  type: { type: 'string' },
  state: { type: 'string' },
} as const;

export const webhookJobCommands: Commands = {
  'webhooks jobs': {
    usage: 'webhooks jobs --webhook <id>',
    summary: `list the newest ${LISTED} replays and skips of a webhook, and how far they are`,
    options: WEBHOOK,
    async run(args, { open }) {
      const webhookId = required(args, 'webhook');
      const { database } = await open('current');
      const { items } = await asTenantOf(database, webhookId, (tx) =>
        listJobs(tx, webhookId, { limit: LISTED }),
      );
      return { data: items.map(jobRow) };
    },
  },
  'webhooks cancel': {
    usage: 'webhooks cancel --webhook <id> --job <id>',
    summary: 'end a job where it stands; what it has put back is still delivered',
    options: JOB,
    run: (args, context) =>
      ofJob(args, context, (tx, webhookId, jobId, now) => cancelJob(tx, webhookId, jobId, now)),
  },
  'webhooks skip': {
    usage: 'webhooks skip --webhook <id>',
    summary: 'give up, as a job, what waits for a webhook now; a replay can bring it back',
    options: WEBHOOK,
    async run(args, { open, clock }) {
      const webhookId = required(args, 'webhook');
      const { database } = await open('current');
      const job = await asTenantOf(database, webhookId, async (tx, { tenantId, endpointId }) =>
        createSkip(tx, { tenantId, endpointId, now: await timeOf(tx, clock) }),
      );
      return { data: jobRow(job) };
    },
  },
  // What `webhooks replay` asks for first ...
  'webhooks start-replay': {
    usage: 'webhooks start-replay --webhook <id>',
    summary: 'make the job of a replay, or count what it would send',
    options: { ...WEBHOOK, ...REPLAY_OPTIONS, 'dry-run': { type: 'boolean' } },
    internal: true,
    run: startReplay,
  },
  // ... and then again and again.
  'webhooks job': {
    usage: 'webhooks job --webhook <id> --job <id>',
    summary: 'one job, and how far it is',
    options: JOB,
    internal: true,
    run: (args, context) => ofJob(args, context, getJob),
  },
};

async function startReplay(args: CommandArguments, { open, clock }: CommandContext): Promise<Output> {
  const webhookId = required(args, 'webhook');
  const asked = askedFor(args);
  const { database } = await open('current');
  return asTenantOf(database, webhookId, async (tx, { tenantId, endpointId }) => {
    const now = await timeOf(tx, clock);
    const filter = replayFilter(asked, now);
    if (flag(args, 'dry-run'))
      return { data: { selected: await countReplay(tx, { endpointId, filter, now }) } };
    return { data: jobRow(await createReplay(tx, { tenantId, endpointId, filter, now })) };
  });
}

/** As the API takes it. Throws BadUsage. */
export function askedFor(args: CommandArguments): Parameters<typeof replayFilter>[0] {
  const since = moment(args, 'since')?.toISOString();
  const until = moment(args, 'until')?.toISOString();
  const aggregateId = text(args, 'aggregate');
  const fromSequence = integer(args, 'from-sequence', 1, Number.MAX_SAFE_INTEGER);
  const toSequence = integer(args, 'to-sequence', 1, Number.MAX_SAFE_INTEGER);
  const eventTypes = list(args, 'type', EVENT_TYPES);
  const states = list(args, 'state', SETTLED_STATES);
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(aggregateId === undefined ? {} : { aggregateId }),
    ...(fromSequence === undefined ? {} : { fromSequence }),
    ...(toSequence === undefined ? {} : { toSequence }),
    ...(eventTypes === undefined ? {} : { eventTypes }),
    ...(states === undefined ? {} : { states }),
  };
}

async function ofJob(
  args: CommandArguments,
  { open, clock }: CommandContext,
  work: (tx: Tx, webhookId: string, jobId: string, now: Date) => Promise<Job | undefined>,
): Promise<Output> {
  const webhookId = required(args, 'webhook');
  const jobId = required(args, 'job');
  const { database } = await open('current');
  const job = await asTenantOf(database, webhookId, async (tx) =>
    work(tx, webhookId, jobId, await timeOf(tx, clock)),
  );
  if (!job) throw notFound(`Job ${jobId} of ${webhookId}`);
  return { data: jobRow(job) };
}

export function jobRow(job: Job): object {
  const { jobId, kind, state, selected, processed, outstanding, createdAt, finishedAt, filter } = job;
  return {
    ...{ jobId, kind, state, selected, processed, outstanding },
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString(),
    filter: filterText(filter),
  };
}

/** As the options that ask for it. */
function filterText(filter: ReplayFilter): string | undefined {
  const options: readonly (readonly [name: string, value: unknown])[] = [
    ['since', filter.since?.toISOString()],
    ['until', filter.until?.toISOString()],
    ['aggregate', filter.aggregateId],
    ['from-sequence', filter.fromSequence],
    ['to-sequence', filter.toSequence],
    ['type', filter.eventTypes?.join(',')],
    ['state', filter.states?.join(',')],
  ];
  const given = options.filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : given.map(([name, value]) => `--${name} ${value}`).join(' ');
}
