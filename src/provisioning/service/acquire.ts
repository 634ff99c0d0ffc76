import type { Problem } from '#kernel/problem.ts';
import { roundFrom } from '../domain/candidates.ts';
import { capabilityFaults } from '../domain/capabilities.ts';
import { faulty, keyUsed, noneForSale, ownedAlready, raceLost, spokenFor } from '../domain/errors.ts';
import { isInArea } from '../domain/order.ts';
import type { PurchasedNumber, PurchaseOrder } from '../domain/types.ts';
import { type Attempt, getNumber } from './buy.ts';
import type { ServiceDeps } from './deps.ts';
import { type Claim, type Holder, holderOf } from './holder.ts';
import { findByTag } from './look-up.ts';
import { problemOf, valueFrom } from './results.ts';
import { listNumbers } from './search.ts';
import { stopwatch } from './stopwatch.ts';
import { requireVoiceApp } from './voice-app.ts';

/** Numbers that searches ask for, one after the other: when all of the first are taken, a wider one finds more. */
const SEARCHES = [50, 200, 500];
/** Purchases that may fail before a list is taken for stale and the next search made; 15 for an order in all. */
const LOST_IN_A_LIST = 5;
/** What a refusal names when it is about this one number, so that another may do. */
const NUMBER = 'e164';

export interface Acquired extends Pick<PurchasedNumber, 'sid' | 'e164'> {
  /** Bought, or being bought, before this request: somebody may have rewired it since. */
  readonly isOlder: boolean;
}

/**
 * The number of this key: what an earlier holder bought or was buying, what bears the key's tag at the provider,
 * or a new one. Recorded in the ledger as bought when it returns.
 */
export async function acquire(deps: ServiceDeps, order: PurchaseOrder, claim: Claim): Promise<Acquired> {
  const { intent } = claim;
  if (intent?.sid !== undefined) return { sid: intent.sid, e164: intent.e164, isOlder: true };

  const holder = holderOf(deps.ledger, claim, deps.stopwatch ?? stopwatch);
  if (intent) {
    const attempt = await getNumber(deps, holder, intent.e164, true);
    if (attempt.kind === 'bought') return keep(deps, holder, attempt.number, true);
    if (order.e164 !== undefined) throw lostProblem(attempt, order.e164);
  }
  const former = await adopt(deps, holder, order);
  if (former) return former;

  await requireVoiceApp(deps, order.webhooks, 'webhooks.voiceAppSid', claim.scope);
  const number =
    order.e164 === undefined
      ? await getAnyOf(deps, holder, order, order.areaCode ?? '')
      : await getThis(deps, holder, order, order.e164);
  return keep(deps, holder, number, false);
}

/** What the key bought before the ledger forgot it (C12), and with it whether this is the same order: it is wired anew. */
async function adopt(deps: ServiceDeps, holder: Holder, order: PurchaseOrder): Promise<Acquired | undefined> {
  const found = valueFrom(await findByTag(deps, holder.tag, holder.scope));
  if (!found) return undefined;
  const fits = order.e164 === undefined ? isInArea(found.e164, order.areaCode) : found.e164 === order.e164;
  if (!fits) throw keyUsed(found.e164);
  // Another key that has it reserved is about to see whose it is, and lets it go.
  if (await holder.reserve(found.e164)) return keep(deps, holder, found, false);
  return { ...found, isOlder: false };
}

async function getThis(
  deps: ServiceDeps,
  holder: Holder,
  { capabilities }: PurchaseOrder,
  e164: string,
): Promise<PurchasedNumber> {
  const listed = await listNumbers(deps, { e164, capabilities: [], limit: 1 }, holder.scope);
  // A search is a sample: what it does not list may be for sale all the same.
  const offered = listed.find((candidate) => candidate.e164 === e164);
  const faults = offered ? capabilityFaults(capabilities, offered.capabilities) : [];
  if (faults.length > 0) throw faulty(faults);

  const attempt = await getNumber(deps, holder, e164, false);
  if (attempt.kind !== 'bought') throw lostProblem(attempt, e164);
  return attempt.number;
}

async function getAnyOf(
  deps: ServiceDeps,
  holder: Holder,
  { capabilities }: PurchaseOrder,
  areaCode: string,
): Promise<PurchasedNumber> {
  const tried = new Set<string>();
  for (const limit of SEARCHES) {
    const listed = await listNumbers(deps, { areaCode, capabilities, limit }, holder.scope);
    let lost = 0;
    for (const { e164 } of roundFrom(listed, holder.tag)) {
      if (tried.has(e164)) continue;
      tried.add(e164);
      const attempt = await getNumber(deps, holder, e164, false);
      if (attempt.kind === 'bought') return attempt.number;
      if (attempt.kind === 'refused' && attempt.fault.field !== NUMBER) throw problemOf(attempt);
      if (attempt.kind === 'unavailable' || attempt.kind === 'refused') lost += 1;
      if (lost === LOST_IN_A_LIST) break;
    }
  }
  throw noneForSale(areaCode);
}

async function keep(
  { log }: ServiceDeps,
  holder: Holder,
  { sid, e164 }: Pick<PurchasedNumber, 'sid' | 'e164'>,
  isOlder: boolean,
): Promise<Acquired> {
  const { scope, tag } = holder;
  // First of all, so that it is known whatever becomes of the ledger.
  log.info({ correlationId: scope.correlationId, sid, e164, tag }, 'provisioning:purchase:bought');
  await holder.bought(sid);
  return { sid, e164, isOlder };
}

function lostProblem(attempt: Exclude<Attempt, { readonly kind: 'bought' }>, e164: string): Problem {
  switch (attempt.kind) {
    case 'reserved':
      return spokenFor(e164);
    case 'owned':
      return ownedAlready(e164);
    case 'unavailable':
      return raceLost(e164);
    case 'refused':
      return problemOf(attempt, e164);
  }
}
