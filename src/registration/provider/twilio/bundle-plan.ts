import type { BrandSpec, ExternalRefs } from '../../domain/types.ts';
import type { AddressInput, BundleKind } from './calls.ts';
import {
  addressInput,
  businessAttributes,
  messagingProfileAttributes,
  representativeAttributes,
  soleProprietorAttributes,
  starterAttributes,
} from './mapping.ts';
import type { AdapterOptions } from './options.ts';

/** Refs of a brand that name its objects at the provider. */
export type BrandRef =
  | 'customerProfileSid'
  | 'businessInfoSid'
  | 'representativeSid'
  | 'addressSid'
  | 'addressDocumentSid'
  | 'trustProductSid'
  | 'messagingProfileSid';

/** An end user of a bundle: who it is about. */
export interface EndUserPlan {
  readonly what: string;
  readonly ref: BrandRef;
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a customer profile or a trust product consists of, for one spec. */
export interface BundlePlan {
  readonly kind: BundleKind;
  readonly what: string;
  readonly ref: 'customerProfileSid' | 'trustProductSid';
  readonly policySid: string;
  readonly endUsers: readonly EndUserPlan[];
  /** The address under a given name; a trust product has none. */
  readonly address?: (friendlyName: string) => AddressInput;
  /** The bundle that this one hangs on. */
  readonly parentSid: (refs: ExternalRefs) => string | undefined;
}

function isSoleProprietor({ brandType }: Pick<BrandSpec, 'brandType'>): boolean {
  return brandType === 'SOLE_PROP';
}

/** The secondary customer profile; of a sole proprietor the starter profile (docs/twilio.md 3, 6). */
export function customerPlan(spec: BrandSpec, { policies, primaryProfileSid }: AdapterOptions): BundlePlan {
  const common = {
    kind: 'customer',
    ref: 'customerProfileSid',
    address: (friendlyName: string) => addressInput(spec, friendlyName),
    parentSid: () => primaryProfileSid,
  } as const;
  if (isSoleProprietor(spec)) {
    const owner: EndUserPlan = {
      what: 'starter-info',
      ref: 'businessInfoSid',
      type: 'starter_customer_profile_information',
      attributes: starterAttributes(spec),
    };
    return { ...common, what: 'starter-profile', policySid: policies.starterProfile, endUsers: [owner] };
  }
  const business: EndUserPlan = {
    what: 'business-info',
    ref: 'businessInfoSid',
    type: 'customer_profile_business_information',
    attributes: businessAttributes(spec),
  };
  const representative: EndUserPlan = {
    what: 'representative',
    ref: 'representativeSid',
    type: 'authorized_representative_1',
    attributes: representativeAttributes(spec),
  };
  const endUsers = [business, representative];
  return { ...common, what: 'profile', policySid: policies.customerProfile, endUsers };
}

/** The A2P trust product on top of the profile (docs/twilio.md 4, 6). */
export function trustPlan(spec: BrandSpec, { policies }: AdapterOptions): BundlePlan {
  const common = {
    kind: 'trust',
    ref: 'trustProductSid',
    parentSid: (refs: ExternalRefs) => refs.customerProfileSid,
  } as const;
  if (isSoleProprietor(spec)) {
    const owner: EndUserPlan = {
      what: 'sole-proprietor',
      ref: 'messagingProfileSid',
      type: 'sole_proprietor_information',
      attributes: soleProprietorAttributes(spec),
    };
    return {
      ...common,
      what: 'sole-proprietor-product',
      policySid: policies.soleProprietor,
      endUsers: [owner],
    };
  }
  const messaging: EndUserPlan = {
    what: 'messaging-profile',
    ref: 'messagingProfileSid',
    type: 'us_a2p_messaging_profile_information',
    attributes: messagingProfileAttributes(spec),
  };
  return { ...common, what: 'trust-product', policySid: policies.trustProduct, endUsers: [messaging] };
}
