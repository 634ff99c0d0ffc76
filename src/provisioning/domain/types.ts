/** What a number can do (B:500). */
export const CAPABILITIES = ['sms', 'voice'] as const;
export type Capability = (typeof CAPABILITIES)[number];
/** As answers write it. */
export type CapabilityFlags = Readonly<Record<Capability, boolean>>;

/** What a number does with what comes in. Exactly one of voiceUrl and voiceAppSid (B:531). */
export interface Webhooks {
  readonly smsWebhookUrl: string;
  readonly voiceUrl?: string;
  readonly voiceAppSid?: string;
  readonly statusCallbackUrl?: string;
}

/** A number that may be bought; ephemeral: somebody else may be faster (B:550). */
export interface AvailableNumber {
  readonly e164: string;
  /** ISO 3166, two letters. */
  readonly country: string;
  readonly capabilities: CapabilityFlags;
}

/** A number of the account. */
export interface PurchasedNumber {
  readonly sid: string;
  readonly e164: string;
  readonly accountSid: string;
  readonly capabilities: CapabilityFlags;
  /** FriendlyName at the provider: numbers that we bought bear the tag of their key. */
  readonly tag: string;
}

/** A number as the provider has it now. */
export interface NumberState extends PurchasedNumber {
  readonly country: string;
  /** What is set there; nothing of it has to be. */
  readonly webhooks: Partial<Webhooks>;
}

/** A purchase that has passed the policies: exactly one of e164 and areaCode. */
export interface PurchaseOrder {
  readonly e164?: string;
  readonly areaCode?: string;
  /** At least these. */
  readonly capabilities: readonly Capability[];
  readonly webhooks: Webhooks;
}
