import assert from 'node:assert/strict';
import { Problem } from '#kernel/problem.ts';
import { requestAttach } from './binding.ts';
import { attachBinding, verifyBinding } from './binding-progress.ts';
import { brandSent, createBrand, submitBrand, vetBrand } from './brand.ts';
import { createCampaign, submitCampaign } from './campaign.ts';
import { takeSlot } from './campaign-gates.ts';
import { activateCampaign, approveCampaign, campaignSent } from './campaign-progress.ts';
import type { BrandInput } from './canonical.ts';
import { type Binding, type Brand, type Campaign, type CampaignSpec, USE_CASE } from './types.ts';

/* For tests only: specs that pass every rule, and aggregates driven to a phase by the real transitions. */

export const T0 = new Date('2026-01-05T12:00:00.000Z');
export const at = (seconds: number): Date => new Date(T0.getTime() + seconds * 1000);

export const brandInput: BrandInput = {
  country: 'US',
  brandType: 'STANDARD',
  legalName: 'Rosa Plumbing Incorporated',
  websiteDomain: 'example.com',
  taxId: '12-3456789',
};

export const campaignInput: CampaignSpec = {
  useCase: USE_CASE,
  optInDescription: 'Callers whose call we miss hear that we text back, and may hang up to decline.',
  sampleMessages: ['Rosa Plumbing: sorry we missed your call. Book at https://example.com/book'],
  stopHelpText: 'Reply STOP to opt out, HELP for help.',
  linkDomains: ['example.com'],
};

export function brandIn(phase: 'DRAFT' | 'SUBMITTED' | 'VETTED'): Brand {
  const draft = createBrand({ tenantId: 'ten_1', brandId: 'brand_1', spec: brandInput, now: T0 }).next;
  if (phase === 'DRAFT') return draft;
  const sent = brandSent(submitBrand(draft, at(1)).next, { providerBrandId: 'BN1' }, at(2)).next;
  return phase === 'SUBMITTED' ? sent : vetBrand(sent, { tcrBrandId: 'B1' }, at(3)).next;
}

export function campaignIn(phase: 'DRAFT' | 'SUBMITTED' | 'APPROVED' | 'ACTIVE'): Campaign {
  const brand = brandIn('VETTED');
  const draft = createCampaign({
    tenantId: 'ten_1',
    campaignId: 'camp_1',
    brand,
    spec: campaignInput,
    now: T0,
  });
  if (phase === 'DRAFT') return draft.next;
  const held = takeSlot(submitCampaign(draft.next, { brand }, at(4)).next, at(5)).next;
  const sent = campaignSent(held, { providerCampaignId: 'QE1' }, at(5)).next;
  if (phase === 'SUBMITTED') return sent;
  const approved = approveCampaign(sent, { tcrCampaignId: 'C1' }, at(6)).next;
  return phase === 'APPROVED' ? approved : activateCampaign(approved, brand, 'MG1', at(7)).next;
}

export function bindingIn(
  phase: 'REQUESTED' | 'ATTACHED' | 'VERIFIED',
  { bindingId = 'bind_1', e164 = '+15005550006' } = {},
): Binding {
  const input = { tenantId: 'ten_1', bindingId, campaignId: 'camp_1', e164, now: at(8) };
  const requested = requestAttach(input).next;
  if (phase === 'REQUESTED') return requested;
  const attached = attachBinding(requested, {}, 'MG1', at(9)).next;
  return phase === 'ATTACHED' ? attached : verifyBinding(attached, {}, at(10)).next;
}

/** The 409 that `run` throws; anything else fails the test. */
export function conflictOf(run: () => unknown): Problem {
  return problemOf(409, run);
}

/** The fields that the 422 of `run` names, in its order. */
export function faultyFieldsOf(run: () => unknown): readonly string[] {
  const { fields } = problemOf(422, run).details;
  assert.ok(Array.isArray(fields));
  return fields.map(({ field }) => field);
}

function problemOf(status: number, run: () => unknown): Problem {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem && error.status === status) return error;
    throw error;
  }
  assert.fail(`no Problem ${status} was thrown`);
}
