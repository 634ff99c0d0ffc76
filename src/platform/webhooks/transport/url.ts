import { isIP } from 'node:net';
import type { FieldError } from '#kernel/problem.ts';
import { mayConnect } from './address.ts';

export interface UrlPolicy {
  /** Development: http, any port, loopback and private addresses. */
  readonly allowPrivate: boolean;
}

const MAX_URL_LENGTH = 2048;
const HTTPS_PORTS: ReadonlySet<string> = new Set(['', '443', '8443']);

/** Host of a URL as a resolver or an address parser wants it: without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/**
 * Every reason why a webhook may not go to this URL, empty when it may (R40). It judges what was parsed, never
 * the text, since `0x7f.1` is 127.0.0.1; what a name resolves to is judged at each attempt (target.ts).
 */
export function checkWebhookUrl(text: string, policy: UrlPolicy): readonly FieldError[] {
  return faultsOf(text, URL.parse(text), policy).map(asFieldError);
}

/** The URL as an attempt is to use it, parsed this once; undefined when the policy refuses it. */
export function allowedUrl(text: string, policy: UrlPolicy): URL | undefined {
  const url = URL.parse(text);
  return url && faultsOf(text, url, policy).length === 0 ? url : undefined;
}

function faultsOf(text: string, url: URL | null, { allowPrivate }: UrlPolicy): string[] {
  const faults: string[] = [];
  if (text.length > MAX_URL_LENGTH) faults.push(`must have at most ${MAX_URL_LENGTH} characters`);
  if (!url) return [...faults, 'must be an absolute URL'];

  const https = url.protocol === 'https:';
  if (!https && !(allowPrivate && url.protocol === 'http:')) faults.push('must start with https://');
  if (url.username !== '' || url.password !== '') faults.push('must not contain a user name or password');
  if (url.hash !== '' || text.includes('#')) faults.push('must not contain a fragment');
  if (!allowPrivate && https && !HTTPS_PORTS.has(url.port)) faults.push('must use port 443 or 8443');
  if (!hostIsPublic(hostOf(url), allowPrivate)) faults.push('must name a host on the public internet');
  return faults;
}

function hostIsPublic(host: string, allowPrivate: boolean): boolean {
  if (isIP(host)) return mayConnect(host, allowPrivate);
  // RFC 6761: these names are the machine itself, whatever a resolver says.
  return host !== '' && (allowPrivate || !/(^|\.)localhost\.*$/.test(host));
}

const asFieldError = (message: string): FieldError => ({ field: 'url', message });
