import type { SimRecord } from '../collection.ts';
import { kind } from '../world.ts';

/** The account's own phone numbers. Services attach them by `sid`; a released one is gone from here. */
export interface NumberRecord extends SimRecord {
  readonly phoneNumber: string;
  friendlyName: string;
  readonly capabilities: { readonly voice: boolean; readonly sms: boolean; readonly mms: boolean };
  /** Everything that can be configured, in the API's snake_case: sms_url, voice_application_sid ... */
  readonly settings: Record<string, string | null>;
}
export const numbers = kind<NumberRecord>('numbers');

/** Fields in the API's snake_case; `address_sids` of a supporting document points here. */
export interface AddressRecord extends SimRecord {
  readonly fields: Record<string, string | boolean | null>;
}
export const addresses = kind<AddressRecord>('addresses');

export interface ApplicationRecord extends SimRecord {
  readonly fields: Record<string, string | boolean | null>;
}
export const applications = kind<ApplicationRecord>('applications');
