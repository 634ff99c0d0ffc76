import type { NumberRegistration, ProviderRef } from '../ports.ts';
import { EVENT_PREFIX } from './event-types.ts';
import { type Fields, fieldsOf, sidOf, textOf } from './fields.ts';

/** One CloudEvent that bears on an aggregate of ours. */
export interface ProviderEvent {
  readonly kind: 'event';
  readonly id: string;
  readonly accountSid?: string;
  readonly ref: ProviderRef;
  /**
   * Set by events of numbers, which are all there is to know about a number's registration (docs/twilio.md
   * 5.6).
   */
  readonly number?: NumberRegistration;
}

/** One that is not acted upon, and why. */
export interface UnusedEvent {
  readonly kind: 'stale' | 'ignored' | 'malformed';
  readonly accountSid?: string;
}

/** The provider gives up after 4 hours (docs/twilio.md 10.4); the rest is for clocks that differ. */
const STALE_MS = 24 * 3_600_000;
/** A2P 10DLC is younger than this: an earlier date is no date, or one in seconds. */
const EARLIEST_MS = Date.parse('2020-01-01T00:00:00Z');
/** No clock is off by a year: a later date is in microseconds, and would win over every other for ever. */
const AHEAD_MS = 366 * 24 * 3_600_000;
/** Visible ASCII: what PostgreSQL stores as it is. */
const EVENT_ID = /^[\x21-\x7e]{1,200}$/;
const MAX_URL_LENGTH = 2_048;

/** Reads what Event Streams sends, an array of CloudEvents or a single one. An entry for each; throws never. */
export function readEvents(body: unknown, now: Date): readonly (ProviderEvent | UnusedEvent)[] {
  return (Array.isArray(body) ? body : [body]).map((item: unknown) => readEvent(item, now.getTime()));
}

function readEvent(item: unknown, nowMs: number): ProviderEvent | UnusedEvent {
  const event = objectFields(item);
  const data = objectFields(event?.get('data'));
  const type = event && textOf(event, 'type');
  if (!event || type === undefined) return { kind: 'malformed' };
  // Others come too: a sink that is tested gets an event of its own kind.
  if (!type.startsWith(EVENT_PREFIX)) return { kind: 'ignored' };
  const account = data && textOf(data, 'accountsid');
  const accountSid = account === undefined ? {} : { accountSid: account };
  const id = textOf(event, 'id');
  if (!data || id === undefined || !EVENT_ID.test(id)) return { kind: 'malformed', ...accountSid };

  const time = timeOf(event.get('time'), nowMs);
  if (time !== undefined && nowMs - time >= STALE_MS) return { kind: 'stale', ...accountSid };
  const [subject = '', change = ''] = type.slice(EVENT_PREFIX.length).split('.');
  const about = ABOUT[subject];
  if (!about) return { kind: 'ignored', ...accountSid };
  const { field, prefix, ...target } = about;
  const value = sidOf(data, field, prefix);
  if (value === undefined) return { kind: 'malformed', ...accountSid };
  const number =
    target.resource === 'binding' ? numberOf(`${subject}.${change}`, data, time, nowMs) : undefined;
  return {
    kind: 'event',
    id,
    ...accountSid,
    ref: { ...target, value },
    ...(number === undefined ? {} : { number }),
  };
}

type About = Omit<ProviderRef, 'value'> & { readonly field: string; readonly prefix: string };

const NUMBER: About = {
  resource: 'binding',
  name: 'phoneNumberSid',
  field: 'phonenumbersid',
  prefix: 'PN',
};
/** By the subject of an event: whom it concerns, and which field names it. */
const ABOUT: Readonly<Record<string, About | undefined>> = {
  'brand-registration': { resource: 'brand', name: 'providerBrandId', field: 'brandsid', prefix: 'BN' },
  // The campaign's own id is in no answer of the API: its service names it (docs/twilio.md 5.3).
  'campaign-registration': {
    resource: 'campaign',
    name: 'messagingServiceId',
    field: 'messagingservicesid',
    prefix: 'MG',
  },
  'number-registration': NUMBER,
  'number-deregistration': NUMBER,
};

/** By `externalstatus`, or by the event's type where that says nothing known. */
const NUMBER_STATUS: Readonly<Record<string, NumberRegistration['status'] | undefined>> = {
  pending_registration: 'pending',
  // Nothing has ended yet, and a number that moves is on its way to the next registration.
  pending_deregistration: 'pending',
  registered: 'registered',
  failure: 'failed',
  unregistered: 'unregistered',
  'number-registration.pending': 'pending',
  'number-registration.successful': 'registered',
  'number-registration.failed': 'failed',
  'number-deregistration.pending': 'pending',
  'number-deregistration.successful': 'unregistered',
};
/** Says nothing of where the number is going: one that moves fails to leave its old campaign, not to join the new. */
const FAILED_LEAVE = 'number-deregistration.failed';

/** Undefined when it says no status that is known, or not when: events come in any order. */
function numberOf(
  type: string,
  data: Fields,
  time: number | undefined,
  nowMs: number,
): NumberRegistration | undefined {
  if (type === FAILED_LEAVE) return undefined;
  const status = NUMBER_STATUS[textOf(data, 'externalstatus')?.toLowerCase() ?? ''] ?? NUMBER_STATUS[type];
  const at =
    timeOf(data.get('updateddate'), nowMs) ?? timeOf(data.get('timestamp'), nowMs) ?? timeOf(time, nowMs);
  if (status === undefined || at === undefined) return undefined;
  const service = sidOf(data, 'messagingservicesid', 'MG');
  const reasonUrl = status === 'failed' ? pageOf(textOf(data, 'failurereason')) : undefined;
  return {
    status,
    ...(service === undefined ? {} : { messagingServiceSid: service }),
    ...(reasonUrl === undefined ? {} : { reasonUrl }),
    at: new Date(at),
  };
}

/** Epoch milliseconds, from those (as number or digits) or ISO 8601; undefined for what cannot be. */
function timeOf(value: unknown, nowMs: number): number | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return ms >= EARLIEST_MS && ms <= nowMs + AHEAD_MS ? ms : undefined;
}

/** The page that explains a failure. Anything else may be text about a person. */
function pageOf(value: string | undefined): string | undefined {
  const url = value === undefined || value.length > MAX_URL_LENGTH ? null : URL.parse(value);
  return url?.protocol === 'https:' ? url.href : undefined;
}

function objectFields(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return fieldsOf(Object.entries(value));
}
