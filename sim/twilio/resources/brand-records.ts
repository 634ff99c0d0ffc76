import type { SimRecord } from '../collection.ts';
import { kind } from '../world.ts';
import type { BrandError, IdentityStatus } from './brand-verdict.ts';

export type BrandStatus =
  | 'PENDING'
  | 'APPROVED'
  | 'FAILED'
  | 'IN_REVIEW'
  | 'DELETION_PENDING'
  | 'DELETION_FAILED'
  | 'SUSPENDED';

export interface BrandRecord extends SimRecord {
  readonly customerProfileSid: string;
  readonly trustProductSid: string;
  readonly brandType: 'STANDARD' | 'SOLE_PROPRIETOR';
  readonly skipSecondaryVetting: boolean;
  readonly mock: boolean;
  status: BrandStatus;
  identity: IdentityStatus | null;
  tcrId: string | null;
  errors: readonly BrandError[];
  score: number | null;
  /** How often it was submitted again; the fourth time is refused. */
  updates: number;
  /** Voids the timers of an earlier submission. */
  round: number;
  /** The review's time is up; only a bundle may still be undecided. */
  reviewed: boolean;
  otps: number;
}

export const brands = kind<BrandRecord>('brands');
