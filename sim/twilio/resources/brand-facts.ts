import type { SimWorld } from '../world.ts';
import type { BrandRecord } from './brand-records.ts';
import type { BrandFacts } from './brand-verdict.ts';
import {
  attributesOf,
  type BundleRecord,
  contentOf,
  customerProfiles,
  profilesOf,
  trustProducts,
} from './bundle-records.ts';
import { digitsOf, textOf } from './common.ts';
import { evaluate } from './evaluation.ts';
import { POLICY, policyOf } from './policies.ts';

/** What the registry finds in the bundles of a brand at this moment. */
export function factsOf(world: SimWorld, brand: BrandRecord): BrandFacts {
  const business = attributesOf(world, brand.customerProfileSid, 'customer_profile_business_information');
  const proprietor = attributesOf(world, brand.trustProductSid, 'sole_proprietor_information');
  return {
    soleProprietor: brand.brandType === 'SOLE_PROPRIETOR',
    skipSecondaryVetting: brand.skipSecondaryVetting,
    mock: brand.mock,
    bundlesInOrder: bundlesInOrder(world, brand),
    registrationNumber: digitsOf(business.business_registration_number),
    businessName: textOf(business.business_name),
    brandName: textOf(proprietor.brand_name),
    mobile: textOf(proprietor.mobile_phone_number),
  };
}

/** Right kinds and policies, approved, compliant, and the profile hangs under the trust product. */
function bundlesInOrder(world: SimWorld, brand: BrandRecord): boolean {
  const profile = customerProfiles.of(world).get(brand.customerProfileSid);
  const product = trustProducts.of(world).get(brand.trustProductSid);
  const [profilePolicy, productPolicy] =
    brand.brandType === 'STANDARD'
      ? [POLICY.secondary, POLICY.messaging]
      : [POLICY.starter, POLICY.soleProprietor];
  const sound = (bundle: BundleRecord | undefined, policySid: string) => {
    const policy = policyOf(policySid);
    if (!bundle || !policy || bundle.account !== brand.account || bundle.policySid !== policySid)
      return false;
    return (
      bundle.status === 'twilio-approved' && evaluate(policy, contentOf(world, bundle)).status === 'compliant'
    );
  };
  return (
    sound(profile, profilePolicy) &&
    sound(product, productPolicy) &&
    profilesOf(world, brand.trustProductSid).some((entry) => entry.sid === brand.customerProfileSid)
  );
}
