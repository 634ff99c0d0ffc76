import { serviceNumbers, services } from '../resources/service-records.ts';
import type { SimWorld } from '../world.ts';
import { applications, type NumberRecord, numbers } from './records.ts';

export const INBOUND_KINDS = ['sms', 'call'] as const;
export type InboundKind = (typeof INBOUND_KINDS)[number];

/** What Twilio would ask for; no URL: nothing is set, so nobody is asked. */
export interface InboundTarget {
  readonly method: string | null;
  readonly url: string | null;
}

const NOBODY: InboundTarget = { method: null, url: null };

/** Where a message or a call to a number of some account goes; undefined when nobody here has the number. */
export function inboundOf(world: SimWorld, to: string, kind: InboundKind): InboundTarget | undefined {
  const number = numbers
    .of(world)
    .all()
    .find((one) => one.phoneNumber === to && world.accounts.has(one.account));
  if (number === undefined) return undefined;
  if (kind === 'call') {
    // A trunk takes calls away from all URLs.
    return number.settings.trunk_sid ? NOBODY : ofNumber(world, number, 'voice');
  }
  const entry = serviceNumbers.of(world).get(number.sid);
  const service = entry && services.of(world).get(entry.serviceSid);
  if (service === undefined || service.useInboundWebhookOnNumber) return ofNumber(world, number, 'sms');
  return target(service.fields.inbound_request_url, service.fields.inbound_method);
}

/** `POST /_sim/inbound {to, kind}`: answers, asks nobody. */
export function installInboundControl(world: SimWorld): void {
  world.control('inbound', ({ body }) => {
    const kind = INBOUND_KINDS.find((one) => one === body.kind);
    if (typeof body.to !== 'string' || kind === undefined) {
      return {
        status: 400,
        body: { error: `to must be a number and kind one of ${INBOUND_KINDS.join(', ')}` },
      };
    }
    const found = inboundOf(world, body.to, kind);
    return found === undefined
      ? { status: 404, body: { error: 'no account has this number' } }
      : { status: 200, body: found };
  });
}

/** An application makes Twilio ignore the number's own URLs of its kind. */
function ofNumber(
  world: SimWorld,
  { account, settings }: NumberRecord,
  kind: 'sms' | 'voice',
): InboundTarget {
  const application = settings[`${kind}_application_sid`];
  const fields = application ? applications.of(world).find(account, application)?.fields : settings;
  return target(fields?.[`${kind}_url`], fields?.[`${kind}_method`]);
}

function target(url: unknown, method: unknown): InboundTarget {
  if (typeof url !== 'string' || url === '') return NOBODY;
  return { method: typeof method === 'string' ? method : 'POST', url };
}
