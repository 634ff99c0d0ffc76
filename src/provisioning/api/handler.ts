import type { OperationAnswer, OperationId, OperationParts } from '../contract.gen.ts';
import type { CallScope, Hold, Intent } from '../ports.ts';
import type { Policy } from './request-faults.ts';

/** What an operation is carried out in. */
export interface HandlerContext {
  /** Ends when the request's time is over, or somebody else has its key. */
  readonly scope: CallScope;
  /** The right to work for the request's key; absent when it is carried out without one. */
  readonly hold?: Hold;
  /** What whoever held the key before was about to buy. */
  readonly intent?: Intent;
}

export interface Handler<Id extends OperationId> {
  /** What the contract cannot say of a request. */
  readonly faults?: Policy;
  /** Of requests that are carried out without their key: they change nothing. */
  readonly keyless?: (body: unknown) => boolean;
  /** Throws Problem for every answer that is not a success, HoldLost when it had to stop for another. */
  handle(request: OperationParts<Id>, context: HandlerContext): Promise<OperationAnswer<Id>>;
}

export type Handlers = { readonly [Id in OperationId]: Handler<Id> };
