export const EVENT_PREFIX = 'com.twilio.messaging.compliance.';

/** Every event that registration listens to, at schema version 1 (docs/twilio.md 10.4). */
export const EVENT_TYPES: readonly string[] = [
  'brand-registration.brand-registered',
  'brand-registration.brand-failure',
  'brand-registration.brand-verified',
  'brand-registration.brand-unverified',
  'brand-registration.brand-vetted-verified',
  'brand-registration.brand-secondary-vetting-failure',
  'campaign-registration.campaign-submitted',
  'campaign-registration.campaign-approved',
  'campaign-registration.campaign-failure',
  'number-registration.pending',
  'number-registration.successful',
  'number-registration.failed',
  'number-deregistration.pending',
  'number-deregistration.successful',
  'number-deregistration.failed',
].map((type) => EVENT_PREFIX + type);
