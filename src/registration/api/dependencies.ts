import type { DatabaseClock } from '#platform/database/clock.ts';
import type { Tx } from '#platform/database/database.ts';
import type { Seal } from '#platform/webhooks/endpoints/secrets.ts';
import type { Aggregate, Resource } from '../domain/types.ts';
import type { Enqueue, Store, SubmissionRequirements } from '../ports.ts';

/** What handlers may reach: the store and the queue. No provider: they never wait for one (R55, R76). */
export interface ApiDependencies {
  readonly store: Store;
  readonly clock: DatabaseClock;
  readonly enqueue: Enqueue;
  /** Pure; declares what the provider wants of a submission (C20). */
  readonly requirements: SubmissionRequirements;
  readonly webhooks: { readonly seal: Seal; readonly allowPrivate: boolean };
  readonly metrics: ApiMetrics;
}

export interface ApiMetrics {
  /** A repeated create that was recognised by its content (C3). */
  duplicate(): void;
  /** An attach of a number that is bound already (R43). */
  assignmentConflict(): void;
}

/** Asks for a pass because the tenant wants something new: voids backoff and parking. */
export function enqueueWrite(
  deps: ApiDependencies,
  tx: Tx,
  resource: Resource,
  aggregateId: string,
  { tenantId, generation, submission }: Aggregate<unknown, string>,
): Promise<void> {
  return deps.enqueue(tx, { tenantId, resource, aggregateId, generation: generation + submission });
}
