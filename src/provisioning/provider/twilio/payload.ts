import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type {
  AvailableNumber,
  CapabilityFlags,
  NumberState,
  PurchasedNumber,
  Webhooks,
} from '../../domain/types.ts';

/** What we read of an IncomingPhoneNumber; the SDK's types promise more than the provider gives. */
interface Incoming {
  readonly sid: unknown;
  readonly accountSid: unknown;
  readonly phoneNumber: unknown;
  readonly friendlyName: unknown;
  readonly capabilities: unknown;
  readonly smsUrl: unknown;
  readonly smsApplicationSid: unknown;
  readonly voiceUrl: unknown;
  readonly voiceApplicationSid: unknown;
  readonly trunkSid: unknown;
  readonly statusCallback: unknown;
}

export function purchasedOf(own: Incoming): PurchasedNumber {
  return {
    sid: needed(own.sid, 'sid'),
    e164: needed(own.phoneNumber, 'phone_number'),
    accountSid: needed(own.accountSid, 'account_sid'),
    capabilities: capabilitiesOf(own.capabilities),
    tag: textOf(own.friendlyName) ?? '',
  };
}

export function stateOf(own: Incoming): NumberState {
  const purchased = purchasedOf(own);
  return {
    ...purchased,
    // Told when asked: finding it out takes as long as reading all the rest, and a purchase does not need it.
    get country() {
      return countryOf(purchased.e164);
    },
    webhooks: webhooksOf(own),
  };
}

export function availableOf(one: {
  readonly phoneNumber: unknown;
  readonly isoCountry: unknown;
  readonly capabilities: unknown;
}): AvailableNumber {
  return {
    e164: needed(one.phoneNumber, 'phone_number'),
    country: needed(one.isoCountry, 'iso_country'),
    capabilities: capabilitiesOf(one.capabilities),
  };
}

/** An application or a trunk makes the provider ignore the URLs of that kind (docs/twilio.md 9.2). */
function webhooksOf(own: Incoming): Partial<Webhooks> {
  const smsWebhookUrl = textOf(own.smsApplicationSid) ? undefined : textOf(own.smsUrl);
  const voiceAppSid = textOf(own.voiceApplicationSid);
  const voiceUrl = voiceAppSid || textOf(own.trunkSid) ? undefined : textOf(own.voiceUrl);
  const statusCallbackUrl = textOf(own.statusCallback);
  return {
    ...(smsWebhookUrl !== undefined && { smsWebhookUrl }),
    ...(voiceUrl !== undefined && { voiceUrl }),
    ...(voiceAppSid !== undefined && { voiceAppSid }),
    ...(statusCallbackUrl !== undefined && { statusCallbackUrl }),
  };
}

/** Both spellings are seen: `sms` and `SMS` (docs/twilio.md 9.1). */
function capabilitiesOf(value: unknown): CapabilityFlags {
  const given: Readonly<Record<string, unknown>> = Object(value);
  return {
    sms: given.sms === true || given.SMS === true,
    voice: given.voice === true || given.VOICE === true,
  };
}

/** The provider names no country for numbers of the account; +1 is shared by many. */
function countryOf(e164: string): string {
  return parsePhoneNumberFromString(e164)?.country ?? 'US';
}

/** The provider says "nothing" with null and with an empty text. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function needed(value: unknown, name: string): string {
  const text = textOf(value);
  if (text === undefined) throw new TypeError(`the answer has no ${name}`);
  return text;
}
