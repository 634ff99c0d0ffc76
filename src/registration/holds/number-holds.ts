import { timingSafeEqual } from 'node:crypto';
import { Problem } from '#kernel/problem.ts';
import type { Endpoints } from '#platform/http/bind.ts';
import { createValidation } from '#platform/http/validation.ts';
import { hashToken } from '#platform/secrets/tokens.ts';
import type { Schemas } from '../contract.gen.ts';

/** Operations of the contract that are bound when RELEASE_GUARD_TOKEN is set, and only then. */
export const HOLD_OPERATIONS: readonly string[] = ['getNumberHold'];

/** Who still relies on a number, of whatever tenant, and the messaging service that it probably is in. */
export type FindNumberUse = (e164: string) => Promise<{
  readonly use: 'bound' | 'detaching' | 'none';
  readonly messagingServiceId?: string;
}>;

/** RFC 6750 section 2.1; as long as the authenticator of tenants takes. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]{1,512}=*)$/i;

/** Stable words: the provisioning service hands them on to whoever asked it to release the number. */
const HELD = {
  bound: {
    reason: 'NumberBound',
    message: 'The number is bound to a campaign. Detach it there first.',
  },
  detaching: {
    reason: 'NumberDetaching',
    message: 'The number was detached and is being taken out of its sender pool. Try again shortly.',
  },
} as const;

/**
 * `GET /internal/number-holds/{e164}`: whether a number may be released (C52). For the provisioning service alone,
 * which has one token that is nobody's of a tenant; so the answer is across tenants and names none of them.
 * Errors: 401 without that token, 422 for what is no number, 503 when the database does not answer.
 */
export function numberHoldEndpoints(deps: {
  readonly token: string;
  readonly find: FindNumberUse;
}): Endpoints {
  const expected = hashToken(deps.token);
  return {
    getNumberHold: (operation) => {
      const validate = createValidation().request(operation);
      return {
        onRequest: async (request, reply) => {
          const { authorization } = request.headers;
          const given = BEARER.exec(authorization ?? '')?.[1];
          if (given !== undefined && timingSafeEqual(hashToken(given), expected)) return;
          const missing = authorization === undefined;
          reply.header('www-authenticate', missing ? 'Bearer' : 'Bearer error="invalid_token"');
          throw new Problem(
            'Unauthorized',
            missing ? 'Send the token of the release guard' : 'Not the token',
          );
        },
        handler: async ({ params, query, headers, body }) => {
          const valid = validate({ params, query, headers, body });
          const e164 = String(valid.params.e164);
          return holdOf(e164, await deps.find(e164));
        },
      };
    },
  };
}

function holdOf(
  e164: string,
  { use, messagingServiceId }: Awaited<ReturnType<FindNumberUse>>,
): Schemas['NumberHold'] {
  return {
    e164,
    held: use !== 'none',
    ...(use === 'none' ? {} : HELD[use]),
    ...(messagingServiceId === undefined ? {} : { messagingServiceSid: messagingServiceId }),
  };
}
