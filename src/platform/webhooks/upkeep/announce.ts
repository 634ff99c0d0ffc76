import { sql } from 'kysely';
import type { Logger } from 'pino';
import { notFound } from '#kernel/problem.ts';
import type { DatabaseClock } from '../../database/clock.ts';
import type { Database, Tx } from '../../database/database.ts';
import { appendEvents, type NewEvents, WEBHOOKS_CHANNEL } from '../../outbox/append.ts';
import { periodic } from '../../periodic.ts';
import type { Worker } from '../../supervisor.ts';

/** The endpoint's own events are an aggregate like any other: its id, its own sequence. */
const AGGREGATE_TYPE = 'webhook';
const EVERY_MS = 1_000;
/** Endpoints of one round; the others come in the next. */
const ROUND = 100;

export interface Announcer extends Worker {
  /** Tells what has changed until now; answers how many events that were. */
  runOnce(): Promise<number>;
}

/**
 * Tells tenants when an endpoint begins to fail, works again or was switched off: events of the endpoint,
 * delivered by the same engine to whoever asked for them. A row whose `announced` differs from its health is due;
 * event and `announced` change in one transaction under the row's lock, so a change is told once, whoever dies.
 */
export function createAnnouncer(deps: {
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly log: Logger;
}): Announcer {
  const { database, clock, log } = deps;

  async function runOnce(): Promise<number> {
    // The condition of the index webhook_endpoints_unannounced, to the letter.
    const { rows } = await sql<{ endpoint_id: string; tenant_id: string }>`
      select endpoint_id, tenant_id from webhook_endpoints
      where announced <> ${health} order by endpoint_id limit ${ROUND}`.execute(database.executor);
    let told = 0;
    for (const { endpoint_id: endpointId, tenant_id: tenantId } of rows) {
      try {
        const type = await database.transaction((tx) => announce(tx, clock, { endpointId, tenantId }));
        if (!type) continue;
        told += 1;
        log.info({ tenantId, endpointId, type }, 'webhook:health:announced');
      } catch (error) {
        // One that cannot be told must not keep the others untold; its next turn comes with the next round.
        log.error({ err: error, tenantId, endpointId }, 'webhook:health:failed');
      }
    }
    if (told > 0) database.hints.send(WEBHOOKS_CHANNEL);
    return told;
  }

  return {
    name: 'announce',
    runOnce,
    run: (signal) =>
      periodic('announce', EVERY_MS, log, async () => {
        await runOnce();
      }).run(signal),
  };
}

/**
 * Sends an event of type WebhookTest to this endpoint alone, whatever types it wants, and lets it out at once
 * even while the endpoint is held back for its failures.
 * @param test.secretVersion signs with this secret alone, to see whether the receiver knows it.
 * @throws Problem 404 when there is no such endpoint.
 */
export async function sendTest(
  tx: Tx,
  clock: DatabaseClock,
  test: {
    readonly tenantId: string;
    readonly endpointId: string;
    readonly secretVersion?: number;
    readonly now: Date;
  },
): Promise<{ readonly eventId: string }> {
  const { tenantId, endpointId, secretVersion, now } = test;
  const version = secretVersion === undefined ? {} : { secretVersion };
  await lockLanes(tx, test);
  const place = await nextPlace(tx, endpointId, sql`held_until = null`);
  if (!place) throw notFound('Webhook');
  const [event] = await appendEvents(tx, clock, {
    ...place,
    tenantId,
    aggregateType: AGGREGATE_TYPE,
    aggregateId: endpointId,
    events: [{ type: 'WebhookTest', data: { webhookId: endpointId, ...version } }],
    now,
    onlyTo: { endpointId, ...version },
  });
  if (!event) throw new Error('an append of one event answered none');
  return { eventId: event.eventId };
}

