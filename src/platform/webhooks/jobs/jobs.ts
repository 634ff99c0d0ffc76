import { sql } from 'kysely';
import { newId } from '#kernel/ids.ts';
import { conflict, notFound } from '#kernel/problem.ts';
import type { Executor, Tx } from '../../database/database.ts';
import { countReplay, type ReplayFilter } from './selection.ts';

/** Work on many deliveries of one endpoint, done by job-worker.ts, readable and cancellable meanwhile. */
export interface Job {
  readonly jobId: string;
  readonly tenantId: string;
  readonly endpointId: string;
  readonly kind: 'replay' | 'skip';
  readonly state: 'running' | 'done' | 'cancelled';
  /** Empty for a skip. */
  readonly filter: ReplayFilter;
  /** Deliveries that fitted when the job was asked for. */
  readonly selected: number;
  /** Of these put back or given up so far. Fewer than selected in the end where some left the window meanwhile. */
  readonly processed: number;
  /** Put back by this job and not settled yet. */
  readonly outstanding: number;
  readonly createdAt: Date;
  readonly finishedAt?: Date;
}

interface Asking {
  readonly tenantId: string;
  readonly endpointId: string;
  /** Database time. */
  readonly now: Date;
}

/** So that a tenant cannot occupy the workers with one endpoint. */
const RUNNING_JOBS = 5;

/**
 * Asks for a replay of what is settled now and fits the filter (R41).
 * @throws Problem 404 without such an endpoint, 409 when 5 jobs of it run already.
 */
export async function createReplay(tx: Tx, asking: Asking & { readonly filter: ReplayFilter }): Promise<Job> {
  // Counted before the endpoint is locked: with a million deliveries it takes a while.
  const selected = await countReplay(tx, asking);
  if ((await running(tx, asking.endpointId)).length >= RUNNING_JOBS) {
    throw conflict(
      `${RUNNING_JOBS} jobs of this endpoint are running; wait until one has ended, or cancel one`,
    );
  }
  return insertJob(tx, 'replay', asking, asking.filter, selected);
}

/**
 * Asks to give up all that is undelivered now.
 * @throws Problem 404 without such an endpoint, 409 when a skip of it runs already.
 */
export async function createSkip(tx: Tx, asking: Asking): Promise<Job> {
  const skip = (await running(tx, asking.endpointId)).find(({ kind }) => kind === 'skip');
  if (skip) throw conflict('The backlog of this endpoint is being skipped already', { jobId: skip.job_id });
  const { rows } = await sql<{ depth: number }>`
    select coalesce(sum(depth), 0)::bigint as depth from lanes
    where endpoint_id = ${asking.endpointId} and due_at is not null`.execute(tx);
  return insertJob(tx, 'skip', asking, {}, rows[0]?.depth ?? 0);
}

/** While it is so, an endpoint must not be resumed: what is being given up would be sent. */
export async function isSkipping(tx: Tx, endpointId: string): Promise<boolean> {
  const { rows } = await sql`
    select from webhook_jobs where endpoint_id = ${endpointId} and kind = 'skip' and state = 'running'
    limit 1`.execute(tx);
  return rows.length > 0;
}

/** Undefined also for a job of another endpoint or tenant. */
export async function getJob(tx: Executor, endpointId: string, jobId: string): Promise<Job | undefined> {
  const { rows } = await sql<JobRow>`
    select j.*, ${outstanding} as outstanding from webhook_jobs j
    where j.endpoint_id = ${endpointId} and j.job_id = ${jobId}`.execute(tx);
  const [row] = rows;
  return row && toJob(row);
}

