import type { SimWorld } from '../world.ts';

const PREFIX = 'com.twilio.messaging.compliance.';

/** The event types that the simulator sends, without their common prefix (docs/twilio.md 10.4). */
export const EVENT_TYPES = [
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
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

export const TEST_EVENT = 'com.twilio.eventstreams.test-event';

/** Twilio knows hundreds of types; those under the compliance prefix and the test event exist here. */
export function isKnownType(type: string): boolean {
  return type === TEST_EVENT || EVENT_TYPES.some((known) => PREFIX + known === type);
}

/** Hands an event to whoever streams events; keys of `data` are Twilio's, lower case without separators. */
export function streamEvent(
  world: SimWorld,
  about: { readonly kind: 'brand' | 'campaign' | 'number'; readonly account: string },
  type: EventType,
  data: Readonly<Record<string, unknown>>,
): void {
  world.emit({
    kind: about.kind,
    account: about.account,
    payload: { type: PREFIX + type, data: { accountsid: about.account, ...data } },
  });
}
