import ipaddr from 'ipaddr.js';
import type { FieldError } from '#kernel/problem.ts';
import { fieldsOf, type WebhookRoot } from './order.ts';
import { namesSecret } from './secret-names.ts';

/** Domains that webhooks may point to, with all below them; `any` in development. */
export type AllowedDomains = readonly string[] | 'any';

export const URL_FIELDS = ['smsWebhookUrl', 'voiceUrl', 'statusCallbackUrl'] as const;

const MAX_URL_LENGTH = 2048;
/** URL parsers drop these in silence, so that what was judged is not what is called. */
const INVISIBLE = /[\p{Cc}\p{Cf}\s]/u;
/** Other parsers read another host than ours out of what does not begin like this. */
const PLAIN_START = /^https:\/\/([^/?#\\]+)/i;

/**
 * Why these webhook URLs may not be given to the provider (B:530, C54); every fault of every URL, none when they
 * may. Values that are no strings are the contract's to refuse and are passed over.
 */
export function webhookFaults(
  webhooks: unknown,
  allowedDomains: AllowedDomains,
  root: WebhookRoot,
): readonly FieldError[] {
  const fields = fieldsOf(webhooks);
  return URL_FIELDS.flatMap((name) => {
    const text = fields[name];
    if (typeof text !== 'string') return [];
    const field = root === '' ? name : `${root}.${name}`;
    return urlFaults(text, allowedDomains).map((message) => ({ field, message }));
  });
}

function urlFaults(text: string, allowedDomains: AllowedDomains): string[] {
  const faults: string[] = [];
  if (text.length > MAX_URL_LENGTH) faults.push(`must have at most ${MAX_URL_LENGTH} characters`);
  if (INVISIBLE.test(text) || !text.isWellFormed()) {
    faults.push('must not contain spaces, control or invisible characters');
  }
  const authority = PLAIN_START.exec(text)?.[1];
  const url = URL.parse(text);
  if (!url || authority === undefined)
    return [...faults, 'must be an absolute URL that starts with https://'];

  if (authority.includes('@')) faults.push('must not contain a user name or password');
  if (url.port !== '') faults.push('must use port 443');
  const host = url.hostname.replace(/\.$/, '');
  const hostFault = nameFault(host, authority) ?? domainFault(host, allowedDomains);
  if (hostFault) faults.push(hostFault);
  if (namesSecret(url.search))
    faults.push('must not carry a secret: a parameter of its query is named like one');
  return faults;
}

function nameFault(host: string, authority: string): string | undefined {
  const bare = host.replace(/^\[|\]$/g, '');
  if (ipaddr.IPv4.isIPv4(bare) || ipaddr.IPv6.isIPv6(bare)) return 'must name a host, not an IP address';
  const labels = host.split('.');
  // RFC 6761: names below localhost are the machine itself.
  const isPublic = labels.length > 1 && !labels.includes('') && labels.at(-1) !== 'localhost';
  return isPublic && !/[%\\]/.test(authority) ? undefined : 'must name a host on the public internet';
}

function domainFault(host: string, allowedDomains: AllowedDomains): string | undefined {
  if (allowedDomains === 'any') return undefined;
  const allowed = allowedDomains.some((domain) => {
    // As URLs write it: lower case, punycode.
    const parent = URL.parse(`https://${domain}`)?.hostname.replace(/\.$/, '');
    return parent !== undefined && (host === parent || host.endsWith(`.${parent}`));
  });
  return allowed ? undefined : 'must point to one of the allowed domains';
}
