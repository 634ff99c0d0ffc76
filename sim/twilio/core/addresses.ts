import { notFound, type SimAnswer, type SimRequest, simError } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimWorld } from '../world.ts';
import { type AddressRecord, addresses } from './records.ts';
import { commonFields, isTrue, snakeCase } from './view.ts';

const ROOT = '/2010-04-01/Accounts/:account/Addresses';
const REQUIRED = ['CustomerName', 'Street', 'City', 'Region', 'PostalCode', 'IsoCountry'];
const TEXTS = [...REQUIRED, 'StreetSecondary', 'FriendlyName'];
const MAX_FRIENDLY_NAME = 64;
/** A street with this text is refused as Twilio refuses an address that it cannot find. */
const UNKNOWN_STREET = 'sim:unknown-address';

export interface AddressOptions {
  /** Whether an approved document names the address; such a one cannot be changed. */
  isAddressVerified(world: SimWorld, addressSid: string): boolean;
}

export function addressRoutes(options: AddressOptions): readonly SimRoute[] {
  const one = `${ROOT}/:sid.json`;
  return [
    { method: 'GET', product: 'api', path: `${ROOT}.json`, handle: list },
    { method: 'POST', product: 'api', path: `${ROOT}.json`, handle: create },
    { method: 'GET', product: 'api', path: one, handle: withRecord(() => undefined) },
    {
      method: 'POST',
      product: 'api',
      path: one,
      handle: withRecord((record, request, world) =>
        options.isAddressVerified(world, record.sid)
          ? simError(400, 21630, 'A verified address cannot be changed')
          : update(record, request, world),
      ),
    },
    {
      method: 'DELETE',
      product: 'api',
      path: one,
      handle: withRecord((record, _request, world) => {
        addresses.of(world).remove(record.sid);
        return { status: 204 };
      }),
    },
  ];

  function withRecord(
    use: (record: AddressRecord, request: SimRequest, world: SimWorld) => SimAnswer | undefined,
  ): SimRoute['handle'] {
    return (request, world) => {
      const record = addresses.of(world).find(request.account, request.params.sid ?? '');
      if (record === undefined) return notFound(request);
      return use(record, request, world) ?? { status: 200, body: view(record) };
    };
  }
}

function list(request: SimRequest, world: SimWorld): SimAnswer {
  const { query } = request;
  const matches = (record: AddressRecord) =>
    ['FriendlyName', 'CustomerName', 'IsoCountry'].every(
      (name) => query.get(name) === null || record.fields[snakeCase(name)] === query.get(name),
    ) &&
    (query.get('EmergencyEnabled') === null ||
      record.fields.emergency_enabled === isTrue(query.get('EmergencyEnabled')));
  return world.page(
    request,
    addresses.of(world).list(request.account).filter(matches).map(view),
    'addresses',
  );
}

function create(request: SimRequest, world: SimWorld): SimAnswer {
  const missing = REQUIRED.find((name) => !request.form.get(name));
  if (missing !== undefined) return simError(400, 20001, `Missing required parameter ${missing}`);
  const fault = faultOf(request.form);
  if (fault !== undefined) return fault;
  const fields = Object.fromEntries(TEXTS.map((name) => [snakeCase(name), request.form.get(name)]));
  const emergency = isTrue(request.form.get('EmergencyEnabled'));
  const record = addresses.of(world).insert({
    ...world.stamp('AD', request.account),
    fields: { ...fields, emergency_enabled: emergency, validated: false, verified: false },
  });
  return { status: 201, body: view(record) };
}

/** Only what is given changes. A fault means that nothing has changed. */
function update(record: AddressRecord, { form }: SimRequest, world: SimWorld): SimAnswer | undefined {
  if (form.has('IsoCountry')) return simError(400, 20001, 'IsoCountry cannot be changed');
  const fault = faultOf(form);
  if (fault !== undefined) return fault;
  for (const name of TEXTS) {
    const value = form.get(name);
    if (value !== null) record.fields[snakeCase(name)] = value;
  }
  record.updatedAt = world.now();
  return undefined;
}

function faultOf(form: URLSearchParams): SimAnswer | undefined {
  if ((form.get('FriendlyName') ?? '').length > MAX_FRIENDLY_NAME) {
    return simError(400, 20001, `FriendlyName is longer than ${MAX_FRIENDLY_NAME} characters`);
  }
  const country = form.get('IsoCountry');
  if (country !== null && !/^[A-Z]{2}$/.test(country)) return simError(400, 20001, 'IsoCountry is not valid');
  if (form.get('Street')?.includes(UNKNOWN_STREET)) {
    return simError(400, 21628, 'The address could not be validated');
  }
  return undefined;
}

function view(record: AddressRecord): Readonly<Record<string, unknown>> {
  return { ...commonFields(record, 'Addresses'), ...record.fields };
}
