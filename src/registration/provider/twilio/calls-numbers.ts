import { type Call, nothing, sidOf } from './call-end.ts';
import type { OwnNumber, TwilioCalls } from './calls.ts';
import { newest, PAGE_SIZE, readList } from './pages.ts';
import { member, optional, text } from './payload.ts';

type NumberCalls = Pick<
  TwilioCalls,
  'findOwnNumber' | 'attachNumber' | 'detachNumber' | 'isAttached' | 'pool'
>;

/** Numbers of the account, and the sender pools they are in. */
export function numberCalls(call: Call, accountSid: string): NumberCalls {
  return {
    findOwnNumber: (e164) =>
      call(async (sdk) => {
        const list = sdk.api.v2010.accounts(accountSid).incomingPhoneNumbers;
        const found = newest(
          await readList(list.page({ phoneNumber: e164 }), (own) => own.phoneNumber === e164),
        );
        return found && numberOf(found);
      }),
    attachNumber: (serviceSid, phoneNumberSid) =>
      call(
        async (sdk) => {
          await sdk.messaging.v1.services(sidOf(serviceSid)).phoneNumbers.create({ phoneNumberSid });
        },
        { done: nothing },
      ),
    detachNumber: (serviceSid, phoneNumberSid) =>
      call(
        async (sdk) => {
          await sdk.messaging.v1.services(sidOf(serviceSid)).phoneNumbers(sidOf(phoneNumberSid)).remove();
        },
        { gone: nothing, done: nothing },
      ),
    isAttached: (serviceSid, phoneNumberSid) =>
      call<boolean>(
        async (sdk) => {
          const pool = sdk.messaging.v1.services(sidOf(serviceSid)).phoneNumbers;
          return text((await pool(sidOf(phoneNumberSid)).fetch()).sid, 'sid') === phoneNumberSid;
        },
        { gone: () => false },
      ),
    pool: (serviceSid) =>
      call(async (sdk) => {
        const list = sdk.messaging.v1.services(sidOf(serviceSid)).phoneNumbers;
        const members = await readList(list.page({ pageSize: PAGE_SIZE }), () => true);
        return members.map(({ sid, phoneNumber }) => ({
          sid: text(sid, 'sid'),
          e164: text(phoneNumber, 'phone_number'),
        }));
      }),
  };
}

function numberOf(found: {
  readonly sid: string;
  readonly phoneNumber: string;
  readonly capabilities: unknown;
  readonly smsUrl: string;
}): OwnNumber {
  return {
    sid: text(found.sid, 'sid'),
    e164: found.phoneNumber,
    // Both spellings are seen (docs/twilio.md 9.1).
    sms: member(found.capabilities, 'sms') === true || member(found.capabilities, 'SMS') === true,
    ...optional('smsUrl', found.smsUrl),
  };
}
