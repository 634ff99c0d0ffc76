import { pino } from 'pino';
import type { TestDatabase } from '../../../../test/support/database.ts';
import type { Database, Tx } from '../../database/database.ts';
import { setUpWebhooks, TENANT } from '../delivery/dispatch.test-support.ts';
import { HEADERS } from '../endpoints/signature.ts';
import type { DeliveryResult, Transport } from '../transport/transport.ts';
import { createRetention, type RetentionOptions } from '../upkeep/retention.ts';
import { createJobWorker, type JobWorkerOptions } from './job-worker.ts';
import { createReplay, createSkip, type Job } from './jobs.ts';
import type { ReplayFilter } from './selection.ts';

/** One request that a receiver got. */
export interface Arrival {
  readonly eventId: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly sequence: number;
  /** The job that put it back, as the header says. */
  readonly replayId: string | null;
}

export type Answer = 'ok' | 'fail' | 'abort';

export const sequencesOf = (arrivals: readonly Arrival[], aggregateId?: string): number[] =>
  arrivals.filter((a) => aggregateId === undefined || a.aggregateId === aggregateId).map((a) => a.sequence);

const exchange = { phases: { totalMs: 1 } };
const RESULTS: Record<Answer, DeliveryResult> = {
  ok: { kind: 'delivered', exchange: { ...exchange, status: 200 } },
  fail: { kind: 'failed', error: 'status', own: false, exchange: { ...exchange, status: 500 } },
  abort: {
    kind: 'failed',
    error: 'status',
    own: false,
    exchange: { ...exchange, status: 400 },
    directive: 'abort-message',
  },
};

/** A world of webhooks with a receiver in this process, and the jobs that work on what it was sent. */
export async function setUpUpkeep(openDatabase: () => Promise<TestDatabase>) {
  const world = await setUpWebhooks(openDatabase);
  const { database, clock, query, lines } = world;
  const log = pino({ base: null, level: 'debug' }, { write: (line: string) => void lines.push(line) });

  /** Answers at once, whatever it is sent; no socket is opened. */
  const newReceiver = (answer: (arrival: Arrival) => Answer | Promise<Answer> = () => 'ok') => {
    const arrivals: Arrival[] = [];
    const transport: Transport = {
      async send({ headers, body }) {
        const { eventId, type, aggregateId, sequence } = JSON.parse(body.toString());
        const arrival = { eventId, type, aggregateId, sequence, replayId: headers[HEADERS.replay] ?? null };
        arrivals.push(arrival);
        return RESULTS[await answer(arrival)];
      },
      close: async () => {},
    };
    const dispatcher = world.newDispatcher({ transport });
    /** Sends what is due and what becomes due by that; time stands still. */
    const receiveAll = async () => {
      for (let rounds = 0; (await dispatcher.runOnce()) > 0; rounds++) {
        if (rounds > 10_000) throw new Error('something is due for ever');
      }
    };
    return { arrivals, transport, dispatcher, receiveAll };
  };

  /** All that is pending counts as settled, without being sent. */
  const settleAllAs = async (state: 'delivered' | 'dead') => {
    const now = `'${clock.current().toISOString()}'`;
    await query(`
      update deliveries set state = '${state}', settled_at = ${now}, attempts = 1,
        dead_at = ${state === 'dead' ? now : null} where state = 'pending'`);
    await query(`
      update lanes set depth = 0, settled_through = last_sequence, waiting_since = null, due_at = null
      where depth > 0`);
  };

  const asTenant = <T>(work: (tx: Tx) => Promise<T>, tenantId = TENANT) =>
    database.tenantTransaction(tenantId, work);

  const newJobWorker = (options: Partial<JobWorkerOptions> = {}, on: Database = database) =>
    createJobWorker({ database: on, clock, log, options });

  /** Lets a worker go on until no job is due; answers the batches. */
  const workOff = async (worker = newJobWorker()) => {
    let batches = 0;
    while (await worker.runOnce()) batches += 1;
    return batches;
  };

  return {
    ...world,
    log,
    newReceiver,
    settleAllAs,
    asTenant,
    newJobWorker,
    workOff,
    newRetention: (options: Partial<RetentionOptions> = {}, on: Database = database) =>
      createRetention({ database: on, clock, log, options }),
    replay: (endpointId: string, filter: ReplayFilter = {}): Promise<Job> =>
      asTenant((tx) => createReplay(tx, { tenantId: TENANT, endpointId, filter, now: clock.current() })),
    skip: (endpointId: string): Promise<Job> =>
      asTenant((tx) => createSkip(tx, { tenantId: TENANT, endpointId, now: clock.current() })),
    lane: async (aggregateId: string) => {
      const [row] = await query<LaneRow>(`select * from lanes where aggregate_id = '${aggregateId}'`);
      if (!row) throw new Error('no such lane');
      return row;
    },
  };
}

export interface LaneRow {
  readonly depth: number;
  readonly settled_through: number;
  readonly attempts: number;
  readonly waiting_since: Date | null;
  readonly due_at: Date | null;
  readonly claim_id: string | null;
}
