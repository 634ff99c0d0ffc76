import type { SimRecord } from '../collection.ts';
import { kind, type SimWorld } from '../world.ts';
import { brands } from './brand-records.ts';
import { type EventType, streamEvent } from './compliance-events.ts';
import { campaigns, numbersOf, type ServiceNumberRecord, serviceNumbers } from './service-records.ts';

export type RegistrationStatus =
  | 'UNREGISTERED'
  | 'PENDING_REGISTRATION'
  | 'REGISTERED'
  | 'PENDING_DEREGISTRATION'
  | 'FAILURE';

/** What carriers know of a number. No API call reads it; events alone tell. */
export interface RegistrationRecord extends SimRecord {
  readonly phoneNumber: string;
  serviceSid: string;
  campaignSid: string;
  status: RegistrationStatus;
  failureCode: number | null;
  /** Voids the timers of an earlier change. */
  round: number;
}

export const registrations = kind<RegistrationRecord>('numberRegistrations');

/** Numbers that decide themselves; see magic-values.md. */
const STAYS_PENDING = '+15005550002';
const FAILS: Readonly<Record<string, number>> = { '+15005550003': 30_126 };
/** A second number on the campaign of a sole proprietor. */
const SECOND_NUMBER = 30_125;

/** Registers what a service's approved campaign covers, and takes the others off again. Safe to call at any time. */
export function syncService(world: SimWorld, serviceSid: string): void {
  const covered = campaigns.of(world).get(serviceSid)?.status === 'VERIFIED';
  for (const entry of numbersOf(world, serviceSid)) {
    if (covered) registerNumber(world, entry);
    else deregisterNumber(world, entry.sid);
  }
}

function registerNumber(world: SimWorld, entry: ServiceNumberRecord): void {
  const campaign = campaigns.of(world).get(entry.serviceSid);
  if (!campaign || campaign.mock) return;
  const known = registrations.of(world).get(entry.sid);
  const same = known?.serviceSid === entry.serviceSid && known.campaignSid === campaign.eventSid;
  if (same && known.status !== 'UNREGISTERED' && known.status !== 'PENDING_DEREGISTRATION') return;
  const record =
    known ??
    registrations.of(world).insert({
      ...world.stamp('PN', entry.account),
      sid: entry.sid,
      phoneNumber: entry.phoneNumber,
      serviceSid: entry.serviceSid,
      campaignSid: campaign.eventSid,
      status: 'UNREGISTERED',
      failureCode: null,
      round: 0,
    });
  record.serviceSid = entry.serviceSid;
  record.campaignSid = campaign.eventSid;
  const round = change(world, record, 'PENDING_REGISTRATION');
  if (record.phoneNumber === STAYS_PENDING) return;
  world.schedule(world.delays.numberRegistrationMs, () => {
    if (record.round !== round) return;
    const code = FAILS[record.phoneNumber] ?? secondOfSoleProprietor(world, record);
    change(world, record, code === undefined ? 'REGISTERED' : 'FAILURE', code);
  });
}

function secondOfSoleProprietor(world: SimWorld, record: RegistrationRecord): number | undefined {
  const campaign = campaigns.of(world).get(record.serviceSid);
  if (campaign && brands.of(world).get(campaign.brandSid)?.brandType !== 'SOLE_PROPRIETOR') return undefined;
  const others = numbersOf(world, record.serviceSid).filter((entry) => entry.sid !== record.sid);
  const taken = others.some((entry) => registrations.of(world).get(entry.sid)?.status === 'REGISTERED');
  return taken ? SECOND_NUMBER : undefined;
}

/** Starts the way back of a number that left its service or lost its campaign. */
export function deregisterNumber(world: SimWorld, sid: string): void {
  const record = registrations.of(world).get(sid);
  if (!record || record.status === 'UNREGISTERED' || record.status === 'PENDING_DEREGISTRATION') return;
  const round = change(world, record, 'PENDING_DEREGISTRATION');
  world.schedule(world.delays.numberDeregistrationMs, () => {
    if (record.round !== round) return;
    change(world, record, 'UNREGISTERED');
    // It may be in another service by now.
    const next = serviceNumbers.of(world).get(sid);
    if (next) syncService(world, next.serviceSid);
  });
}

const EVENTS: Readonly<Record<RegistrationStatus, readonly [EventType, externalStatus: string]>> = {
  PENDING_REGISTRATION: ['number-registration.pending', 'pending_registration'],
  REGISTERED: ['number-registration.successful', 'registered'],
  FAILURE: ['number-registration.failed', 'failure'],
  PENDING_DEREGISTRATION: ['number-deregistration.pending', 'pending_deregistration'],
  UNREGISTERED: ['number-deregistration.successful', 'unregistered'],
};

function change(
  world: SimWorld,
  record: RegistrationRecord,
  status: RegistrationStatus,
  code?: number,
): number {
  record.round += 1;
  record.status = status;
  record.failureCode = code ?? null;
  record.updatedAt = world.now();
  const [type, externalStatus] = EVENTS[status];
  const about = { kind: 'number' as const, account: record.account };
  streamEvent(world, about, type, {
    phonenumbersid: record.sid,
    phonenumber: record.phoneNumber,
    messagingservicesid: record.serviceSid,
    campaignsid: record.campaignSid,
    externalstatus: externalStatus,
    ...(code !== undefined && { failureReason: `https://www.twilio.com/docs/api/errors/${code}` }),
    id: record.sid,
    timestamp: record.updatedAt,
    updateddate: record.updatedAt,
  });
  return record.round;
}

/** POST /_sim/numbers/<PN sid> {status, errors?: [code]}; a number released by the core leaves its service. */
export function installNumbers(world: SimWorld): void {
  world.on((event) => {
    if (event.kind !== 'numberReleased' || typeof event.payload.sid !== 'string') return;
    const { sid } = event.payload;
    serviceNumbers.of(world).remove(sid);
    deregisterNumber(world, sid);
  });
  world.control('numbers', ({ sid, body }) => {
    const record = registrations.of(world).get(sid ?? '');
    if (!record) return { status: 404, body: { error: 'no registration of this number was begun' } };
    const status = STATUSES.find((known) => known === body.status);
    if (!status) return { status: 400, body: { error: `status must be one of ${STATUSES.join(', ')}` } };
    const code: unknown = Array.isArray(body.errors) ? body.errors[0] : undefined;
    change(world, record, status, typeof code === 'number' ? code : undefined);
    return { status: 200, body: { sid: record.sid, status } };
  });
}

const STATUSES: readonly RegistrationStatus[] = [
  'UNREGISTERED',
  'PENDING_REGISTRATION',
  'REGISTERED',
  'PENDING_DEREGISTRATION',
  'FAILURE',
];