/** Undefined when somebody else has told it, or it is as it was told again. */
async function announce(
  tx: Tx,
  clock: DatabaseClock,
  endpoint: { readonly endpointId: string; readonly tenantId: string },
): Promise<string | undefined> {
  const { endpointId, tenantId } = endpoint;
  await lockLanes(tx, endpoint);
  const { rows } = await sql<HealthRow>`
    select ${health} as health, failures, failing_since, disabled_reason, ${clock.now} as now
    from webhook_endpoints where endpoint_id = ${endpointId} and announced <> ${health}
    for no key update`.execute(tx);
  const [row] = rows;
  const place = row && (await nextPlace(tx, endpointId, sql`announced = ${row.health}`));
  if (!place) return undefined;
  const event = await describe(tx, endpointId, row);
  await appendEvents(tx, clock, {
    ...place,
    tenantId,
    aggregateType: AGGREGATE_TYPE,
    aggregateId: endpointId,
    events: [event],
    now: new Date(row.now),
  });
  return event.type;
}

interface HealthRow {
  health: 'healthy' | 'failing' | 'disabled';
  failures: number;
  failing_since: Date | null;
  disabled_reason: string | null;
  now: Date;
}

const health = sql`case when not active and disabled_reason is not null then 'disabled'
                        when failing_since is not null then 'failing' else 'healthy' end`;

async function describe(tx: Tx, endpointId: string, row: HealthRow): Promise<NewEvents['events'][number]> {
  const webhookId = endpointId;
  if (row.health === 'healthy') return { type: 'WebhookRecovered', data: { webhookId } };
  if (row.health === 'disabled') {
    return { type: 'WebhookDisabled', data: { webhookId, reason: row.disabled_reason } };
  }
  const since = new Date(row.failing_since ?? row.now).toISOString();
  const last = await lastFailure(tx, endpointId);
  return { type: 'WebhookFailing', data: { webhookId, since, failures: row.failures, ...last } };
}

/** What one of the events that wait for another attempt met last. */
async function lastFailure(tx: Tx, endpointId: string) {
  const { rows } = await sql<{ last_status: number | null; last_error: string | null }>`
    select d.last_status, d.last_error
    from (
      select aggregate_id, settled_through from lanes
      where endpoint_id = ${endpointId} and retrying and due_at is not null order by due_at desc limit 1
    ) l
    cross join lateral (
      select last_status, last_error from deliveries
      where endpoint_id = ${endpointId} and aggregate_id = l.aggregate_id and sequence > l.settled_through
        and state = 'pending'
      order by sequence limit 1
    ) d`.execute(tx);
  const { last_status: lastStatus, last_error: lastError } = rows[0] ?? {};
  return { ...(lastStatus ? { lastStatus } : {}), ...(lastError ? { lastError } : {}) };
}

/** Counts one more event of the endpoint and writes `change` with it. The row stays locked. */
async function nextPlace(
  tx: Tx,
  endpointId: string,
  change: ReturnType<typeof sql>,
): Promise<Pick<NewEvents, 'firstSequence' | 'position'> | undefined> {
  const { rows } = await sql<{ event_sequence: number; event_position: number }>`
    update webhook_endpoints set
      event_sequence = event_sequence + 1,
      event_position = greatest(event_position, feed_position()),
      ${change}
    where endpoint_id = ${endpointId}
    returning event_sequence, event_position`.execute(tx);
  const [row] = rows;
  return row && { firstSequence: row.event_sequence, position: row.event_position };
}

/**
 * The lanes of the endpoint's events, before its row: settling takes them in this order too, and of two who each
 * hold what the other wants the database would end one.
 */
async function lockLanes(tx: Tx, { tenantId, endpointId }: { tenantId: string; endpointId: string }) {
  await sql`
    select from lanes
    where aggregate_id = ${endpointId}
      and endpoint_id in (select endpoint_id from webhook_endpoints where tenant_id = ${tenantId})
    order by endpoint_id for update`.execute(tx);
}
