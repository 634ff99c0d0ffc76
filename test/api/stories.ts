import assert from 'node:assert/strict';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import type { Caller, TestApp } from '../support/app.ts';
import { BRAND, CAMPAIGN } from '../support/world.ts';

/* What tests of the API begin with: things that were made through it. */

export type Brand = Schemas['Brand'];
export type Campaign = Schemas['Campaign'];

export const brandBody = (changes: object = {}) => ({ ...BRAND, ...changes });
export const campaignBody = (brandId: string, changes: object = {}) => ({ ...CAMPAIGN, brandId, ...changes });

let numbers = 0;
/** A number that no other test has: live ones are unique in the whole database. */
export const newNumber = (): string => `+1202${String(5_550_000 + ++numbers).padStart(7, '0')}`;

export async function draftBrand(tenant: Caller, changes: object = {}): Promise<string> {
  const { status, body } = await tenant.call<Brand>('POST', '/brands', brandBody(changes));
  assert.equal(status, 201, JSON.stringify(body));
  return body.brandId;
}

export async function submittedBrand(tenant: Caller, changes: object = {}): Promise<string> {
  const brandId = await draftBrand(tenant, changes);
  const { status, body } = await tenant.call('POST', `/brands/${brandId}:submit`);
  assert.equal(status, 202, JSON.stringify(body));
  return brandId;
}

export async function draftCampaign(tenant: Caller, brandId: string, changes: object = {}): Promise<string> {
  const { status, body } = await tenant.call<Campaign>('POST', '/campaigns', campaignBody(brandId, changes));
  assert.equal(status, 201, JSON.stringify(body));
  return body.campaignId;
}

export async function submittedCampaign(
  tenant: Caller,
  brandId: string,
  changes: object = {},
): Promise<string> {
  const campaignId = await draftCampaign(tenant, brandId, changes);
  const { status, body } = await tenant.call('POST', `/campaigns/${campaignId}:submit`);
  assert.equal(status, 202, JSON.stringify(body));
  return campaignId;
}

export async function attachedNumber(
  tenant: Caller,
  campaignId: string,
  e164 = newNumber(),
): Promise<string> {
  const { status, body } = await tenant.call('POST', '/numbers:attach', { campaignId, e164 });
  assert.equal(status, 202, JSON.stringify(body));
  return e164;
}

/** Brand VETTED or REJECTED, campaign ACTIVE or REJECTED, number VERIFIED or FAILED: as the fake decides. */
export async function wholeStory(
  app: Pick<TestApp, 'settle'>,
  tenant: Caller,
  changes: { brand?: object; campaign?: object } = {},
): Promise<{ brandId: string; campaignId: string; e164: string }> {
  const brandId = await submittedBrand(tenant, changes.brand);
  const campaignId = await submittedCampaign(tenant, brandId, changes.campaign);
  const e164 = await attachedNumber(tenant, campaignId);
  await app.settle();
  return { brandId, campaignId, e164 };
}

export async function phaseOf(tenant: Caller, path: string): Promise<string> {
  const { status, body } = await tenant.call<{ status: { phase: string } }>('GET', path);
  assert.equal(status, 200, path);
  return body.status.phase;
}

/** The fields that a 422 names, in order. */
export function fieldsOf(body: Schemas['Error']): string[] {
  return (body.error.details.fields ?? []).map(({ field }) => field);
}
