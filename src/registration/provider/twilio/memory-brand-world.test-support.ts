import type { AddressInput, BundleKind, ProviderFault } from './calls.ts';
import type { Fault } from './memory-twilio.test-support.ts';

export interface Stored {
  readonly sid: string;
  readonly visibleAt: number;
}
interface StoredBundle extends Stored {
  readonly kind: BundleKind;
  readonly friendlyName: string;
  readonly policySid: string;
  status: string;
  errors: readonly ProviderFault[];
}
export interface StoredPart extends Stored {
  readonly friendlyName: string;
  readonly type: string;
  attributes: Readonly<Record<string, string>>;
}
interface StoredAddress extends Stored {
  input: AddressInput;
  /** In a document that was verified: takes no more changes. */
  bound: boolean;
}
export interface StoredBrand extends Stored {
  readonly customerProfileSid: string;
  readonly trustProductSid: string;
  readonly brandType: string;
  status: string;
  identityStatus?: string;
  tcrId?: string;
  updates: number;
  updatedAt?: string;
  errors: readonly ProviderFault[];
}

/** The provider's side of brands. */
export interface BrandWorld {
  readonly bundles: StoredBundle[];
  readonly endUsers: StoredPart[];
  readonly documents: StoredPart[];
  readonly addresses: StoredAddress[];
  readonly assignments: (Stored & { readonly bundle: string; readonly objectSid: string })[];
  readonly brands: StoredBrand[];
  /** New objects are missing from lists for so long. */
  lateMs: number;
  /** How long each call takes. */
  callMs: number;
  readonly faults: (Fault | { readonly name: string; readonly kind: Fault['kind'] })[];
  readonly calls: string[];
  /** A brand that is corrected has failed again before anybody looks. */
  failsAtOnce: boolean;
  /** A call that the provider says no to. */
  refuse?: { readonly name: string; readonly code: string };
  /** So many evaluations do not see what was attached. */
  blindEvaluations: number;
}

export function newBrandWorld(): BrandWorld {
  return {
    bundles: [],
    endUsers: [],
    documents: [],
    addresses: [],
    assignments: [],
    brands: [],
    lateMs: 0,
    callMs: 0,
    blindEvaluations: 0,
    failsAtOnce: false,
    faults: [],
    calls: [],
  };
}
