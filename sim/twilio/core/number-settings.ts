import { type SimAnswer, simError } from '../request.ts';
import type { SimWorld } from '../world.ts';
import { addresses, applications } from './records.ts';
import { snakeCase } from './view.ts';

/** What a new number says: the empty texts and nulls that Twilio answers for it. */
export const INITIAL_SETTINGS: Readonly<Record<string, string | null>> = {
  address_sid: null,
  bundle_sid: null,
  identity_sid: null,
  emergency_status: 'Active',
  emergency_address_sid: null,
  sms_application_sid: '',
  sms_url: '',
  sms_method: 'POST',
  sms_fallback_url: '',
  sms_fallback_method: 'POST',
  status_callback: '',
  status_callback_method: 'POST',
  trunk_sid: null,
  voice_application_sid: '',
  voice_url: null,
  voice_method: 'POST',
  voice_fallback_url: null,
  voice_fallback_method: 'POST',
  voice_receive_mode: 'voice',
  voice_caller_id_lookup: 'false',
};

const NAMES = new Set(Object.keys(INITIAL_SETTINGS));
const MAX_FRIENDLY_NAME = 64;
const BAD_URL: Readonly<Record<string, number>> = {
  VoiceUrl: 21402,
  VoiceFallbackUrl: 21402,
  StatusCallback: 21402,
  SmsUrl: 21502,
  SmsFallbackUrl: 21502,
};
const BAD_METHOD: Readonly<Record<string, number>> = {
  VoiceMethod: 21403,
  VoiceFallbackMethod: 21403,
  StatusCallbackMethod: 21403,
  SmsMethod: 21503,
  SmsFallbackMethod: 21503,
};

/**
 * The settings after a change, or the refusal. Absent: unchanged; empty: cleared. Nothing is changed when anything
 * is refused.
 */
export function changedSettings(
  current: Readonly<Record<string, string | null>>,
  form: URLSearchParams,
  account: string,
  world: SimWorld,
): { readonly settings: Record<string, string | null> } | { readonly refused: SimAnswer } {
  const refused = (code: number, message: string) => ({ refused: simError(400, code, message) });
  if ((form.get('FriendlyName') ?? '').length > MAX_FRIENDLY_NAME) {
    return refused(20001, `FriendlyName is longer than ${MAX_FRIENDLY_NAME} characters`);
  }
  for (const [name, code] of Object.entries(BAD_URL)) {
    const url = form.get(name);
    if (url && !isHttpUrl(url)) return refused(code, `${name} is not a valid URL`);
  }
  for (const [name, code] of Object.entries(BAD_METHOD)) {
    const method = form.get(name);
    if (method && method !== 'GET' && method !== 'POST') return refused(code, `${name} must be GET or POST`);
  }
  for (const name of ['SmsApplicationSid', 'VoiceApplicationSid']) {
    const sid = form.get(name);
    if (sid && applications.of(world).find(account, sid) === undefined) {
      return refused(21420, `${name} ${sid} is not an application of this account`);
    }
  }
  for (const name of ['AddressSid', 'EmergencyAddressSid']) {
    const sid = form.get(name);
    if (sid && addresses.of(world).find(account, sid) === undefined) {
      return refused(20001, `${name} ${sid} is not an address of this account`);
    }
  }
  const settings = { ...current };
  for (const [name, value] of form) {
    const key = snakeCase(name);
    if (!NAMES.has(key)) continue;
    settings[key] = value === '' ? (INITIAL_SETTINGS[key] ?? null) : value;
  }
  if (form.get('TrunkSid')) settings.voice_application_sid = '';
  else if (form.get('VoiceApplicationSid')) settings.trunk_sid = null;
  if (settings.voice_fallback_url && !settings.voice_url)
    return refused(21405, 'VoiceFallbackUrl without VoiceUrl');
  if (settings.sms_fallback_url && !settings.sms_url) return refused(21406, 'SmsFallbackUrl without SmsUrl');
  return { settings };
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
}
