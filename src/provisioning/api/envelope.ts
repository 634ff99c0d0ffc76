import type { Envelope } from '#platform/http/problems.ts';

/** A field at fault is a 400 here, where the registration service says 422 (C4). */
const UNPROCESSABLE = 422;
/** Statuses that always say when to come back, and what they say when nobody knows: soon, in seconds. */
const COME_BACK = new Set([429, 503]);
const SOON_SECONDS = 1;

/** `{code, message, details?, correlationId}` (B:58, B:534-544, C31). */
export const provisioningEnvelope: Envelope = (problem, correlationId) => {
  const status = problem.status === UNPROCESSABLE ? 400 : problem.status;
  const retryAfter = problem.retryAfterSeconds ?? (COME_BACK.has(status) ? SOON_SECONDS : undefined);
  return {
    status,
    body: {
      code: problem.code === 'ConflictError' ? 'Conflict' : problem.code,
      message: problem.message,
      ...(Object.keys(problem.details).length > 0 ? { details: problem.details } : {}),
      correlationId,
    },
    headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
  };
};
