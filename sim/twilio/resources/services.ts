import { notFound, type SimAnswer, type SimRequest, simError } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimWorld } from '../world.ts';
import { removeCampaign } from './campaign-review.ts';
import { badParameter, iso, NO_CONTENT, requiredAll } from './common.ts';
import { deregisterNumber } from './number-registration.ts';
import { campaigns, numbersOf, type ServiceRecord, serviceNumbers, services } from './service-records.ts';

const NAME_LENGTH = 64;
const USECASES = ['notifications', 'marketing', 'verification', 'discussion', 'poll', 'undeclared'];
/** Seconds; the longest that a message may wait. */
const VALIDITY = { least: 1, most: 36_000 };

type FieldKind = 'url' | 'method' | 'flag' | 'number' | 'text';

/** Parameters that are stored and shown as they are: name, field in the answer, kind, value at first. */
const FIELDS: readonly (readonly [
  parameter: string,
  field: string,
  kind: FieldKind,
  first: string | number | boolean | null,
])[] = [
  ['InboundRequestUrl', 'inbound_request_url', 'url', null],
  ['InboundMethod', 'inbound_method', 'method', 'POST'],
  ['FallbackUrl', 'fallback_url', 'url', null],
  ['FallbackMethod', 'fallback_method', 'method', 'POST'],
  ['StatusCallback', 'status_callback', 'url', null],
  ['StickySender', 'sticky_sender', 'flag', true],
  ['MmsConverter', 'mms_converter', 'flag', true],
  ['SmartEncoding', 'smart_encoding', 'flag', true],
  ['ScanMessageContent', 'scan_message_content', 'text', 'inherit'],
  ['FallbackToLongCode', 'fallback_to_long_code', 'flag', true],
  ['AreaCodeGeomatch', 'area_code_geomatch', 'flag', true],
  ['SynchronousValidation', 'synchronous_validation', 'flag', false],
  ['ValidityPeriod', 'validity_period', 'number', VALIDITY.most],
];

function view(request: SimRequest, world: SimWorld, service: ServiceRecord): Record<string, unknown> {
  const url = `${request.base}/v1/Services/${service.sid}`;
  return {
    sid: service.sid,
    account_sid: service.account,
    friendly_name: service.friendlyName,
    date_created: iso(service.createdAt),
    date_updated: iso(service.updatedAt),
    ...service.fields,
    usecase: service.usecase ?? 'undeclared',
    us_app_to_person_registered: campaigns.of(world).get(service.sid)?.status === 'VERIFIED',
    use_inbound_webhook_on_number: service.useInboundWebhookOnNumber,
    url,
    links: {
      phone_numbers: `${url}/PhoneNumbers`,
      short_codes: `${url}/ShortCodes`,
      alpha_senders: `${url}/AlphaSenders`,
      us_app_to_person: `${url}/Compliance/Usa2p`,
      us_app_to_person_usecases: `${url}/Compliance/Usa2p/Usecases`,
    },
  };
}

/** The value of one parameter, or undefined when it does not fit its kind. */
function readValue(kind: FieldKind, text: string): string | number | boolean | null | undefined {
  switch (kind) {
    case 'url':
      return text === '' ? null : URL.canParse(text) ? text : undefined;
    case 'method':
      return /^(get|post)$/i.test(text) ? text.toUpperCase() : undefined;
    case 'flag':
      return /^(true|false)$/i.test(text) ? /^true$/i.test(text) : undefined;
    case 'number': {
      const number = Number(text);
      return Number.isInteger(number) && number >= VALIDITY.least && number <= VALIDITY.most
        ? number
        : undefined;
    }
    case 'text':
      return ['inherit', 'enable', 'disable'].includes(text) ? text : undefined;
  }
}

/** Takes over what the form gives; the answer is a refusal, after which nothing was changed. */
function apply(service: ServiceRecord, form: URLSearchParams): SimAnswer | undefined {
  const name = form.get('FriendlyName') ?? service.friendlyName;
  if (name === '' || name.length > NAME_LENGTH) {
    return badParameter(`FriendlyName must have 1 to ${NAME_LENGTH} characters`);
  }
  const usecase = form.get('Usecase') ?? service.usecase;
  if (usecase !== null && !USECASES.includes(usecase))
    return simError(400, 21_713, 'The Usecase is not known');
  const fields = { ...service.fields };
  for (const [parameter, field, kind] of FIELDS) {
    const text = form.get(parameter);
    if (text === null) continue;
    const value = readValue(kind, text);
    if (value === undefined) return badParameter(`${parameter} is not valid`);
    fields[field] = value;
  }
  const onNumber = form.get('UseInboundWebhookOnNumber');
  service.friendlyName = name;
  service.usecase = usecase;
  service.fields = fields;
  if (onNumber !== null) service.useInboundWebhookOnNumber = /^true$/i.test(onNumber);
  return undefined;
}

function create(request: SimRequest, world: SimWorld): SimAnswer {
  const read = requiredAll(request.form, ['FriendlyName']);
  if ('refusal' in read) return read.refusal;
  const service: ServiceRecord = {
    ...world.stamp('MG', request.account),
    friendlyName: read.values.FriendlyName,
    usecase: null,
    useInboundWebhookOnNumber: false,
    fields: Object.fromEntries(FIELDS.map(([, field, , first]) => [field, first])),
    campaignBlockedUntil: 0,
  };
  const refusal = apply(service, request.form);
  if (refusal) return refusal;
  services.of(world).insert(service);
  return { status: 201, body: view(request, world, service) };
}

function remove(service: ServiceRecord, world: SimWorld): SimAnswer {
  for (const entry of numbersOf(world, service.sid)) {
    serviceNumbers.of(world).remove(entry.sid);
    deregisterNumber(world, entry.sid);
  }
  const campaign = campaigns.of(world).get(service.sid);
  if (campaign) removeCampaign(world, campaign);
  services.of(world).remove(service.sid);
  return NO_CONTENT;
}

function onService(
  run: (service: ServiceRecord, request: SimRequest, world: SimWorld) => SimAnswer,
): SimRoute['handle'] {
  return (request, world) => {
    const service = services.of(world).find(request.account, request.params.sid ?? '');
    return service ? run(service, request, world) : notFound(request);
  };
}

const path = '/v1/Services';
const product = 'messaging';

export const serviceRoutes: readonly SimRoute[] = [
  { method: 'POST', product, path, handle: create },
  {
    method: 'GET',
    product,
    path,
    handle: (request, world) =>
      world.page(
        request,
        services
          .of(world)
          .list(request.account)
          .map((service) => view(request, world, service)),
        'services',
      ),
  },
  {
    method: 'GET',
    product,
    path: `${path}/:sid`,
    handle: onService((service, request, world) => ({ status: 200, body: view(request, world, service) })),
  },
  {
    method: 'POST',
    product,
    path: `${path}/:sid`,
    handle: onService((service, request, world) => {
      const refusal = apply(service, request.form);
      if (refusal) return refusal;
      service.updatedAt = world.now();
      return { status: 200, body: view(request, world, service) };
    }),
  },
  {
    method: 'DELETE',
    product,
    path: `${path}/:sid`,
    handle: onService((service, _, world) => remove(service, world)),
  },
];
