import type { Twilio } from 'twilio';
import type { IncomingPhoneNumberListInstance } from 'twilio/lib/rest/api/v2010/account/incomingPhoneNumber.js';
import { sidOf } from '#platform/twilio/own-fault.ts';
import type { Webhooks } from '../../domain/types.ts';
import type { TelephonyPort } from '../../ports.ts';
import type { TwilioCall } from './client.ts';
import { availableOf, purchasedOf, stateOf } from './payload.ts';

type NumberCalls = Pick<
  TelephonyPort,
  | 'search'
  | 'purchase'
  | 'configure'
  | 'getNumber'
  | 'findByNumber'
  | 'findByTag'
  | 'voiceAppExists'
  | 'release'
  | 'check'
>;

/** Local numbers of the 2010 API (docs/twilio.md 9): one request each. */
export function numberCalls(call: TwilioCall, accountSid: string): NumberCalls {
  const numbers = numbersOf(accountSid);
  return {
    async search({ areaCode, e164, capabilities, limit }, scope) {
      return call(scope, async (sdk) => {
        const { local } = sdk.api.v2010.accounts(accountSid).availablePhoneNumbers('US');
        const page = await local.page({
          ...(areaCode !== undefined && { areaCode: Number(areaCode) }),
          // `+` anchors the pattern at its start and `$` at its end, so nothing longer fits.
          ...(e164 !== undefined && { contains: `${e164}$` }),
          ...(capabilities.includes('sms') && { smsEnabled: true }),
          ...(capabilities.includes('voice') && { voiceEnabled: true }),
          excludeAllAddressRequired: true,
          pageSize: limit,
        });
        const found = page.instances.map(availableOf);
        return found.filter((one) => e164 === undefined || one.e164 === e164).slice(0, limit);
      });
    },
    purchase: (e164, tag, scope) =>
      call(scope, async (sdk) =>
        purchasedOf(await numbers(sdk).create({ phoneNumber: e164, friendlyName: tag })),
      ),
    configure: (sid, webhooks, scope) =>
      call(scope, async (sdk) => stateOf(await numbers(sdk)(sidOf(sid)).update(settingsOf(webhooks)))),
    getNumber: (sid, scope) => call(scope, async (sdk) => stateOf(await numbers(sdk)(sidOf(sid)).fetch())),
    findByNumber: (e164, scope) =>
      call(scope, async (sdk) => {
        const { instances } = await numbers(sdk).page({ phoneNumber: e164 });
        const own = instances.find(({ phoneNumber }) => phoneNumber === e164);
        return own && stateOf(own);
      }),
    findByTag: (tag, scope) =>
      call(scope, async (sdk) => {
        const { instances } = await numbers(sdk).page({ friendlyName: tag });
        const own = instances.find(({ friendlyName }) => friendlyName === tag);
        return own && stateOf(own);
      }),
    async voiceAppExists(voiceAppSid, scope) {
      const fetched = await call(scope, async (sdk) => {
        const found = await sdk.api.v2010.accounts(accountSid).applications(sidOf(voiceAppSid)).fetch();
        return found.sid === voiceAppSid;
      });
      return fetched.kind === 'notFound' ? { kind: 'ok', value: false } : fetched;
    },
    release: (sid, scope) =>
      call(scope, async (sdk) => {
        await numbers(sdk)(sidOf(sid)).remove();
      }),
    check: (scope) =>
      // The account itself may not be read with every kind of API key (docs/twilio.md 1.1); its numbers may.
      call(scope, async (sdk) => {
        await numbers(sdk).page({ pageSize: 1 });
      }),
  };
}

/** The SDK's view of the account's numbers; it is long in the making, so each SDK's is made once. */
function numbersOf(accountSid: string) {
  const made = new WeakMap<Twilio, IncomingPhoneNumberListInstance>();
  return (sdk: Twilio): IncomingPhoneNumberListInstance => {
    const known = made.get(sdk);
    if (known) return known;
    const { incomingPhoneNumbers } = sdk.api.v2010.accounts(accountSid);
    made.set(sdk, incomingPhoneNumbers);
    return incomingPhoneNumbers;
  };
}

const NONE = '';

/**
 * Every setting that decides where something comes in: an empty text clears it. Applications and trunks would
 * make the provider ignore the URLs, and a fallback of another time would be asked when ours fail
 * (docs/twilio.md 9.2).
 */
function settingsOf({ smsWebhookUrl, voiceUrl, voiceAppSid, statusCallbackUrl }: Webhooks) {
  return {
    smsUrl: smsWebhookUrl,
    smsMethod: 'POST',
    smsFallbackUrl: NONE,
    smsApplicationSid: NONE,
    voiceUrl: voiceUrl ?? NONE,
    voiceMethod: 'POST',
    voiceFallbackUrl: NONE,
    voiceApplicationSid: voiceAppSid ?? NONE,
    trunkSid: NONE,
    statusCallback: statusCallbackUrl ?? NONE,
    statusCallbackMethod: 'POST',
  };
}
