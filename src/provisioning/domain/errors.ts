import { conflict, type FieldError, Problem } from '#kernel/problem.ts';

/**
 * Somebody else has the key by now: whoever held it stops at once and answers nothing of his own. Thrown by the
 * service, and the reason with which a lost hold aborts its signal.
 */
export class HoldLost extends Error {
  constructor() {
    super('another request works for this key');
    this.name = 'HoldLost';
  }
}

/** Seconds after which a caller may try again when nobody has named a time. */
const RETRY_SOON = 1;

/** 400 with every fault (C4). */
export function faulty(fields: readonly FieldError[]): Problem {
  return new Problem('ValidationError', 'The request has invalid fields', {
    status: 400,
    details: { fields },
  });
}

/** 409: somebody else was faster (B:540). */
export function raceLost(e164: string): Problem {
  return conflict('The number is not to be had: somebody else was faster, or nobody sells it', {
    reason: 'unavailable',
    e164,
  });
}

/** 409: another key is about to buy it, or has just done so. */
export function spokenFor(e164: string): Problem {
  return new Problem('ConflictError', 'The number is being bought under another key', {
    details: { reason: 'reserved', e164 },
    retryAfterSeconds: secondsOf(BUYING_MS),
  });
}

/** 409: the account had it before this order; it is never bought again nor rewired by a purchase. */
export function ownedAlready(e164: string): Problem {
  return conflict('The account has this number already; rewire it with PUT /numbers/{sid}/webhooks', {
    reason: 'ownedAlready',
    e164,
  });
}

/** 409: nothing in this area can be bought. */
export function noneForSale(areaCode: string): Problem {
  return conflict('No number with these capabilities is to be had in this area code now', {
    reason: 'noneForSale',
    areaCode,
  });
}

/** 409: the key bought a number long ago, and the order asks for another one now. */
export function keyUsed(e164: string): Problem {
  return conflict('This key has bought another number before; use a new key', { reason: 'keyUsed', e164 });
}

/** A purchase has ended, or its holder's lease, by then. Milliseconds. */
const BUYING_MS = 10_000;
/** A detach is done by a machine, anything else by people. Milliseconds. */
const DETACHING_MS = 5_000;
const IN_USE_MS = 60_000;

/** 409: somebody relies on the number (C52). Nothing was done, so the same key may come again. */
export function stillInUse(reason: string, message: string): Problem {
  return new Problem('ConflictError', message, {
    details: { reason },
    retryAfterSeconds: secondsOf(reason === 'NumberDetaching' ? DETACHING_MS : IN_USE_MS),
  });
}

/** 404 (B:539). */
export const unknownNumber = (): Problem =>
  new Problem('NotFound', 'The account has no number with this sid');

/** 429, after `retryAfterMs` (B:541). */
export function rateLimited(retryAfterMs: number | undefined): Problem {
  return new Problem('RateLimited', 'The provider takes no more requests right now', {
    retryAfterSeconds: secondsOf(retryAfterMs),
  });
}

/** 502 (B:542). `details` name the provider's code or the reason, never its internals. */
export function providerError(message: string, details: Readonly<Record<string, unknown>> = {}): Problem {
  return new Problem('ProviderError', message, { details });
}

/** 503, after `retryAfterMs` (B:543). */
export function providerUnavailable(
  message: string,
  retryAfterMs?: number,
  details: Readonly<Record<string, unknown>> = {},
): Problem {
  return new Problem('ProviderUnavailable', message, { retryAfterSeconds: secondsOf(retryAfterMs), details });
}

function secondsOf(ms: number | undefined): number {
  return ms === undefined ? RETRY_SOON : Math.max(RETRY_SOON, Math.ceil(ms / 1_000));
}
