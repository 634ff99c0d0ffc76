import type { FieldError } from '#kernel/problem.ts';
import { CAPABILITIES } from './types.ts';

/** An order, or what there is of one: values may be of any form, the contract judges forms. */
export interface OrderDraft {
  readonly e164?: unknown;
  readonly areaCode?: unknown;
  readonly capabilities?: unknown;
  readonly webhooks?: unknown;
}

/** Where the webhooks are in the request: under `webhooks`, or the body itself. */
export type WebhookRoot = 'webhooks' | '';

/** Area code and exchange of the North American plan begin with 2 to 9. */
const E164 = /^\+1([2-9]\d{2})[2-9]\d{6}$/;
const AREA_CODE = /^[2-9]\d{2}$/;
const APPLICATION = /^AP[0-9a-f]{32}$/;
/** Toll-free (ITU E.164.1, FCC 47 CFR 52.101) and premium: no local numbers. */
const NOT_LOCAL = new Set(['800', '833', '844', '855', '866', '877', '888', '900']);

/** Whether a number of ours is in this area. */
export function isInArea(e164: string, areaCode: string | undefined): boolean {
  return areaCode !== undefined && e164.startsWith(`+1${areaCode}`);
}

/** Faults of an area code; what is absent has none. */
export function areaCodeFaults(areaCode: unknown, field = 'areaCode'): readonly FieldError[] {
  if (areaCode === undefined) return [];
  if (typeof areaCode !== 'string' || !AREA_CODE.test(areaCode)) {
    return [{ field, message: 'must be an area code: three digits, the first of them 2 to 9' }];
  }
  return NOT_LOCAL.has(areaCode)
    ? [{ field, message: 'must be a local area code; only local numbers are sold' }]
    : [];
}

/** Exactly one of voiceUrl and voiceAppSid (B:531, C44), and the form of the latter. */
export function voiceFaults(webhooks: unknown, root: WebhookRoot): readonly FieldError[] {
  const { voiceUrl, voiceAppSid } = fieldsOf(webhooks);
  const at = (field: string) => (root === '' ? field : `${root}.${field}`);
  const faults: FieldError[] = [];
  if ((voiceUrl === undefined) === (voiceAppSid === undefined)) {
    faults.push({ field: at('voiceUrl'), message: 'exactly one of voiceUrl and voiceAppSid is required' });
  }
  if (voiceAppSid !== undefined && !(typeof voiceAppSid === 'string' && APPLICATION.test(voiceAppSid))) {
    faults.push({ field: at('voiceAppSid'), message: 'must be AP and 32 hexadecimal digits in lower case' });
  }
  return faults;
}

/** Every fault of an order but those of its URLs (webhook-urls.ts); empty when it may be bought. */
export function orderFaults(order: OrderDraft): readonly FieldError[] {
  const faults: FieldError[] = [];
  if ((order.e164 === undefined) === (order.areaCode === undefined)) {
    faults.push({ field: 'e164', message: 'exactly one of e164 and areaCode is required' });
  }
  faults.push(
    ...e164Faults(order.e164),
    ...areaCodeFaults(order.areaCode),
    ...wishFaults(order.capabilities),
  );
  if (order.webhooks !== undefined) faults.push(...voiceFaults(order.webhooks, 'webhooks'));
  return faults;
}

function e164Faults(e164: unknown): readonly FieldError[] {
  if (e164 === undefined) return [];
  const field = 'e164';
  const areaCode = typeof e164 === 'string' ? E164.exec(e164)?.[1] : undefined;
  if (areaCode === undefined) return [{ field, message: 'must be a number like +14155550123' }];
  return NOT_LOCAL.has(areaCode) ? [{ field, message: 'must be a local number; only those are sold' }] : [];
}

function wishFaults(capabilities: unknown): readonly FieldError[] {
  if (capabilities === undefined) return [];
  const field = 'capabilities';
  if (!Array.isArray(capabilities)) return [{ field, message: 'must be a list' }];
  const known: readonly unknown[] = CAPABILITIES;
  const faults: FieldError[] = [];
  if (!capabilities.every((capability) => known.includes(capability))) {
    faults.push({ field, message: `may only name ${CAPABILITIES.join(' and ')}` });
  }
  if (new Set(capabilities).size !== capabilities.length) faults.push({ field, message: 'names one twice' });
  return faults;
}

/** The members of an object; of anything else, none. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
