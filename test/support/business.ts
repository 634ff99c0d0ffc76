import assert from 'node:assert/strict';
import type { createClient } from './client.ts';
import { BRAND, CAMPAIGN } from './world.ts';

export interface Business {
  readonly brandId: string;
  readonly campaignId: string;
}

/** Writes the whole desired state of the n-th business; each write is repeated until it is answered. */
export async function registerBusiness(
  client: ReturnType<typeof createClient>,
  n: number,
): Promise<Business> {
  const taxId = `45-${String(1_000_000 + n)}`;
  const brand = await client.surely<{ brandId: string }>('POST', '/brands', { ...BRAND, taxId });
  assert.equal(brand.status, 201, JSON.stringify(brand.body));
  const { brandId } = brand.body;
  const submitted = await client.surely('POST', `/brands/${brandId}:submit`);
  assert.equal(submitted.status, 202, JSON.stringify(submitted.body));
  const campaign = await client.surely<{ campaignId: string }>('POST', '/campaigns', {
    brandId,
    ...CAMPAIGN,
  });
  assert.equal(campaign.status, 201, JSON.stringify(campaign.body));
  const { campaignId } = campaign.body;
  assert.equal((await client.surely('POST', `/campaigns/${campaignId}:submit`)).status, 202);
  const e164 = `+1212555${String(1_000 + n)}`;
  assert.equal((await client.surely('POST', '/numbers:attach', { campaignId, e164 })).status, 202);
  return { brandId, campaignId };
}
