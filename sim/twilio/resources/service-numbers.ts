import { numbers } from '../core/records.ts';
import { notFound, type SimAnswer, type SimRequest, simError } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimWorld } from '../world.ts';
import { iso, NO_CONTENT, requiredAll } from './common.ts';
import { deregisterNumber, syncService } from './number-registration.ts';
import {
  numbersOf,
  type ServiceNumberRecord,
  type ServiceRecord,
  serviceNumbers,
  services,
} from './service-records.ts';
import { settingsOf } from './settings.ts';

function view(request: SimRequest, entry: ServiceNumberRecord): Record<string, unknown> {
  return {
    sid: entry.sid,
    account_sid: entry.account,
    service_sid: entry.serviceSid,
    date_created: iso(entry.createdAt),
    date_updated: iso(entry.updatedAt),
    phone_number: entry.phoneNumber,
    country_code: 'US',
    capabilities: entry.capabilities,
    url: `${request.base}/v1/Services/${entry.serviceSid}/PhoneNumbers/${entry.sid}`,
  };
}

/** Refusals in the order in which a caller meets them; codes of docs/twilio.md 5.5. */
function attach(service: ServiceRecord, request: SimRequest, world: SimWorld): SimAnswer {
  const read = requiredAll(request.form, ['PhoneNumberSid']);
  if ('refusal' in read) return read.refusal;
  const sid = read.values.PhoneNumberSid;
  const number = numbers.of(world).find(request.account, sid);
  if (!number) return simError(400, 21_421, 'The phone number sid is not valid');
  const elsewhere = serviceNumbers.of(world).get(sid);
  if (elsewhere?.serviceSid === service.sid)
    return simError(409, 21_710, 'The number is in this service already');
  if (elsewhere) return simError(409, 21_712, 'The number is in another service');
  if (numbersOf(world, service.sid).length >= settingsOf(world).poolLimit) {
    return simError(412, 21_714, 'The service holds as many numbers as it may');
  }
  const { sms, mms, voice } = number.capabilities;
  if (!sms && !mms) return simError(400, 21_715, 'The number can neither send SMS nor MMS');
  const entry = serviceNumbers.of(world).insert({
    ...world.stamp('PN', request.account),
    sid,
    serviceSid: service.sid,
    phoneNumber: number.phoneNumber,
    capabilities: [...(mms ? ['MMS'] : []), ...(sms ? ['SMS'] : []), ...(voice ? ['Voice'] : [])],
  });
  syncService(world, service.sid);
  return { status: 201, body: view(request, entry) };
}

function find(service: ServiceRecord, request: SimRequest, world: SimWorld): ServiceNumberRecord | undefined {
  const entry = serviceNumbers.of(world).find(request.account, request.params.sid ?? '');
  return entry?.serviceSid === service.sid ? entry : undefined;
}

function onService(
  run: (service: ServiceRecord, request: SimRequest, world: SimWorld) => SimAnswer,
): SimRoute['handle'] {
  return (request, world) => {
    const service = services.of(world).find(request.account, request.params.service ?? '');
    return service ? run(service, request, world) : notFound(request);
  };
}

const path = '/v1/Services/:service/PhoneNumbers';
const product = 'messaging';

export const serviceNumberRoutes: readonly SimRoute[] = [
  { method: 'POST', product, path, handle: onService(attach) },
  {
    method: 'GET',
    product,
    path,
    handle: onService((service, request, world) => {
      const own = serviceNumbers
        .of(world)
        .list(request.account)
        .filter((entry) => entry.serviceSid === service.sid);
      return world.page(
        request,
        own.map((entry) => view(request, entry)),
        'phone_numbers',
      );
    }),
  },
  {
    method: 'GET',
    product,
    path: `${path}/:sid`,
    handle: onService((service, request, world) => {
      const entry = find(service, request, world);
      return entry ? { status: 200, body: view(request, entry) } : notFound(request);
    }),
  },
  {
    method: 'DELETE',
    product,
    path: `${path}/:sid`,
    handle: onService((service, request, world) => {
      const entry = find(service, request, world);
      if (!entry) return notFound(request);
      serviceNumbers.of(world).remove(entry.sid);
      deregisterNumber(world, entry.sid);
      return NO_CONTENT;
    }),
  },
];
