import type { BrandSpec, CampaignSpec } from '../../src/registration/domain/types.ts';
import { BRAND, CAMPAIGN } from '../support/world.ts';

/** The brand and the campaign of the other tests, with all that carriers ask for besides. */
export const COMPLETE_BRAND: BrandSpec = {
  ...BRAND,
  supportEmail: 'help@aldercreek.com',
  supportPhone: '+12065550142',
  businessType: 'Limited Liability Corporation',
  industry: 'CONSTRUCTION',
  address: { street: '1 Main St', city: 'Reno', region: 'NV', postalCode: '89501', country: 'US' },
  representative: {
    firstName: 'Sample',
    lastName: 'Owner',
    email: 'owner@aldercreek.com',
    phone: '+12065550143',
    title: 'Owner',
    jobPosition: 'CEO',
  },
};

export const COMPLETE_CAMPAIGN: CampaignSpec = {
  ...CAMPAIGN,
  optInDescription:
    'Customers call the number on aldercreek.com. When nobody answers, the greeting says that we text back.',
  sampleMessages: [
    'Alder Creek: sorry we missed your call. How can we help? Reply STOP to opt out.',
    'Alder Creek: book a visit at https://aldercreek.com/book. Reply STOP to opt out.',
  ],
  privacyPolicyUrl: 'https://aldercreek.com/privacy',
  termsUrl: 'https://aldercreek.com/terms',
};

/** All that such a business has at the provider in the end, by the simulator's kinds. */
export const ONE_OF_EACH = {
  customerProfiles: 1,
  trustProducts: 1,
  endUsers: 3,
  addresses: 1,
  supportingDocuments: 1,
  entityAssignments: 6,
  brands: 1,
  services: 1,
  campaigns: 1,
  serviceNumbers: 1,
};
