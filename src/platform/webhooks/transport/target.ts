import { isIP } from 'node:net';
import { mayConnect } from './address.ts';
import { type Lookup, type ResolvedAddress, saysNoAddress } from './lookup.ts';
import { allowedUrl, hostOf, type UrlPolicy } from './url.ts';

/** What the URL of an attempt says, once the policy has let it pass. */
export interface Place {
  readonly origin: string;
  readonly secure: boolean;
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
}

/** Where one attempt goes: the only addresses its socket may be opened to. */
export interface Target extends Place {
  readonly addresses: readonly ResolvedAddress[];
}

export type Resolution =
  | { readonly kind: 'target'; readonly target: Target }
  /** At least one of its addresses is no place for a webhook. */
  | { readonly kind: 'blocked' }
  | { readonly kind: 'no_address' }
  /** The resolver failed to answer. */
  | { readonly kind: 'unanswered'; readonly cause: unknown };

/** Reads the URL of an attempt, this once; undefined when the policy refuses it by now. */
export function readPlace(text: string, policy: UrlPolicy): Place | undefined {
  const url = allowedUrl(text, policy);
  if (!url) return undefined;
  const secure = url.protocol === 'https:';
  return {
    origin: url.origin,
    secure,
    host: hostOf(url),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
  };
}

/**
 * Decides where an attempt may go: its host is resolved once, and one address that is not global refuses them
 * all, or a name could hide a private address behind a public one. Done again at each attempt, since the answer
 * of a resolver changes. The caller sets the deadline.
 */
export async function resolvePlace(place: Place, policy: UrlPolicy, lookup: Lookup): Promise<Resolution> {
  const literal = isIP(place.host);
  const answer = literal
    ? [{ address: place.host, family: literal === 6 ? 6 : 4 } as const]
    : await ask(place.host, lookup);
  if ('cause' in answer) return answer;
  if (answer.length === 0) return { kind: 'no_address' };
  if (!answer.every(({ address }) => mayConnect(address, policy.allowPrivate))) {
    return { kind: 'blocked' };
  }
  return { kind: 'target', target: { ...place, addresses: answer } };
}

async function ask(
  host: string,
  lookup: Lookup,
): Promise<readonly ResolvedAddress[] | { readonly kind: 'unanswered'; readonly cause: unknown }> {
  try {
    return await lookup(host);
  } catch (cause) {
    return saysNoAddress(cause) ? [] : { kind: 'unanswered', cause };
  }
}
