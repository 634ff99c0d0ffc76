import { type Kysely, sql } from 'kysely';
import { newId } from '../../src/kernel/ids.ts';
import type { PeerJob } from './delivery-peer.ts';

/** Events that wait when a measurement begins. */
export interface Workload {
  readonly aggregates: number;
  /** Events of each aggregate. */
  readonly each: number;
}

/** One of those that are compared. */
export interface Contender {
  /** Starts its one worker process, with nothing to do; answers how to end it. */
  start(): Promise<() => Promise<void>>;
  /** Makes the events, out of reach of the worker; answers what gives them all to it at once. */
  load(workload: Workload): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Endpoints of the one tenant; each may have eight requests at a time, which is more than there are slots. */
export const ENDPOINTS = 50;
export const EVENT_TYPE = 'BrandVetted';

/** What an event of ours tells beside its envelope. */
export function eventData(aggregateId: string) {
  return { brandId: aggregateId, externalRefs: { tcrBrandId: 'B1A2B3C' }, vettingScore: 75 };
}

export interface NewEvent {
  readonly eventId: string;
  readonly aggregateId: string;
  readonly sequence: number;
  /** As append.ts writes it. */
  readonly body: string;
}

export function newEvent(tenantId: string, aggregateId: string, sequence: number): NewEvent {
  const now = new Date();
  const eventId = newId('evt', now);
  const body = JSON.stringify({
    eventId,
    type: EVENT_TYPE,
    tenantId,
    aggregateType: 'brand',
    aggregateId,
    sequence,
    timestamp: now.toISOString(),
    data: eventData(aggregateId),
  });
  return { eventId, aggregateId, sequence, body };
}

/** The events of a workload as our outbox would store them: the oldest of every aggregate first. */
export function peerJobs(receiver: string, { aggregates, each }: Workload): PeerJob[] {
  const tenantId = newId('ten', new Date());
  const ids = Array.from({ length: aggregates }, () => newId('brand', new Date()));
  return Array.from({ length: each }, (_, before) => before + 1).flatMap((sequence) =>
    ids.map((aggregateId, index) => ({
      ...newEvent(tenantId, aggregateId, sequence),
      url: `${receiver}/${index % ENDPOINTS}`,
      type: EVENT_TYPE,
    })),
  );
}

/** What earlier measurements and the filling left for the server to do later belongs to none that follows. */
export async function tidy(owner: Kysely<unknown>): Promise<void> {
  await sql`vacuum analyze`.execute(owner);
  await sql`checkpoint`.execute(owner);
}
