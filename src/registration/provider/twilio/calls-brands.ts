import { type Call, sidOf } from './call-end.ts';
import type { TwilioBrand, TwilioCalls } from './calls.ts';
import { newest, PAGE_SIZE, readList } from './pages.ts';
import { faultsOf, optional, text } from './payload.ts';

type BrandCalls = Pick<TwilioCalls, 'createBrand' | 'findBrand' | 'fetchBrand' | 'updateBrand' | 'sendOtp'>;

export function brandCalls(call: Call): BrandCalls {
  return {
    createBrand: (input) =>
      call(async (sdk) => {
        const { customerProfileSid, trustProductSid, brandType, skipAutomaticSecVet, mock } = input;
        const created = await sdk.messaging.v1.brandRegistrations.create({
          customerProfileBundleSid: customerProfileSid,
          a2PProfileBundleSid: trustProductSid,
          brandType,
          skipAutomaticSecVet,
          mock,
        });
        return brandOf(created);
      }),
    findBrand: (by) =>
      call(async (sdk) => {
        const found = await readList(
          sdk.messaging.v1.brandRegistrations.page({ pageSize: PAGE_SIZE }),
          (brand) =>
            brand.customerProfileBundleSid === by.customerProfileSid &&
            brand.a2pProfileBundleSid === by.trustProductSid,
        );
        const last = newest(found);
        return last && brandOf(last);
      }),
    fetchBrand: (sid) =>
      call<TwilioBrand | undefined>(
        async (sdk) => brandOf(await sdk.messaging.v1.brandRegistrations(sidOf(sid)).fetch()),
        { gone: () => undefined },
      ),
    updateBrand: (sid) =>
      call(async (sdk) => brandOf(await sdk.messaging.v1.brandRegistrations(sidOf(sid)).update())),
    sendOtp: (brandSid) =>
      call(async (sdk) => {
        await sdk.messaging.v1.brandRegistrations(sidOf(brandSid)).brandRegistrationOtps.create();
      }),
  };
}

function brandOf(brand: {
  readonly sid: string;
  readonly status: string;
  readonly identityStatus: string;
  readonly tcrId: string;
  readonly customerProfileBundleSid: string;
  readonly a2pProfileBundleSid: string;
  readonly dateUpdated: unknown;
  readonly errors: unknown;
}): TwilioBrand {
  // The SDK leaves what is no date as it is.
  const { dateUpdated: at } = brand;
  return {
    sid: text(brand.sid, 'sid'),
    status: text(brand.status, 'status'),
    ...optional('identityStatus', brand.identityStatus),
    ...optional('tcrId', brand.tcrId),
    customerProfileSid: text(brand.customerProfileBundleSid, 'customer_profile_bundle_sid'),
    trustProductSid: text(brand.a2pProfileBundleSid, 'a2p_profile_bundle_sid'),
    ...optional('updatedAt', at instanceof Date ? at.toISOString() : at),
    errors: faultsOf(brand.errors),
  };
}
