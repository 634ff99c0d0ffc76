import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { type Logger, pino } from 'pino';
import { type TestDatabase, testClock } from '../../../../test/support/database.ts';
import type { DatabaseClock } from '../../database/clock.ts';
import type { Database, Tx } from '../../database/database.ts';
import { appendEvents } from '../../outbox/append.ts';
import { currentTraceparent } from '../../telemetry/tracing.ts';
import { createEndpoint, type EndpointSettings } from '../endpoints/endpoints.ts';
import type { Open, Seal } from '../endpoints/secrets.ts';
import { createTransport, type Transport } from '../transport/transport.ts';
import { type Conservation, conservation } from '../upkeep/figures.ts';
import { createDispatcher, type DispatchOptions } from './dispatch.ts';
import type { Outcome } from './verdict.ts';

export const TENANT = 'ten_1';

/** Stands for the keyring: bound to its context, and not the plaintext. */
export const seal: Seal = (plaintext, context) =>
  Buffer.concat([mark(context), plaintext.map((b) => b ^ 0xff)]);
export const open: Open = (sealed, context) => {
  if (!sealed.subarray(0, 32).equals(mark(context))) throw new Error('sealed for another context');
  return Buffer.from(sealed.subarray(32).map((b) => b ^ 0xff));
};
const mark = (context: string) => createHash('sha256').update(context).digest();

/** A migrated database with one tenant, and what the tests of delivery do to it. */
export async function setUpWebhooks(openDatabase: () => Promise<TestDatabase>) {
  const { database, owner } = await openDatabase();
  const clock = testClock(new Date().toISOString());
  for (const id of [TENANT, 'ten_2']) {
    await sql`insert into tenants (tenant_id, name, created_at) values (${id}, ${id}, now())`.execute(owner);
  }
  const transport = createTransport({ allowPrivate: true });
  const outcomes: Outcome[] = [];
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  const counts = { late: 0 };
  const sequences = new Map<string, number>();

  const addEndpoint = (
    url: string,
    eventTypes: readonly string[] = ['Happened'],
    tenantId = TENANT,
    settings: Partial<EndpointSettings> = {},
  ) =>
    database.tenantTransaction(tenantId, (tx) =>
      createEndpoint(tx, seal, { tenantId, url, eventTypes, now: clock.current(), ...settings }),
    );

  /** Appends events of these types to an aggregate, in the given transaction or one of its own; they are written then. */
  const emit = async (
    aggregateId: string,
    types: readonly string[],
    { tx, tenantId = TENANT }: EmitOptions = {},
  ) => {
    const last = sequences.get(aggregateId) ?? 0;
    sequences.set(aggregateId, last + types.length);
    const traceparent = currentTraceparent();
    const batch = {
      tenantId,
      aggregateType: 'thing',
      aggregateId,
      firstSequence: last + 1,
      events: types.map((type) => ({ type, data: { aggregateId } })),
      now: clock.current(),
      ...(traceparent ? { traceparent } : {}),
    };
    if (!tx) return database.transaction((own) => appendEvents(own, clock, batch));
    const appended = await appendEvents(tx, clock, batch);
    // On a server that only sends them: what comes after is answered after.
    await sql`select`.execute(tx);
    return appended;
  };

  const newDispatcher = (over: DispatcherOverrides = {}) =>
    createDispatcher({
      database,
      clock,
      open,
      transport,
      random: () => 0.5,
      // Time stands still in the process too, until it is told to move.
      elapsed: () => clock.current().getTime(),
      metrics: {
        attempt: (outcome) => void outcomes.push(outcome),
        lateSettle: () => {
          counts.late += 1;
        },
      },
      log,
      ...over,
    });

  /** Runs dispatchers, as time goes by, until nothing is owed any more; answers the attempts. */
  const settleAll = async (dispatchers = [newDispatcher()], stepMs = 6 * 3_600_000) => {
    let attempts = 0;
    for (let round = 0; round < 500; round++) {
      const [{ left } = { left: 0 }] = await query<{ left: number }>(
        `select count(*) as left from deliveries where state = 'pending'`,
      );
      if (left === 0) return attempts;
      for (const n of await Promise.all(dispatchers.map((d) => d.runOnce()))) attempts += n;
      clock.advance(stepMs);
    }
    throw new Error('something is owed for ever');
  };

  const query = async <R>(text: string): Promise<R[]> => (await sql.raw<R>(text).execute(owner)).rows;
  /** The invariant, for every endpoint; answers the figures. */
  const conserved = async (): Promise<readonly Conservation[]> => {
    const figures = await conservation(database.executor);
    const broken = figures.filter(({ holds }) => !holds);
    if (broken.length > 0) throw new Error(`events vanished: ${JSON.stringify(broken)}`);
    return figures;
  };

  return {
    database,
    clock,
    addEndpoint,
    emit,
    newDispatcher,
    settleAll,
    query,
    conserved,
    transport,
    outcomes,
    lines,
    counts,
  };
}

interface EmitOptions {
  readonly tx?: Tx;
  readonly tenantId?: string;
}

interface DispatcherOverrides {
  readonly database?: Database;
  readonly clock?: DatabaseClock;
  readonly options?: Partial<DispatchOptions>;
  readonly transport?: Transport;
  readonly open?: Open;
  readonly random?: () => number;
  readonly elapsed?: () => number;
  readonly log?: Logger;
}
