import assert from 'node:assert/strict';
import { type Kysely, sql } from 'kysely';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import type { Caller, TestApp } from '../support/app.ts';
import { BRAND, CAMPAIGN } from '../support/world.ts';

/* What tests of the API begin with: things that were made through it. */

export type Brand = Schemas['Brand'];
export type Campaign = Schemas['Campaign'];

export const REPRESENTATIVE = {
  firstName: 'Ada',
  lastName: 'Alder',
  email: 'ada@aldercreek.com',
  phone: '+12025550111',
  title: 'Owner',
};

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

/** An endpoint at an address that nobody answers, for all types that its events need. */
export async function newWebhook(
  tenant: Caller,
  changes: object = {},
): Promise<Schemas['WebhookWithSecret']> {
  const body = { url: 'https://hooks.aldercreek.com/', ...changes };
  const answer = await tenant.call<Schemas['WebhookWithSecret']>('POST', '/webhooks', body);
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

/** An endpoint that is owed one event, and a replay of it that has found nothing to do yet. */
export async function owedWebhook(
  tenant: Caller,
  taxId = '12-3456700',
): Promise<{ webhookId: string; brandId: string; eventId: string; jobId: string }> {
  const { webhookId } = await newWebhook(tenant, { eventTypes: ['BrandSubmitted'] });
  const brandId = await submittedBrand(tenant, { taxId });
  const path = `/webhooks/${webhookId}`;
  const { body } = await tenant.call<Schemas['DeliveryList']>('GET', `${path}/deliveries`);
  const [delivery] = body.items;
  assert.equal(delivery?.aggregateId, brandId);
  const replay = await tenant.call<Schemas['WebhookJob']>('POST', `${path}:replay`, {});
  assert.equal(replay.status, 202, replay.text);
  return { webhookId, brandId, eventId: delivery.eventId, jobId: replay.body.jobId };
}

/** What the endpoint is owed has failed for good: all of it, as if its attempts were used up. */
export async function makeDead(owner: Kysely<unknown>, webhookId: string): Promise<void> {
  await sql`
    update deliveries set state = 'dead', attempts = 12, last_status = 500, last_error = 'status',
      settled_at = created_at, dead_at = created_at
    where endpoint_id = ${webhookId} and state = 'pending'`.execute(owner);
  await sql`
    update lanes set depth = 0, settled_through = last_sequence, waiting_since = null, attempts = 0, due_at = null
    where endpoint_id = ${webhookId}`.execute(owner);
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
