import type { Clock } from '#kernel/clock.ts';
import type { ProviderPass } from '../../ports.ts';
import type { TwilioCalls } from './calls.ts';

/** Which rules of TrustHub a bundle has to meet. */
export interface Policies {
  /** Secondary customer profile of a business. */
  readonly customerProfile: string;
  /** A2P messaging of a local business. */
  readonly trustProduct: string;
  /** Customer profile of a sole proprietor. */
  readonly starterProfile: string;
  /** A2P messaging of a sole proprietor. */
  readonly soleProprietor: string;
}

/**
 * The provider's own constants (docs/twilio.md 2.1); `twilio doctor` asks the provider whether they still
 * hold.
 */
export const POLICIES: Policies = {
  customerProfile: 'RNdfbf3fae0e1107f8aded0e7cead80bf5',
  trustProduct: 'RNb0d4771c2c98518d916a3d4cd70a8f8b',
  starterProfile: 'RN806dd6cd175f314e1f96a9727ee271f4',
  soleProprietor: 'RN670d5d2e282a6130ae063b234b6019c8',
};

export interface AdapterOptions {
  /** The operator's own approved customer profile; every secondary profile hangs on it. */
  readonly primaryProfileSid: string;
  /** The operator's mailbox: the provider mails the status of profiles there. */
  readonly notifyEmail: string;
  /** Where the provider posts the status of profiles; nowhere without it. */
  readonly statusCallback?: string;
  /** `low-volume`: no secondary vetting, cheaper, less throughput. */
  readonly vetting: 'low-volume' | 'standard';
  /** Whether a rejected campaign that cannot be edited is deleted and made anew, for another fee. */
  readonly recreateCampaigns: boolean;
  /** Brands and campaigns that cost nothing and carry no traffic. */
  readonly mock: boolean;
  readonly policies: Policies;
  /** How long the profiles are left to settle before money is spent on a brand; SETTLE_MS when absent. */
  readonly settleMs?: number;
}

/**
 * E-mail and address of a profile are checked 10 to 20 s after it was submitted; the provider advises to wait
 * 30 s (docs/twilio.md 1.4). A profile that fails by then costs no brand fee.
 */
export const SETTLE_MS = 30_000;

/** What the flows of brands, campaigns and numbers work with. */
export interface FlowDeps {
  readonly calls: (pass: Pick<ProviderPass, 'signal'>) => TwilioCalls;
  /** For the time budget of one call and for waits of minutes; never for anything durable. */
  readonly clock: Clock;
  readonly options: AdapterOptions;
}
