import { type Call, sidOf } from './call-end.ts';
import type { TwilioCalls } from './calls.ts';
import { text } from './payload.ts';

/** What an operator's checks read. */
export function accountCalls(
  call: Call,
  accountSid: string,
): Pick<TwilioCalls, 'fetchPolicy' | 'fetchAccount'> {
  return {
    fetchPolicy: (sid) =>
      call<{ readonly friendlyName: string } | undefined>(
        async (sdk) => {
          const policy = await sdk.trusthub.v1.policies(sidOf(sid)).fetch();
          return { friendlyName: text(policy.friendlyName, 'friendly_name') };
        },
        { gone: () => undefined },
      ),
    fetchAccount: () =>
      call(
        async (sdk) => {
          const account = await sdk.api.v2010.accounts(accountSid).fetch();
          return { status: text(account.status, 'status') };
        },
        // An API key may be turned away from this one path, and from no other (docs/twilio.md 1.1).
        { apart: true },
      ),
  };
}
