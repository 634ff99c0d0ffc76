import { errors } from 'undici';

/** Why an attempt failed, in one word for logs, metrics and the tenant. Never what the receiver wrote. */
export type FailureClass =
  | 'status'
  | 'timeout'
  | 'aborted'
  | 'dns'
  | 'blocked_address'
  | 'refused'
  | 'reset'
  | 'unreachable'
  | 'tls'
  | 'protocol'
  | 'network';

/** Code of an answer that keeps to the letter of HTTP and yet to none of its sense. */
const MISBEHAVED = 'ERR_MISBEHAVED';

const BY_CODE: Readonly<Record<string, FailureClass>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EPROTO: 'tls',
  UND_ERR_HEADERS_OVERFLOW: 'protocol',
  UND_ERR_RESPONSE: 'protocol',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'protocol',
  [MISBEHAVED]: 'protocol',
};

/** Codes that Node and OpenSSL give to a handshake or a certificate that failed. */
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|CRL_|HOSTNAME_MISMATCH)/;

/** What this process lacks: descriptors, memory, ports, a route; or a request that was never fit to be sent. */
const OWN_CODES: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_INVALID_ARG',
]);

/** The class of what a request was rejected with; `network` when nothing better is known. */
export function classifyFailure(error: unknown): FailureClass {
  if (error instanceof DOMException) return error.name === 'TimeoutError' ? 'timeout' : 'aborted';
  // Not every fault that the parser finds has a code of its own.
  if (error instanceof errors.HTTPParserError) return 'protocol';
  if (error instanceof errors.SocketError && error.message.startsWith('bad ')) return 'protocol';
  for (const code of codesOf(error)) {
    const known = BY_CODE[code] ?? (TLS_CODE.test(code) ? 'tls' : undefined);
    if (known) return known;
  }
  return 'network';
}

/**
 * Whether the fault lies with this process and not with the receiver. Where several addresses were tried, only
 * when it lies there for each: a network without IPv6 is no excuse for a receiver that refuses IPv4.
 */
export function isOwnFault(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isOwnFault);
  return codesOf(error).some((code) => OWN_CODES.has(code));
}

export function misbehaved(message: string): Error {
  return Object.assign(new Error(message), { code: MISBEHAVED });
}

/** Own code first, then those of what caused it: an AggregateError has one per address that was tried. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const inner = error instanceof AggregateError ? tenants(error.errors).flatMap(codesOf) : [];
  return [...own, ...inner, ...codesOf(error.cause)];
}

/** The receiver's faults where there are any: those tell it more than what this process lacks. */
function tenants(faults: readonly unknown[]): readonly unknown[] {
  const theirs = faults.filter((fault) => !isOwnFault(fault));
  return theirs.length > 0 ? theirs : faults;
}
