import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#kernel/problem.ts';
import { hashToken } from '../secrets/tokens.ts';

/** Whose request it is and what it may do. */
export interface Caller {
  readonly tenantId: string;
  readonly tokenId: string;
  readonly scopes: readonly string[];
}

/** Looks a token up by its SHA-256; nothing when it is unknown or revoked. */
export type FindToken = (hash: Buffer) => Promise<Caller | undefined>;

/** The caller, or why there is none. Rejects only when the look-up fails. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller | 'missing' | 'invalid'>;

/** How long a revoked token may still be taken, and an unknown one be refused without asking again. */
const CACHE_MS = 5_000;
/** A few hundred bytes each; beyond it the oldest goes and is looked up again. */
const CACHE_SIZE = 10_000;
/** RFC 6750 section 2.1; the length only keeps hashing short. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]{1,512}=*)$/i;

/**
 * Reads `Authorization: Bearer <token>` (R103). Only the token's hash is looked up and kept, so comparing takes
 * no care about timing. Requests with one token at the same time share one look-up.
 * @param nowMs any clock in milliseconds.
 */
export function createAuthenticator(findToken: FindToken, nowMs: () => number): Authenticate {
  const cache = new Map<string, { caller: Promise<Caller | undefined>; untilMs: number }>();

  const lookUp = (hash: Buffer): Promise<Caller | undefined> => {
    const key = hash.toString('base64');
    const known = cache.get(key);
    const now = nowMs();
    if (known && known.untilMs > now) return known.caller;
    cache.delete(key);
    const [oldest] = cache.keys();
    if (cache.size >= CACHE_SIZE && oldest !== undefined) cache.delete(oldest);
    const entry = { caller: findToken(hash), untilMs: now + CACHE_MS };
    cache.set(key, entry);
    // A failed look-up is told to those who wait for it, and to nobody after them.
    entry.caller.catch(() => {
      if (cache.get(key) === entry) cache.delete(key);
    });
    return entry.caller;
  };

  return async (authorization) => {
    if (authorization === undefined) return 'missing';
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) return 'invalid';
    return (await lookUp(hashToken(token))) ?? 'invalid';
  };
}

/** The request's caller, or Problem 401 with the header that goes with it (RFC 6750, 3). */
export async function callerOf(
  authenticate: Authenticate,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Caller> {
  const caller = await authenticate(request.headers.authorization);
  if (typeof caller !== 'string') return caller;
  reply.header('www-authenticate', caller === 'missing' ? 'Bearer' : 'Bearer error="invalid_token"');
  throw new Problem(
    'Unauthorized',
    caller === 'missing'
      ? 'Send a token as Authorization: Bearer <token>'
      : 'The token is malformed, unknown or revoked',
  );
}
