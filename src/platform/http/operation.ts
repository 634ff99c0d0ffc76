import type { IncomingHttpHeaders } from 'node:http';
import type { Tx } from '../database/database.ts';

/*
 * The types of a handler, made from what openapi-typescript writes of an operation. A context names its own by
 * operationId in contract.gen.ts: `OperationHandler<'createBrand'>`.
 */

/** Statuses that a handler answers with; every other one is a Problem that it throws. */
type Success = 200 | 201 | 202 | 204 | 207;

type Parameters<Op, Where extends string> = Op extends {
  readonly parameters: { readonly [K in Where]?: infer P };
}
  ? [NonNullable<P>] extends [never]
    ? Readonly<Record<string, never>>
    : NonNullable<P>
  : Readonly<Record<string, never>>;

type Content<C> = C extends { readonly content: infer M } ? M[keyof M] : never;

type Body<Op> = Op extends { readonly requestBody: infer B }
  ? Content<B>
  : Op extends { readonly requestBody?: infer B }
    ? [NonNullable<B>] extends [never]
      ? undefined
      : Content<NonNullable<B>> | undefined
    : undefined;

/** What the contract says of a request, validated. */
export interface OperationParts<Op> {
  readonly params: Parameters<Op, 'path'>;
  readonly query: Parameters<Op, 'query'>;
  readonly body: Body<Op>;
}

/** A request that has been let in and validated. */
export interface OperationRequest<Op> extends OperationParts<Op> {
  readonly tenantId: string;
  readonly tokenId: string;
  readonly scopes: readonly string[];
  readonly correlationId: string;
  /** Names in lower case. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** The database's clock, read in this transaction. */
  readonly now: Date;
}

type AnswerOf<Status, R, Query> = R extends { readonly content?: infer M }
  ? [NonNullable<M>] extends [never]
    ? { readonly status: Status; readonly headers?: Readonly<Record<string, string>> }
    : {
        readonly status: Status;
        readonly body: NonNullable<M>[keyof NonNullable<M>];
        readonly headers?: Readonly<Record<string, string>>;
        /**
         * Nothing was found yet. Where the query has `wait`, this answer is held back and the handler run again,
         * with these changes to its query, until it answers without `askAgain` or the seconds are over.
         */
        readonly askAgain?: Partial<Query>;
      }
  : never;

/** One of the successes that the contract lists. Header names in lower case. */
export type OperationAnswer<Op> = Op extends { readonly responses: infer R }
  ? { [S in keyof R & Success]: AnswerOf<S, R[S], Parameters<Op, 'query'>> }[keyof R & Success]
  : never;

/**
 * Carries an operation out in its one transaction, under the tenant's row-level security. What it writes and
 * its stored answer are one commit. Throws Problem for every answer that is not a success; its writes are taken
 * back then. May be run again from the start when the transaction loses a race, so it acts through `tx` only.
 */
export type OperationHandler<Op> = (request: OperationRequest<Op>, tx: Tx) => Promise<OperationAnswer<Op>>;

/** A handler in two parts. */
export interface ReadsFirst<Request, Answer, Found> {
  /** Reads or locks, writes nothing: it begins before the transaction has answered anything. */
  readonly read: (request: Omit<Request, 'now'>, tx: Tx) => Promise<Found>;
  readonly handle: (request: Request, tx: Tx, found: Found) => Promise<Answer>;
}

/** A handler whose first read goes out with what opens its transaction, which saves a round trip. */
export function readsFirst<Request, Answer, Found>(
  parts: ReadsFirst<Request, Answer, Found>,
): ((request: Request, tx: Tx) => Promise<Answer>) & ReadsFirst<Request, Answer, Found> {
  const { read, handle } = parts;
  return Object.assign(
    async (request: Request, tx: Tx) => handle(request, tx, await read(request, tx)),
    parts,
  );
}
