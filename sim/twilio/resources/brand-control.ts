import type { SimWorld } from '../world.ts';
import { type BrandRecord, type BrandStatus, brands } from './brand-records.ts';
import { judge, settle } from './brand-review.ts';
import { brandError, type IdentityStatus } from './brand-verdict.ts';

/** POST /_sim/brands/<sid> {status?, identityStatus?, errors?: [code], tcrId?: null | true, otp?: true}. */
export function installBrands(world: SimWorld): void {
  world.on((event) => {
    if (event.kind !== 'bundle') return;
    for (const brand of brands.of(world).all()) {
      const { sid } = event.payload;
      if (brand.customerProfileSid === sid || brand.trustProductSid === sid) judge(world, brand);
    }
  });
  world.control('brands', ({ sid, body }) => {
    const brand = brands.of(world).get(sid ?? '');
    if (!brand) return { status: 404, body: { error: 'no such brand' } };
    const status = STATUSES.find((known) => known === (body.status ?? brand.status));
    if (!status) return { status: 400, body: { error: `status must be one of ${STATUSES.join(', ')}` } };
    const codes = Array.isArray(body.errors) ? body.errors : [];
    const identity = body.otp === true ? 'VERIFIED' : identityOf(body.identityStatus, brand, status);
    brand.round += 1;
    settle(world, brand, {
      status,
      ...(identity !== undefined && { identity }),
      errors: codes.filter((code) => typeof code === 'number').map(brandError),
      known: body.tcrId === undefined ? brand.tcrId !== null || status !== 'PENDING' : body.tcrId !== null,
    });
    return {
      status: 200,
      body: { sid: brand.sid, status, identityStatus: brand.identity, tcrId: brand.tcrId },
    };
  });
}

/** As given, null included; an approval by hand implies what an approval brings. */
function identityOf(
  given: unknown,
  brand: BrandRecord,
  status: BrandStatus,
): IdentityStatus | null | undefined {
  if (given === null) return null;
  const named = IDENTITIES.find((known) => known === given);
  if (named !== undefined || status !== 'APPROVED') return named;
  return brand.brandType === 'STANDARD' ? 'VERIFIED' : 'UNVERIFIED';
}

const IDENTITIES: readonly IdentityStatus[] = ['SELF_DECLARED', 'UNVERIFIED', 'VERIFIED', 'VETTED_VERIFIED'];
const STATUSES: readonly BrandStatus[] = [
  'PENDING',
  'APPROVED',
  'FAILED',
  'IN_REVIEW',
  'DELETION_PENDING',
  'DELETION_FAILED',
  'SUSPENDED',
];
