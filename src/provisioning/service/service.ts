import type { FieldError } from '#kernel/problem.ts';
import { faulty } from '../domain/errors.ts';
import { type OrderDraft, orderFaults, voiceFaults, type WebhookRoot } from '../domain/order.ts';
import { type PlannedOperation, planOf } from '../domain/plan.ts';
import type { NumberState, PurchaseOrder, Webhooks } from '../domain/types.ts';
import { webhookFaults } from '../domain/webhook-urls.ts';
import type { CallScope, Hold, Intent } from '../ports.ts';
import type { ServiceDeps } from './deps.ts';
import { fetchNumber } from './fetch-number.ts';
import { type Purchased, purchase } from './purchase.ts';
import { release } from './release.ts';
import { type Found, type SearchQuery, search, searchFaults } from './search.ts';
import { updateWebhooks } from './update-webhooks.ts';

/**
 * What this service does, once a caller is known and holds his key. Every method throws the Problem that is the
 * answer otherwise: 400 with all faults, 404, 409, 429, 502, 503; HoldLost when the scope was ended with it, or
 * the ledger says so. A rejection of the ledger passes through; the key then goes on from its intent.
 */
export interface Service {
  /** Faults of a purchase's body, or the well-formed part of it; the contract's own are not among them. */
  orderFaults(order: OrderDraft): readonly FieldError[];
  /** Faults of webhooks alone, under this root. */
  webhookFaults(webhooks: unknown, root: WebhookRoot): readonly FieldError[];
  /** Faults of a search that its form does not show: fields `query.areaCode`, `query.page`. */
  searchFaults(query: Pick<SearchQuery, 'areaCode' | 'page'>): readonly FieldError[];
  search(query: SearchQuery, scope: CallScope): Promise<Found>;
  /** `intent`: what an earlier holder of this key was about to buy, as `claim` said it. */
  purchase(
    order: PurchaseOrder,
    hold: Hold,
    intent: Intent | undefined,
    scope: CallScope,
  ): Promise<Purchased>;
  plan(order: PurchaseOrder): readonly PlannedOperation[];
  getNumber(sid: string, scope: CallScope): Promise<NumberState>;
  updateWebhooks(
    sid: string,
    webhooks: Webhooks,
    scope: CallScope,
  ): Promise<{ readonly webhooks: Partial<Webhooks>; readonly warnings: readonly string[] }>;
  /** Also when the number is gone already (C46). */
  release(sid: string, scope: CallScope): Promise<{ readonly warnings: readonly string[] }>;
}

export function createService(deps: ServiceDeps): Service {
  const faultsOfOrder = (order: OrderDraft) => [
    ...orderFaults(order),
    ...webhookFaults(order.webhooks, deps.allowedDomains, 'webhooks'),
  ];
  const faultsOfWebhooks = (webhooks: unknown, root: WebhookRoot) => [
    ...voiceFaults(webhooks, root),
    ...webhookFaults(webhooks, deps.allowedDomains, root),
  ];
  return {
    orderFaults: faultsOfOrder,
    webhookFaults: faultsOfWebhooks,
    searchFaults,
    search: (query, scope) => search(deps, query, scope),
    async purchase(order, hold, intent, scope) {
      refuse(faultsOfOrder({ ...order }));
      return purchase(deps, order, { hold, intent, scope });
    },
    plan(order) {
      refuse(faultsOfOrder({ ...order }));
      return planOf(order);
    },
    getNumber: (sid, scope) => fetchNumber(deps, sid, scope),
    async updateWebhooks(sid, webhooks, scope) {
      refuse(faultsOfWebhooks(webhooks, ''));
      return updateWebhooks(deps, sid, webhooks, scope);
    },
    release: (sid, scope) => release(deps, sid, scope),
  };
}

function refuse(faults: readonly FieldError[]): void {
  if (faults.length > 0) throw faulty(faults);
}
