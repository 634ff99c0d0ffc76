import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { mayConnect } from './address.ts';
import { checkWebhookUrl, hostOf, type UrlPolicy } from './url.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a name. Rejects when there is none. */
export type Lookup = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** Where one attempt goes: the only addresses its socket may be opened to. */
export interface Target {
  readonly kind: 'target';
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly addresses: readonly ResolvedAddress[];
}

export type Resolution = Target | { readonly kind: 'refused'; readonly error: 'blocked_address' | 'dns' };

/**
 * Decides where an attempt may go: the URL is parsed once, its host resolved once, and one address that is not
 * global refuses them all, or a name could hide a private address behind a public one. Done again at each
 * attempt, since both the policy and the answer of a resolver change. The caller sets the deadline.
 */
export async function resolveTarget(text: string, policy: UrlPolicy, lookup: Lookup): Promise<Resolution> {
  const url = URL.parse(text);
  if (!url || checkWebhookUrl(text, policy).length > 0) return { kind: 'refused', error: 'blocked_address' };
  const addresses = await addressesOf(hostOf(url), lookup);
  if (addresses.length === 0) return { kind: 'refused', error: 'dns' };
  if (!addresses.every(({ address }) => mayConnect(address, policy.allowPrivate))) {
    return { kind: 'refused', error: 'blocked_address' };
  }
  return { kind: 'target', origin: url.origin, path: `${url.pathname}${url.search}`, addresses };
}

async function addressesOf(host: string, lookup: Lookup): Promise<readonly ResolvedAddress[]> {
  const literal = isIP(host);
  if (literal !== 0) return [{ address: host, family: literal === 6 ? 6 : 4 }];
  try {
    return await lookup(host);
  } catch {
    // Why a name has no address is the resolver's business; that it has none is the result.
    return [];
  }
}

/**
 * The system's resolver. Questions for one name that is being asked for already wait for that answer: a
 * resolver that hangs holds one thread of the runtime's small pool per name, not one per delivery.
 */
export function systemLookup(): Lookup {
  const asking = new Map<string, Promise<readonly ResolvedAddress[]>>();
  return (hostname) => {
    const already = asking.get(hostname);
    if (already) return already;
    const answer = dnsLookup(hostname, { all: true, order: 'verbatim' })
      .then((found) =>
        found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }) as const),
      )
      .finally(() => asking.delete(hostname));
    asking.set(hostname, answer);
    return answer;
  };
}
