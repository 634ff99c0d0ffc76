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
  EADDRNOTAVAIL: 'unreachable',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EPROTO: 'tls',
  UND_ERR_HEADERS_OVERFLOW: 'protocol',
  UND_ERR_RESPONSE: 'protocol',
};

/** Codes that Node and OpenSSL give to a handshake or a certificate that failed. */
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|CRL_|HOSTNAME_MISMATCH)/;

/** The class of what a request was rejected with; `network` when nothing better is known. */
export function classifyFailure(error: unknown): FailureClass {
  if (error instanceof DOMException) return error.name === 'TimeoutError' ? 'timeout' : 'aborted';
  // Not every fault that the parser finds has a code.
  if (error instanceof errors.HTTPParserError) return 'protocol';
  for (const code of codesOf(error)) {
    const known = BY_CODE[code] ?? (TLS_CODE.test(code) ? 'tls' : undefined);
    if (known) return known;
  }
  return 'network';
}

/** Own code first, then those of what caused it: an AggregateError has one per address that was tried. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const inner = error instanceof AggregateError ? error.errors.flatMap(codesOf) : [];
  return [...own, ...inner, ...codesOf(error.cause)];
}
