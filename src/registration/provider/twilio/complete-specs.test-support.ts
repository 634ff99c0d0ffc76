import { canonicalBrandSpec } from '../../domain/canonical.ts';
import { brandInput, campaignInput } from '../../domain/fixtures.ts';
import type { CampaignSpec } from '../../domain/types.ts';

/* For tests only: specs that the provider takes. */

const blocks = {
  address: { street: '1 Main St', city: 'Reno', region: 'NV', postalCode: '89501', country: 'US' },
  representative: {
    firstName: 'A',
    lastName: 'B',
    email: 'a@example.com',
    phone: '+12065550100',
    title: 'Owner',
    jobPosition: 'CEO',
  },
} as const;

export const completeBrand = {
  ...canonicalBrandSpec(brandInput),
  ...blocks,
  businessType: 'Corporation',
  industry: 'CONSTRUCTION',
};

const { taxId: _none, ...person } = canonicalBrandSpec({
  ...brandInput,
  brandType: 'SOLE_PROP',
  legalName: 'Rosa Plumbing',
});
const { title: _title, jobPosition: _position, ...representative } = blocks.representative;

export const soleProprietor = { ...person, ...blocks, representative, mobilePhone: '+12065550101' };

export const completeCampaign: CampaignSpec = {
  ...campaignInput,
  sampleMessages: [
    'Rosa Plumbing: sorry we missed your call. Book at https://example.com/book',
    'Rosa Plumbing: a plumber calls you back at [time]. Reply STOP to opt out.',
  ],
  privacyPolicyUrl: 'https://example.com/privacy',
  termsUrl: 'https://example.com/terms',
};