/** Newest first. `after` is the id of the last item of the page before; the answer has it when there is more. */
export async function listJobs(
  tx: Executor,
  endpointId: string,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<{ readonly items: readonly Job[]; readonly after?: string }> {
  const { rows } = await sql<JobRow>`
    select j.*, ${outstanding} as outstanding from webhook_jobs j
    where j.endpoint_id = ${endpointId} ${after === undefined ? sql`` : sql`and j.job_id < ${after}`}
    order by j.job_id desc limit ${limit + 1}`.execute(tx);
  const items = rows.slice(0, limit).map(toJob);
  const last = items.at(-1);
  return rows.length > limit && last ? { items, after: last.jobId } : { items };
}

/**
 * Ends a job where it stands; what it has put back already is still delivered. Waits for the batch in hand.
 * @throws Problem 409 when it has ended by itself or was cancelled before.
 */
export async function cancelJob(
  tx: Tx,
  endpointId: string,
  jobId: string,
  now: Date,
): Promise<Job | undefined> {
  const { rows } = await sql`
    update webhook_jobs set state = 'cancelled', finished_at = ${now}::timestamptz
    where endpoint_id = ${endpointId} and job_id = ${jobId} and state = 'running' returning 1`.execute(tx);
  const job = await getJob(tx, endpointId, jobId);
  if (job && rows.length === 0) throw conflict('The job has ended already', { state: job.state });
  return job;
}

/** Under the endpoint's lock: two who look at the same time would both find room. */
async function running(tx: Tx, endpointId: string): Promise<readonly Pick<JobRow, 'job_id' | 'kind'>[]> {
  const locked = await sql`
    select from webhook_endpoints where endpoint_id = ${endpointId} for no key update`.execute(tx);
  if (locked.rows.length === 0) throw notFound('Webhook');
  const { rows } = await sql<Pick<JobRow, 'job_id' | 'kind'>>`
    select job_id, kind from webhook_jobs
    where endpoint_id = ${endpointId} and state = 'running'`.execute(tx);
  return rows;
}

async function insertJob(
  tx: Tx,
  kind: Job['kind'],
  { tenantId, endpointId, now }: Asking,
  filter: ReplayFilter,
  selected: number,
): Promise<Job> {
  const jobId = newId('job', now);
  const list = (values: readonly string[] | undefined) => sql`${values ? [...values] : null}::text[]`;
  await sql`
    insert into webhook_jobs (tenant_id, job_id, endpoint_id, kind, since, until, aggregate_id, from_sequence,
                              to_sequence, event_types, states, selected, created_at, due_at)
    values (${tenantId}, ${jobId}, ${endpointId}, ${kind}, ${filter.since ?? null}::timestamptz,
            ${filter.until ?? null}::timestamptz, ${filter.aggregateId ?? null},
            ${filter.fromSequence ?? null}::bigint, ${filter.toSequence ?? null}::bigint,
            ${list(filter.eventTypes)}, ${list(filter.states)}, ${selected}::bigint,
            ${now}::timestamptz, ${now}::timestamptz)`.execute(tx);
  return {
    jobId,
    tenantId,
    endpointId,
    kind,
    state: 'running',
    filter,
    selected,
    processed: 0,
    outstanding: 0,
    createdAt: now,
  };
}

const outstanding = sql`(select count(*) from deliveries d where d.replaying = j.job_id and d.state = 'pending')`;

export interface JobRow {
  tenant_id: string;
  job_id: string;
  endpoint_id: string;
  kind: Job['kind'];
  state: Job['state'];
  since: Date | null;
  until: Date | null;
  aggregate_id: string | null;
  from_sequence: number | null;
  to_sequence: number | null;
  event_types: string[] | null;
  states: NonNullable<ReplayFilter['states']>[number][] | null;
  selected: number;
  processed: number;
  outstanding: number;
  created_at: Date;
  finished_at: Date | null;
}

export function toJob(row: JobRow): Job {
  return {
    jobId: row.job_id,
    tenantId: row.tenant_id,
    endpointId: row.endpoint_id,
    kind: row.kind,
    state: row.state,
    filter: {
      ...(row.since === null ? {} : { since: new Date(row.since) }),
      ...(row.until === null ? {} : { until: new Date(row.until) }),
      ...(row.aggregate_id === null ? {} : { aggregateId: row.aggregate_id }),
      ...(row.from_sequence === null ? {} : { fromSequence: row.from_sequence }),
      ...(row.to_sequence === null ? {} : { toSequence: row.to_sequence }),
      ...(row.event_types === null ? {} : { eventTypes: row.event_types }),
      ...(row.states === null ? {} : { states: row.states }),
    },
    selected: row.selected,
    processed: row.processed,
    outstanding: row.outstanding,
    createdAt: new Date(row.created_at),
    ...(row.finished_at === null ? {} : { finishedAt: new Date(row.finished_at) }),
  };
}
