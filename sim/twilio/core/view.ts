import type { SimRecord } from '../collection.ts';

/** The 2010 API writes dates as RFC 2822: `Sun, 22 Nov 2026 12:00:00 +0000`. */
export const rfc2822 = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');

/** What every 2010 resource shows. `folder` is its collection: `Addresses`. */
export function commonFields(record: SimRecord, folder: string): Readonly<Record<string, unknown>> {
  return {
    sid: record.sid,
    account_sid: record.account,
    date_created: rfc2822(record.createdAt),
    date_updated: rfc2822(record.updatedAt),
    uri: `/2010-04-01/Accounts/${record.account}/${folder}/${record.sid}.json`,
  };
}

/** `SmsFallbackUrl` -> `sms_fallback_url`. */
export const snakeCase = (name: string): string =>
  name.replace(/([A-Z])/g, (letter) => `_${letter.toLowerCase()}`).replace(/^_/, '');

export const isTrue = (value: string | null): boolean => value?.toLowerCase() === 'true';
