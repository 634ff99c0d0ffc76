import { type Outcome, unknown } from '#kernel/outcome.ts';
import {
  HOST_REFUSED,
  type ProviderResponse,
  type ProviderResult,
} from '#platform/provider-http/provider-http.ts';
import { readTwilioAnswer, type TwilioAnswer } from '#platform/twilio/answer.ts';
import type { End } from './call-end.ts';
import { interpretError } from './errors.ts';

/** What an answer says: a value for the SDK to read, or how the call ended. */
export type Read =
  | { readonly kind: 'body'; readonly status: number; readonly body: object }
  | { readonly kind: 'account'; readonly code: string; readonly message: string }
  | { readonly kind: 'end'; readonly end: End };

/** Never processed and nothing said of when: soon, but not at once. */
const SOON_MS = 2_000;
/** Of a 429 without Retry-After, so that those who were turned away together do not come back together. */
const TOO_MANY_FIRST_MS = 1_000;
const UNREADABLE = unknown('the provider gave an answer that cannot be read');

/**
 * What a request came to.
 * @param random in [0, 1): spreads the returns of those who were turned away.
 */
export function readResult(result: ProviderResult, random: number): Read {
  switch (result.kind) {
    case 'answer':
      return readAnswer(result.response, random);
    case 'breakerOpen':
      return throttled(
        result.retryAfterMs,
        'calls of this kind have failed in a row; it is left alone for a while',
      );
    case 'notSent':
      // Not a matter of time: it has to be seen, so it counts as an attempt.
      return result.reason === HOST_REFUSED
        ? ended(unknown('an answer leads to a host that is not the provider’s'))
        : throttled(SOON_MS, `the provider cannot be reached: ${result.reason}`);
    case 'noAnswer':
      return ended(unknown(`the provider did not answer: ${result.reason}`));
  }
}

function readAnswer(response: ProviderResponse, random: number): Read {
  const answer = readTwilioAnswer(response);
  const { status, body } = answer;
  if (status === 429) {
    return throttled(
      answer.retryAfterMs ?? TOO_MANY_FIRST_MS * (1 + random),
      'the provider has had too many requests',
    );
  }
  if (status >= 500 || (status >= 300 && status < 400)) {
    return ended(unknown(`the provider answered ${status}`));
  }
  if (status < 300) return body ? { kind: 'body', status, body } : ended(UNREADABLE);
  return readError(answer);
}

/** Anything between us and the provider answers 4xx too; only what bears the provider's code is the provider's. */
function readError(answer: TwilioAnswer): Read {
  if (answer.code === undefined && answer.status !== 401) return ended(UNREADABLE);
  const meaning = interpretError(answer);
  if (meaning.kind === 'account') return meaning;
  if (meaning.kind === 'ok') return ended(UNREADABLE);
  if (answer.status === 404) return { kind: 'end', end: { kind: 'gone', outcome: withoutDone(meaning) } };
  return { kind: 'end', end: meaning };
}

const withoutDone = (meaning: Exclude<End, { kind: 'gone' }>): Outcome<never> =>
  meaning.kind === 'alreadyDone' ? UNREADABLE : meaning;

function ended(outcome: Outcome<never>): Read {
  return { kind: 'end', end: outcome.kind === 'ok' ? { kind: 'unknown', reason: 'nothing' } : outcome };
}

const throttled = (forMs: number, reason: string): Read => ({
  kind: 'end',
  end: { kind: 'throttled', retryAfterMs: Math.round(forMs), reason },
});
