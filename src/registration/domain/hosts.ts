import { parse } from 'tldts';
import { SHORTENERS } from './shorteners.ts';

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
/** What a host never has, and what the URL parser would silently drop or turn into a slash. */
const NOT_IN_A_URL = /[\s\\\p{Cc}]/u;

/**
 * The host that a URL or a bare host names, as browsers spell it: lower case, punycode, without trailing
 * dot, path and query (C29). Undefined when it is not an http(s) address of a registrable domain: user info
 * and ports hide where a link leads, an IP literal belongs to no brand.
 */
export function canonicalHost(urlOrHost: string): string | undefined {
  const text = urlOrHost.trim();
  if (NOT_IN_A_URL.test(text)) return undefined;
  const scheme = SCHEME.exec(text)?.[0] ?? '';
  const authority = text.slice(scheme.length).split(/[/?#]/, 1)[0] ?? '';
  if (authority === '' || /[@:[\]]/.test(authority)) return undefined;
  const url = URL.parse(`${scheme === '' ? 'https://' : scheme}${authority}`);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  const host = url.hostname.replace(/\.$/, '');
  return registrableDomain(host) === undefined ? undefined : host;
}

/**
 * The domain that somebody registered: `shop.example.co.uk` -> `example.co.uk`. Suffixes under which anybody
 * may have a name (`github.io`) count as suffixes, or each of their customers would own all the others.
 * Undefined for IP literals, bare suffixes and top-level domains that do not exist.
 */
export function registrableDomain(host: string): string | undefined {
  const parsed = parse(host, { allowPrivateDomains: true });
  if (parsed.isIp || parsed.domain === null || parsed.hostname !== host) return undefined;
  // `.example` is nobody's and never will be (RFC 2606): documents and demonstrations use it.
  const known = parsed.isIcann || parsed.isPrivate || parsed.publicSuffix === 'example';
  return known ? parsed.domain : undefined;
}

export function isShortener(host: string): boolean {
  const labels = host.split('.');
  return labels.some((_, index) => SHORTENERS.has(labels.slice(index).join('.')));
}

/** No URL_START and no BARE_HOST without one of these. */
const MAY_HAVE_LINK = /:\/\/|[.。][\p{L}\p{N}]/u;
const URL_START = /[a-z][a-z0-9+.-]{0,30}:\/\//gi;
/** Longer than any URL that a text message could hold: the bounds here keep every scan linear. */
const UP_TO_A_BREAK = /^[^\s<>"']{0,2048}/;
const WHOLE_URL = /[a-z][a-z0-9+.-]{0,30}:\/\/[^\s<>"']*/gi;
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}.-]{1,253}/gu;
/** `{business.name}`, `[First.Name]`: samples mark what will be filled in (a slash makes it a link again). */
const PLACEHOLDER = /[{[][^{}[\]/]{0,80}[}\]]/g;
const CLOCK_TIME = /^\d{1,2}\.[ap]m$/i;
const BARE_HOST =
  /(?<![\p{L}\p{N}])[\p{L}\p{N}][\p{L}\p{N}_-]{0,62}(?:[.。][\p{L}\p{N}][\p{L}\p{N}_-]{0,62})+/gu;

/**
 * Everything in a text that a phone would show as a link: URLs of any scheme, and bare hosts under a suffix
 * that exists. E-mail addresses and placeholders are none.
 */
export function linksIn(text: string): readonly string[] {
  // Invisible characters are dropped and wide ones folded first: a phone, too, reads `b​it.ly` as bit.ly.
  const plain = text
    .toWellFormed()
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '');
  // Most texts have none, and the scans below are half of what checking a campaign costs.
  if (!MAY_HAVE_LINK.test(plain)) return [];
  const urls = [...plain.matchAll(URL_START)].map((match) => {
    const url = UP_TO_A_BREAK.exec(plain.slice(match.index))?.[0] ?? '';
    return url.replace(/[.,;:!?)}\]]+$/, '');
  });
  const rest = plain.replace(WHOLE_URL, ' ').replace(EMAIL, ' ').replace(PLACEHOLDER, ' ');
  const hosts = [...rest.matchAll(BARE_HOST)].map((match) => match[0]).filter(looksLikeHost);
  return [...new Set([...urls, ...hosts])];
}

function looksLikeHost(word: string): boolean {
  if (CLOCK_TIME.test(word)) return false;
  const host = URL.parse(`https://${word}`)?.hostname;
  if (host === undefined) return false;
  const parsed = parse(host);
  return parsed.domain !== null && (parsed.isIcann === true || parsed.publicSuffix === 'example');
}
