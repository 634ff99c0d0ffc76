import { type RawBuilder, sql } from 'kysely';

/** One aggregate's order at one endpoint, leased: nobody else sends of it. Every write is fenced by `claimId`. */
export interface Lane {
  readonly endpointId: string;
  readonly aggregateId: string;
  readonly claimId: string;
}

/** A lane as it was claimed. */
export interface LeasedLane extends Lane {
  /** Its oldest event has failed before. */
  readonly retrying: boolean;
  /** Attempts in a row that failed at the endpoint, over all its lanes. */
  readonly endpointFailures: number;
  /** Its endpoint had all the lanes at work then that it may have, over all processes. */
  readonly endpointFull: boolean;
  /** From the time of the claim: the endpoint's deadline and LEASE_MARGIN_MS. */
  readonly leaseMs: number;
  /** When its oldest undelivered event was created. */
  readonly waitingSince: Date;
}

/** What a lease outlives the deadline of an attempt by: time to begin it, and to settle it afterwards. */
export const LEASE_MARGIN_MS = 5_000;

/** The same for two leases of the same lane. */
export function laneKey({ endpointId, aggregateId }: Pick<Lane, 'endpointId' | 'aggregateId'>): string {
  return `${endpointId} ${aggregateId}`;
}

/** Conditions on `lanes l`; `now` is a column of what they are joined to, since a sub-select is planned each time. */
export const dueAndFree = (now: RawBuilder<unknown>) => sql`l.due_at <= ${now} and ${free(now)}`;
/**
 * The same of one lane that is found by its key. Told in a way that the index of the due ones does not answer: a planner
 * that saw few of those would look through all that an endpoint has, for each lane anew.
 */
export const keyedDueAndFree = (now: RawBuilder<unknown>) =>
  sql`coalesce(l.due_at, 'infinity') <= ${now} and ${free(now)}`;
export const leased = (now: RawBuilder<unknown>) => sql`l.claim_id is not null and l.lease_until > ${now}`;
const free = (now: RawBuilder<unknown>) => sql`(l.lease_until is null or l.lease_until <= ${now})`;
