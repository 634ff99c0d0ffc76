import { createHash } from 'node:crypto';
import type { Refusal } from '#kernel/outcome.ts';
import { REASON } from '../../domain/reasons.ts';
import type { BrandSpec, CampaignSpec } from '../../domain/types.ts';

/**
 * What the fake provider will say of an object, decided when it is created and written into its reference: so
 * every process and every restart answers a poll alike, from the reference alone. docs/fake-provider.md.
 */
export interface Registration {
  /** Unix milliseconds of the creation. */
  readonly at: number;
  /** Time until the verdict. */
  readonly delayMs: number;
  readonly verdict: Verdict;
}

/** `suspend`: approved first, suspended later. `pending` never moves on. */
export type Verdict = 'approve' | 'mismatch' | 'reject' | 'suspend' | 'pending';

const ROSA = { taxId: '99-0000001', legalName: 'Rosa Plumbing Incorporated' };
const NEVER_VETTED = '99-0000002';
export const UNATTACHABLE = '+15005550001';
export const NEVER_VERIFIED = '+15005550002';
/** A suspended campaign was active for this many approval delays. */
const SUSPENDED_AFTER = 10;

export function brandVerdict(spec: BrandSpec): Verdict {
  if (spec.taxId === ROSA.taxId && spec.legalName !== ROSA.legalName) return 'mismatch';
  return spec.taxId === NEVER_VETTED ? 'pending' : 'approve';
}

export function campaignVerdict(spec: CampaignSpec): Verdict {
  if (spec.optInDescription.includes('sim:reject')) return 'reject';
  return spec.optInDescription.includes('sim:suspend') ? 'suspend' : 'approve';
}

/** Whether the first call for it fails. */
export function isFlaky(name: string): boolean {
  return name.includes('sim:flaky');
}

/** Where an object stands at a time. Pure. */
export function standingOf(registration: Registration, now: number) {
  const { at, delayMs, verdict } = registration;
  const age = now - at;
  if (verdict === 'pending') return { state: 'pending' as const, checkAfterMs: undefined };
  if (age < delayMs) return { state: 'pending' as const, checkAfterMs: delayMs - age };
  if (verdict === 'suspend') {
    const left = delayMs * (1 + SUSPENDED_AFTER) - age;
    return left > 0
      ? { state: 'approved' as const, checkAfterMs: left }
      : { state: 'suspended' as const, checkAfterMs: undefined };
  }
  return {
    state: verdict === 'approve' ? ('approved' as const) : ('rejected' as const),
    checkAfterMs: undefined,
  };
}

export const REFUSALS: Readonly<Record<'mismatch' | 'reject' | 'suspend' | 'unattachable', Refusal>> = {
  mismatch: {
    reason: REASON.TaxIdMismatch,
    message: 'The legal name is not the one registered for this tax id',
    code: '30795',
    field: 'legalName',
    remediation: 'Set legalName exactly as on the IRS letter CP 575 or 147C, then submit again',
    actor: 'tenant',
  },
  reject: {
    reason: REASON.OptInInsufficient,
    message: 'The opt-in does not show how a consumer consents to messages',
    code: '30896',
    field: 'optInDescription',
    remediation: 'Describe where and how consumers agree to receive messages, then submit again',
    actor: 'tenant',
  },
  suspend: {
    reason: REASON.CarrierSuspended,
    message: 'Carriers suspended this campaign after complaints',
    code: '30990',
    remediation: 'Stop sending, mend what was complained about, and ask support to lift the suspension',
    actor: 'operator',
  },
  unattachable: {
    reason: REASON.NumberUnavailable,
    message: 'The provider account does not hold this number',
    code: '21404',
    field: 'e164',
    remediation: 'Buy the number in the provider account, or attach one that is there',
    actor: 'tenant',
  },
};

/** A reference that carries its registration; `prefix` tells its kind. */
export function encode(prefix: string, registration: Registration): string {
  return `${prefix}.${Buffer.from(JSON.stringify(registration)).toString('base64url')}`;
}

/** The registration in a reference, or undefined when it is not one of ours. */
export function decode(prefix: string, reference: string | undefined): Registration | undefined {
  const [kind, payload] = (reference ?? '').split('.');
  if (kind !== prefix || !payload) return undefined;
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Registration;
  } catch {
    return undefined;
  }
}

/** A stable id of a provider object made from ours, e.g. `FB3f2a...`. */
export function stableId(prefix: string, ...parts: readonly string[]): string {
  return prefix + createHash('sha256').update(parts.join('|')).digest('hex').slice(0, 30);
}

/** Approval delay of one object: the configured one and up to a quarter more, by seed. */
export function delayFor(baseMs: number, seed: number, tag: string): number {
  const [byte = 0] = createHash('sha256').update(`${seed}|${tag}`).digest();
  return Math.round(baseMs * (1 + (0.25 * byte) / 255));
}
