import type { WebhookStore } from './store.ts';

/** A connection, as the `pg` package gives it. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
}

interface Lent {
  release(broken?: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** A pool of connections, as the `pg` package gives it. */
export interface PostgresPool<Client extends PostgresClient> {
  connect(): Promise<Client & Lent>;
}

/** The tables of `createPostgresStore`; make them once, with your own migrations. */
export const POSTGRES_STORE_TABLES = `
create table if not exists webhook_events_accepted (
  scope       text not null,
  event_id    text not null,
  accepted_at timestamptz not null default now(),
  primary key (scope, event_id)
);
create index if not exists webhook_events_accepted_at on webhook_events_accepted (accepted_at);
create table if not exists webhook_aggregates (
  scope        text not null,
  aggregate_id text not null,
  sequence     bigint not null,
  primary key (scope, aggregate_id)
);`;

/** Below the 5 s of the sender: a repeated event that waits for the first one gets an answer, not a time-out. */
const BEGIN = "begin; set local lock_timeout = '4s'";
const KNOW = 'insert into webhook_aggregates values ($1, $2, 0) on conflict do nothing';
/** One at a time per aggregate: whoever comes second waits here for the first to commit. */
const LOCK =
  'select sequence::text from webhook_aggregates where scope = $1 and aggregate_id = $2 for update';
const ACCEPT = 'insert into webhook_events_accepted (scope, event_id) values ($1, $2) on conflict do nothing';
const MOVE = `
  update webhook_aggregates set sequence = $3 where scope = $1 and aggregate_id = $2 and sequence < $3`;

/**
 * Remembers in PostgreSQL. The handler runs in the transaction that accepts the event, and gets its connection as
 * `tx`: what it writes there is committed with the acceptance, or neither is, so a crash repeats nothing. That
 * transaction is open while the handler runs, so let it write and leave, and do what takes long elsewhere.
 * With `pg`: `createPostgresStore<PoolClient>(pool)`.
 * @param scope names the endpoint when several keep their events in the same tables: each is sent the same ids.
 */
export function createPostgresStore<Client extends PostgresClient>(
  pool: PostgresPool<Client>,
  scope = '',
): WebhookStore<Client> {
  return {
    async accept({ eventId, aggregateId, sequence }, work) {
      const client = await pool.connect();
      let broken = false;
      // Without a listener, a connection that breaks while the handler does something else ends the process.
      const onError = () => {
        broken = true;
      };
      client.on('error', onError);
      try {
        await client.query(BEGIN);
        await client.query(KNOW, [scope, aggregateId]);
        const before = readSequence((await client.query(LOCK, [scope, aggregateId])).rows[0]);
        await client.query('set local lock_timeout to default');
        const duplicate = (await client.query(ACCEPT, [scope, eventId])).rowCount === 0;
        const answer = await work({ duplicate, sequence: before }, client);
        await client.query(MOVE, [scope, aggregateId, sequence]);
        await client.query('commit');
        return answer;
      } catch (error) {
        // Its own failure would only hide the cause. A connection that cannot be rolled back is not used again.
        await client.query('rollback').catch(onError);
        throw error;
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    },
  };
}

/**
 * Forgets events accepted more than `days` ago; call it once a day. Keep 31 days or more: events can be replayed
 * for 30. An event that was forgotten and comes again is told as late, not as duplicate.
 */
export async function forgetAccepted(client: PostgresClient, days: number): Promise<void> {
  const statement =
    'delete from webhook_events_accepted where accepted_at < now() - make_interval(days => $1)';
  await client.query(statement, [days]);
}

function readSequence(row: unknown): number {
  const text = typeof row === 'object' && row !== null && 'sequence' in row ? row.sequence : undefined;
  return Number(text ?? 0);
}
