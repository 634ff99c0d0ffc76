import type { PurchasedNumber } from '../domain/types.ts';
import type { PortResult, ProviderFault } from '../ports.ts';
import type { ServiceDeps } from './deps.ts';
import type { Holder } from './holder.ts';
import { findByNumber } from './look-up.ts';
import { problemOf, valueFrom } from './results.ts';

/**
 * What became of the attempt to get one number. `reserved`: another key is about to buy it. `owned`: the account has
 * it, and not from this key. `unavailable`: nobody sells it. `refused`: the provider does not sell it to this account.
 */
export type Attempt =
  | { readonly kind: 'bought'; readonly number: PurchasedNumber }
  | { readonly kind: 'reserved' }
  | { readonly kind: 'owned' }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'refused'; readonly fault: ProviderFault };

const NOWHERE: PortResult<never> = {
  kind: 'refused',
  fault: { message: 'it sells no numbers to this account' },
};

/**
 * Gets one number, paying at most once (C12, C40): it is reserved for the key and looked up in the account before it
 * is bought by its own spelling. The intent goes only when it is certain that nothing was bought under it; whatever
 * is thrown while that is open leaves it for the next one who comes with the key.
 * @param mayBeBought an earlier holder of the key may have bought it, or be buying it.
 */
export async function getNumber(
  deps: ServiceDeps,
  holder: Holder,
  e164: string,
  mayBeBought: boolean,
): Promise<Attempt> {
  const { scope, tag } = holder;
  const reserved = await holder.reserve(e164);
  if (!reserved && !mayBeBought) return { kind: 'reserved' };

  const seen = await findByNumber(deps, e164, scope);
  if (seen.kind !== 'ok') {
    if (!mayBeBought) await holder.giveUp();
    throw problemOf(seen, e164);
  }
  const found = seen.value;
  if (found?.tag === tag) return { kind: 'bought', number: found };
  if (!reserved) return { kind: 'reserved' };
  if (found) {
    await holder.giveUp();
    return { kind: 'owned' };
  }
  return buy(deps, holder, e164, mayBeBought);
}

async function buy(deps: ServiceDeps, holder: Holder, e164: string, mayBeBought: boolean): Promise<Attempt> {
  const { port, calls, log } = deps;
  const { scope, tag } = holder;
  let uncertain = mayBeBought;

  /** After an unknown outcome: bought, certainly somebody else's, not there (undefined), or still unknown. */
  const settle = async (
    unsettled: PortResult<PurchasedNumber>,
  ): Promise<PortResult<PurchasedNumber> | undefined> => {
    uncertain = true;
    log.warn({ correlationId: scope.correlationId, e164, tag }, 'provisioning:purchase:unknown');
    const seen = await findByNumber(deps, e164, scope);
    if (seen.kind !== 'ok') return unsettled;
    if (!seen.value) return undefined;
    if (seen.value.tag === tag) return { kind: 'ok', value: seen.value };
    return { kind: 'unavailable', fault: { message: 'somebody else has it' } };
  };

  const result = await calls.repeat(
    scope,
    'purchase',
    async () => {
      await holder.confirm();
      const answer = await port.purchase(e164, tag, scope);
      // Nothing of the caller's was unknown there: the account has no place to buy at.
      return answer.kind === 'notFound' ? NOWHERE : answer;
    },
    { settle },
  );

  switch (result.kind) {
    case 'ok':
      return { kind: 'bought', number: result.value };
    case 'unavailable':
    case 'refused': {
      // The refused attempt may have been preceded by one that went through.
      const found = uncertain ? valueFrom(await findByNumber(deps, e164, scope)) : undefined;
      if (found?.tag === tag) return { kind: 'bought', number: found };
      await holder.giveUp();
      return result.kind === 'refused' ? result : { kind: 'unavailable' };
    }
    default:
      if (!uncertain) await holder.giveUp();
      throw problemOf(result, e164);
  }
}
