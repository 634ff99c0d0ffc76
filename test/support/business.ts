import assert from 'node:assert/strict';
import type { createClient } from './client.ts';
import { BRAND, CAMPAIGN } from './world.ts';

type Client = ReturnType<typeof createClient>;

export interface Business {
  readonly brandId: string;
  readonly campaignId: string;
}

/** Writes the whole desired state of the n-th business; each write is repeated until it is answered. */
export function registerBusiness(client: Client, n: number): Promise<Business> {
  const brand = { ...BRAND, taxId: `45-${String(1_000_000 + n)}` };
  return register(client, { brand, campaign: CAMPAIGN, e164: `+1212555${String(1_000 + n)}` });
}

/** The same of any business, all at once; the reconcilers put it in order. */
export async function register(
  client: Client,
  desired: { readonly brand: object; readonly campaign: object; readonly e164: string },
): Promise<Business> {
  const brand = await client.surely<{ brandId: string }>('POST', '/brands', desired.brand);
  assert.equal(brand.status, 201, JSON.stringify(brand.body));
  const { brandId } = brand.body;
  const submitted = await client.surely('POST', `/brands/${brandId}:submit`);
  assert.equal(submitted.status, 202, JSON.stringify(submitted.body));
  const campaign = await client.surely<{ campaignId: string }>('POST', '/campaigns', {
    brandId,
    ...desired.campaign,
  });
  assert.equal(campaign.status, 201, JSON.stringify(campaign.body));
  const { campaignId } = campaign.body;
  assert.equal((await client.surely('POST', `/campaigns/${campaignId}:submit`)).status, 202);
  const attach = await client.surely('POST', '/numbers:attach', { campaignId, e164: desired.e164 });
  assert.equal(attach.status, 202);
  return { brandId, campaignId };
}
