/**
 * The five policies that A2P registration uses, with what a bundle under them must hold. The sids are Twilio's
 * own constants, the same in every account; the shape of `requirements` follows the fetch examples of the API.
 */
export interface EndUserRequirement {
  readonly type: string;
  readonly name: string;
  readonly fields: readonly string[];
  /** Fields of the list that may be left out. */
  readonly optional: readonly string[];
  /** Listed by the policy, but a bundle without it is compliant. */
  readonly mayBeMissing?: true;
}

export interface BundleRequirement {
  readonly type: string;
  readonly name: string;
  readonly requirementName: string;
  /** The attached profile must be under this policy. */
  readonly policySid: string;
}

export interface Policy {
  readonly sid: string;
  readonly friendlyName: string;
  readonly kind: 'customer' | 'trust';
  readonly endUsers: readonly EndUserRequirement[];
  readonly addressDocument: boolean;
  readonly profiles: readonly BundleRequirement[];
}

export const POLICY = {
  primary: 'RN6433641899984f951173ef1738c3bdd0',
  secondary: 'RNdfbf3fae0e1107f8aded0e7cead80bf5',
  messaging: 'RNb0d4771c2c98518d916a3d4cd70a8f8b',
  starter: 'RN806dd6cd175f314e1f96a9727ee271f4',
  soleProprietor: 'RN670d5d2e282a6130ae063b234b6019c8',
} as const;

const BUSINESS: EndUserRequirement = {
  type: 'customer_profile_business_information',
  name: 'Business Information',
  fields: [
    'business_type',
    'business_registration_number',
    'business_name',
    'business_registration_identifier',
    'business_identity',
    'business_industry',
    'website_url',
    'business_regions_of_operation',
    'social_media_profile_urls',
  ],
  optional: ['social_media_profile_urls'],
};

const REPRESENTATIVE_FIELDS = [
  'first_name',
  'last_name',
  'email',
  'phone_number',
  'business_title',
  'job_position',
] as const;

const REPRESENTATIVES: readonly EndUserRequirement[] = [
  {
    type: 'authorized_representative_1',
    name: 'Authorized Representative 1',
    fields: REPRESENTATIVE_FIELDS,
    optional: [],
  },
  {
    type: 'authorized_representative_2',
    name: 'Authorized Representative 2',
    fields: REPRESENTATIVE_FIELDS,
    optional: [],
    mayBeMissing: true,
  },
];

const PRIMARY_PROFILE: BundleRequirement = {
  type: 'primary_customer_profile_type_business',
  name: 'Primary Customer Profile Bundle',
  requirementName: 'primary_customer_profile',
  policySid: POLICY.primary,
};

export const POLICIES: readonly Policy[] = [
  {
    sid: POLICY.primary,
    friendlyName: 'Primary Customer Profile of type Business',
    kind: 'customer',
    endUsers: [BUSINESS, ...REPRESENTATIVES],
    addressDocument: true,
    profiles: [],
  },
  {
    sid: POLICY.secondary,
    friendlyName: 'Secondary Customer Profile of type Business',
    kind: 'customer',
    endUsers: [BUSINESS, ...REPRESENTATIVES],
    addressDocument: true,
    profiles: [PRIMARY_PROFILE],
  },
  {
    sid: POLICY.messaging,
    friendlyName: 'A2P Messaging: Local - Business',
    kind: 'trust',
    endUsers: [
      {
        type: 'us_a2p_messaging_profile_information',
        name: 'US A2P Messaging Profile Information',
        fields: ['company_type', 'stock_exchange', 'stock_ticker', 'brand_contact_email'],
        // Which of them a public company must give is checked with the values, in evaluation.ts.
        optional: ['stock_exchange', 'stock_ticker', 'brand_contact_email'],
      },
    ],
    addressDocument: false,
    profiles: [
      {
        type: 'secondary_customer_profile_type_business',
        name: 'Secondary Customer Profile Bundle',
        requirementName: 'customer_profile',
        policySid: POLICY.secondary,
      },
    ],
  },
  {
    sid: POLICY.starter,
    friendlyName: 'Starter Customer Profile of type Business',
    kind: 'customer',
    endUsers: [
      {
        type: 'starter_customer_profile_information',
        name: 'Information',
        fields: ['first_name', 'last_name', 'email', 'phone_number'],
        optional: [],
      },
    ],
    addressDocument: true,
    profiles: [PRIMARY_PROFILE],
  },
  {
    sid: POLICY.soleProprietor,
    friendlyName: 'Sole Proprietor TrustProduct',
    kind: 'trust',
    endUsers: [
      {
        type: 'sole_proprietor_information',
        name: 'Sole Proprietor Information',
        fields: ['brand_name', 'mobile_phone_number', 'vertical'],
        optional: ['vertical'],
      },
    ],
    addressDocument: false,
    profiles: [
      {
        type: 'starter_customer_profile_type_business',
        name: 'Starter Customer Profile(isv customers) Proof',
        requirementName: 'customer_profile',
        policySid: POLICY.starter,
      },
    ],
  },
];

export function policyOf(sid: string | null): Policy | undefined {
  return POLICIES.find((policy) => policy.sid === sid);
}

/** Every end-user type that some policy asks for; others cannot be created. */
export function endUserTypes(): readonly EndUserRequirement[] {
  const byType = new Map<string, EndUserRequirement>();
  for (const requirement of POLICIES.flatMap((policy) => policy.endUsers)) {
    byType.set(requirement.type, requirement);
  }
  return [...byType.values()];
}

/** The `requirements` object of a policy as the API shows it. */
export function requirementsBody(policy: Policy): Record<string, unknown> {
  const document = {
    name: 'Customer Profile Address',
    type: 'document',
    description: 'Customer Profile Address',
    requirement_name: 'customer_profile_address',
    accepted_documents: [
      {
        name: 'Legal Company Address',
        type: 'customer_profile_address',
        url: '/SupportingDocumentTypes/customer_profile_address',
        fields: ['address_sids'],
      },
    ],
  };
  return {
    end_user: policy.endUsers.map((item) => ({
      name: item.name,
      type: item.type,
      fields: item.fields,
      url: `/EndUserTypes/${item.type}`,
      requirement_name: item.type,
    })),
    supporting_document: [policy.addressDocument ? [document] : []],
    supporting_trust_products: [],
    supporting_customer_profiles: policy.profiles.map((item) => ({
      name: item.name,
      type: item.type,
      requirement_name: item.requirementName,
    })),
  };
}
