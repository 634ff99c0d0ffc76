import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Where an IP address leads: `global` to the internet, `private` into networks that a development set-up may
 * want to reach, `forbidden` where no webhook ever has business (metadata, multicast, tunnels, test ranges).
 */
export type AddressScope = 'global' | 'private' | 'forbidden';

const PRIVATE_RANGES = new Set(['loopback', 'private', 'carrierGradeNat', 'uniqueLocal']);
/** The only part of IPv6 that IANA has given out as global unicast. */
const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** NAT64's well-known prefix (RFC 6052): what DNS64 answers for a host that has IPv4 only. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
/** Where clouds keep credentials outside link-local: Alibaba, Azure (an address that looks global), AWS, Google. */
const METADATA = new Set(
  ['100.100.100.200', '168.63.129.16', 'fd00:ec2::254', 'fd20:ce::254'].map((address) =>
    ipaddr.parse(address).toNormalizedString(),
  ),
);

/**
 * Scope of an address in the forms that a resolver or `URL.hostname` (without brackets) gives. Every form that
 * wraps another address is refused (v4-mapped, v4-compatible, 6to4, Teredo), save NAT64, which is what the
 * IPv4 address inside it is. So is what is no address as a socket takes it, and one with a zone (RFC 4007):
 * that is a link of this machine.
 */
export function addressScope(address: string): AddressScope {
  if (isIP(address) === 0 || address.includes('%')) return 'forbidden';
  const parsed = ipaddr.parse(address);
  if (METADATA.has(parsed.toNormalizedString())) return 'forbidden';
  const range = parsed.range();
  if (PRIVATE_RANGES.has(range)) return 'private';
  if (parsed instanceof ipaddr.IPv4) return range === 'unicast' ? 'global' : 'forbidden';
  if (parsed.match(NAT64)) return scopeInsideNat64(parsed.toByteArray().slice(12));
  return range === 'unicast' && parsed.match(GLOBAL_UNICAST_V6) ? 'global' : 'forbidden';
}

function scopeInsideNat64(octets: number[]): AddressScope {
  return addressScope(octets.join('.')) === 'global' ? 'global' : 'forbidden';
}

/** Whether a webhook may go there. */
export function mayConnect(address: string, allowPrivate: boolean): boolean {
  const scope = addressScope(address);
  return scope === 'global' || (allowPrivate && scope === 'private');
}
