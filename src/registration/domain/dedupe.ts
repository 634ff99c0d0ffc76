import { canonicalHost } from './hosts.ts';
import { normaliseTaxId } from './tax-id.ts';

/*
 * The strings behind the natural dedupe hashes (R46, C14). An EIN is never hashed bare: hashing, with a
 * key, is the store's. Parts are escaped, so that no two different lists of parts make the same string.
 */

/** `US|12-3456789`. */
export function brandKey(country: string, taxId: string): string {
  return joined('|', [country, normaliseTaxId(taxId) ?? taxId]);
}

/** `B1ABCDE|CustomerCare.MissedCallRecovery|a.example,b.example`: hosts canonical, sorted, each once. */
export function campaignKey(tcrBrandId: string, useCase: string, linkDomains: readonly string[]): string {
  const hosts = new Set(linkDomains.map((domain) => canonicalHost(domain) ?? domain));
  return joined('|', [tcrBrandId, useCase, joined(',', [...hosts].sort())]);
}

/** `MG0123|+12065550100`. */
export function bindingKey(messagingServiceId: string, e164: string): string {
  return joined('|', [messagingServiceId, e164]);
}

function joined(separator: '|' | ',', parts: readonly string[]): string {
  return parts
    .map((part) => part.replaceAll('\\', '\\\\').replaceAll(separator, `\\${separator}`))
    .join(separator);
}
