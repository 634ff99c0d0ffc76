import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Twilio } from 'twilio';
import type { ProviderHttp } from '#platform/provider-http/provider-http.ts';
import { readTwilioAnswer } from '#platform/twilio/answer.ts';
import { OwnFault } from '#platform/twilio/own-fault.ts';
import {
  createTwilioSdk,
  type TwilioCredentials,
  type TwilioRequest,
  type TwilioSuccess,
} from '#platform/twilio/sdk.ts';
import type { CallScope, PortResult } from '../../ports.ts';
import { endingOf } from './errors.ts';

/** Makes one call over the SDK within its scope, and says what it came to. Throws only what is our own fault. */
export type TwilioCall = <T>(scope: CallScope, work: (sdk: Twilio) => Promise<T>) => Promise<PortResult<T>>;

type Ending = Exclude<PortResult<never>, { readonly kind: 'ok' }>;

/** Carries the end of a call through the SDK, which knows exceptions only. */
class CallEnd extends Error {
  readonly ending: Ending;
  constructor(ending: Ending) {
    super(`the call ended: ${ending.kind}`);
    this.name = 'CallEnd';
    this.ending = ending;
  }
}

const UNREADABLE: Ending = {
  kind: 'unknown',
  reason: 'the provider gave an answer that cannot be read',
  sent: true,
};

/** The SDK has no place for what belongs to one call, its signal and its correlation id. */
export type Scopes = AsyncLocalStorage<CallScope>;

/** Calls over the SDK: each of its requests goes out once, by `http`, and ends with the signal of its scope. */
export function createTwilioCall(
  credentials: TwilioCredentials,
  http: ProviderHttp,
  scopes: Scopes,
): TwilioCall {
  const sdk = createTwilioSdk(credentials, async (request) => {
    const scope = scopes.getStore();
    if (!scope) throw new OwnFault(new Error('a request of no call'));
    return answered(http, request, scope.signal);
  });
  return async (scope, work) => {
    try {
      return { kind: 'ok', value: await scopes.run(scope, () => work(sdk)) };
    } catch (error) {
      if (error instanceof OwnFault) throw error.cause;
      // The SDK, or we, could not make sense of an answer that said it was a success.
      return error instanceof CallEnd ? error.ending : UNREADABLE;
    }
  };
}

async function answered(
  http: ProviderHttp,
  request: TwilioRequest,
  signal: AbortSignal,
): Promise<TwilioSuccess> {
  const result = await http.send({ ...request, signal });
  switch (result.kind) {
    case 'breakerOpen':
      throw new CallEnd({ kind: 'open', retryAfterMs: result.retryAfterMs });
    case 'notSent':
      throw new CallEnd({ kind: 'unknown', reason: `not sent: ${result.reason}`, sent: false });
    case 'noAnswer':
      throw new CallEnd({ kind: 'unknown', reason: `no answer: ${result.reason}`, sent: true });
    case 'answer': {
      const answer = readTwilioAnswer(result.response);
      const { status, body } = answer;
      if (status < 200 || status >= 300) throw new CallEnd(endingOf(answer));
      if (!body) throw new CallEnd(UNREADABLE);
      return { status, body };
    }
  }
}
