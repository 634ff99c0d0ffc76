import { createSecretKey, type KeyObject } from 'node:crypto';
import { type Open, secretSealContext } from '../endpoints/secrets.ts';
import { buildHeaders } from '../endpoints/signature.ts';
import type { Delivery, SealedSecret } from './pending.ts';

/** What secrets opened to, for as long as somebody holds what was read: one reading serves many events. */
const opened = new WeakMap<SealedSecret, KeyObject>();

/**
 * The headers of an attempt, signed with every secret that is live at this moment, whenever it was read.
 * `secret_expired` when the event asks for one secret and that is not live any more. Throws when a secret cannot
 * be opened, or none is live.
 * @param at database time of the attempt; its whole seconds are the timestamp that is signed.
 */
export function signedHeaders(
  { lane, tenantId, event, secrets, secretVersion, previousSequence, replayId }: Delivery,
  at: Date,
  open: Open,
): Record<string, string> | 'secret_expired' {
  const live = secrets.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > at);
  const chosen = secretVersion === undefined ? live : live.filter(({ version }) => version === secretVersion);
  if (live.length === 0) throw new Error('an endpoint without a live secret: nothing goes out unsigned');
  if (chosen.length === 0) return 'secret_expired';
  const keys = chosen.map((secret) => {
    const known = opened.get(secret);
    if (known) return known;
    const context = secretSealContext(tenantId, lane.endpointId, secret.version);
    const key = createSecretKey(open(secret.sealed, context));
    opened.set(secret, key);
    return key;
  });
  return buildHeaders(event, keys, Math.floor(at.getTime() / 1000), {
    ...(previousSequence === undefined ? {} : { previousSequence }),
    ...(replayId === undefined ? {} : { replayId }),
  });
}
