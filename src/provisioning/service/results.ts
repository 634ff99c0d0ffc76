import type { Problem } from '#kernel/problem.ts';
import {
  faulty,
  providerError,
  providerUnavailable,
  raceLost,
  rateLimited,
  unknownNumber,
} from '../domain/errors.ts';
import type { PortResult } from '../ports.ts';

export type Failure = Exclude<PortResult<never>, { readonly kind: 'ok' }>;

/** The value of a final result, or the Problem that it is for the caller. */
export function valueFrom<T>(result: PortResult<T>, e164?: string): T {
  if (result.kind === 'ok') return result.value;
  throw problemOf(result, e164);
}

/** What a final result is for the caller (B:536-543). `e164`: the number it was about, if it was about one. */
export function problemOf(failure: Failure, e164 = ''): Problem {
  switch (failure.kind) {
    case 'notFound':
      return unknownNumber();
    case 'unavailable':
      return raceLost(e164);
    case 'refused': {
      const { field, message, code } = failure.fault;
      if (field !== undefined) return faulty([{ field, message }]);
      return providerError(`The provider refused: ${message}`, codeOf(code));
    }
    case 'credentials':
      return providerError("The provider does not accept this service's account", {
        reason: 'credentials',
        ...codeOf(failure.fault.code),
      });
    case 'throttled':
      return rateLimited(failure.retryAfterMs);
    case 'unknown':
      return failure.sent
        ? providerError('The provider gave no answer to rely on; try again with the same key', {
            reason: failure.reason,
          })
        : providerUnavailable('The provider cannot be reached', undefined, { reason: failure.reason });
    case 'open':
      return providerUnavailable(
        'The provider has been failing; it is not asked for a while',
        failure.retryAfterMs,
      );
  }
}

/** Why a number was bought and not configured: one stable line for the caller's warnings. */
export function diagnosisOf(failure: Failure): string {
  switch (failure.kind) {
    case 'notFound':
      return 'configure: the provider does not know the number; it may be too new, or released';
    case 'unavailable':
    case 'refused':
    case 'credentials': {
      const { code, message } = failure.fault;
      return `configure: refused by the provider${code === undefined ? '' : ` (${code})`}: ${message}`;
    }
    case 'throttled':
      return 'configure: the provider takes no more requests right now';
    case 'unknown':
      return `configure: the provider gave no answer to rely on (${failure.reason})`;
    case 'open':
      return 'configure: the provider has been failing and is not asked for a while';
  }
}

const codeOf = (providerCode: string | undefined) => (providerCode === undefined ? {} : { providerCode });
