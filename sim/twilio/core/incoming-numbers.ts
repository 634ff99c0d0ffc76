import { notFound, type SimAnswer, type SimRequest, simError } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimWorld } from '../world.ts';
import { changedSettings, INITIAL_SETTINGS } from './number-settings.ts';
import { type NumberRecord, numbers } from './records.ts';
import { areaOf, findStock, MAGIC, nationalFormat, stockOf } from './stock.ts';
import { commonFields } from './view.ts';

const ROOT = '/2010-04-01/Accounts/:account/IncomingPhoneNumbers';
/** Owners of numbers that nobody here can buy: sold to someone else, and given back. */
const ELSEWHERE = 'elsewhere';
const RELEASED = 'released';

export interface IncomingOptions {
  /** A list filtered by one exact number makes that number the account's own. */
  readonly ownAskedNumbers: boolean;
}

export function incomingRoutes(options: IncomingOptions): readonly SimRoute[] {
  const list: SimRoute['handle'] = (request, world) => {
    const asked = request.query.get('PhoneNumber') ?? '';
    if (
      options.ownAskedNumbers &&
      isE164(asked) &&
      asked !== MAGIC.invalid &&
      holder(world, asked) === undefined
    ) {
      // It was bought long ago, so it is visible at once.
      ownNumber(world, request.account, asked).visibleAt = world.now();
    }
    return listNumbers(request, world);
  };
  return [
    { method: 'GET', product: 'api', path: `${ROOT}.json`, handle: list },
    { method: 'POST', product: 'api', path: `${ROOT}.json`, handle: buy },
    { method: 'GET', product: 'api', path: `${ROOT}/Local.json`, handle: list },
    {
      method: 'POST',
      product: 'api',
      path: `${ROOT}/Local.json`,
      handle(request, world) {
        if (request.form.has('AreaCode')) return simError(400, 21457, 'AreaCode is not accepted here');
        return buy(request, world);
      },
    },
    {
      method: 'GET',
      product: 'api',
      path: `${ROOT}/:sid.json`,
      handle(request, world) {
        const record = find(request, world);
        return record === undefined ? notFound(request) : { status: 200, body: view(record) };
      },
    },
    {
      method: 'POST',
      product: 'api',
      path: `${ROOT}/:sid.json`,
      handle(request, world) {
        const record = find(request, world);
        return record === undefined ? notFound(request) : change(record, request, world, 200);
      },
    },
    { method: 'DELETE', product: 'api', path: `${ROOT}/:sid.json`, handle: release },
  ];
}

/** Control calls: `/_sim/own` and `/_sim/sold`, each with {phoneNumber} and, for `own`, {account}. */
export function installNumberControls(world: SimWorld): void {
  world.control('own', ({ body }) => {
    const { phoneNumber, account = [...world.accounts.keys()][0] } = body;
    if (!isE164(phoneNumber) || typeof account !== 'string') return badControl();
    if (holder(world, phoneNumber) !== undefined) return { status: 409, body: { error: 'already held' } };
    const owned = ownNumber(world, account, phoneNumber);
    owned.visibleAt = world.now();
    return { status: 201, body: view(owned) };
  });
  world.control('sold', ({ body }) => {
    const { phoneNumber } = body;
    if (!isE164(phoneNumber)) return badControl();
    if (holder(world, phoneNumber) !== undefined) return { status: 409, body: { error: 'already held' } };
    ownNumber(world, ELSEWHERE, phoneNumber);
    return { status: 201, body: { phoneNumber } };
  });
}

const badControl = (): SimAnswer => ({
  status: 400,
  body: { error: 'phoneNumber must be +1 and ten digits' },
});

function buy(request: SimRequest, world: SimWorld): SimAnswer {
  const phoneNumber = request.form.get('PhoneNumber');
  const areaCode = request.form.get('AreaCode');
  if (!phoneNumber === !areaCode) {
    return simError(400, 20001, 'Exactly one of PhoneNumber and AreaCode is required');
  }
  if (phoneNumber) return buyNumber(request, world, phoneNumber);
  if (!areaCode || !/^[2-9]\d{2}$/.test(areaCode))
    return simError(400, 21451, `${areaCode} is not an area code`);
  const area = areaOf(areaCode);
  const free = area && stockOf(area).find((one) => isFree(world, one.phoneNumber) && one.capabilities.sms);
  if (free === undefined) return simError(400, 21452, `No phone numbers found in area code ${areaCode}`);
  return buyNumber(request, world, free.phoneNumber);
}

/** A number that the account owns already is updated and answered with 201, as at Twilio. */
function buyNumber(request: SimRequest, world: SimWorld, phoneNumber: string): SimAnswer {
  if (!isE164(phoneNumber) || phoneNumber === MAGIC.invalid) {
    return simError(400, 21421, `${phoneNumber} is not a valid phone number`);
  }
  const all = numbers.of(world).all();
  const own = all.find((one) => one.phoneNumber === phoneNumber && one.account === request.account);
  if (own !== undefined) return change(own, request, world, 201);
  const stock = findStock(phoneNumber);
  if (stock === undefined || !isFree(world, phoneNumber)) {
    return simError(400, 21422, `${phoneNumber} is not available`);
  }
  if (stock.addressRequirements === 'any' && !request.form.get('AddressSid')) {
    return simError(400, 21631, `${phoneNumber} requires an address`);
  }
  // Checked before anything exists: a refused purchase must not leave a number behind.
  const result = changedSettings(INITIAL_SETTINGS, request.form, request.account, world);
  if ('refused' in result) return result.refused;
  const record = ownNumber(world, request.account, phoneNumber);
  apply(record, request.form, result.settings);
  return { status: 201, body: view(record) };
}

function change(record: NumberRecord, request: SimRequest, world: SimWorld, status: number): SimAnswer {
  const result = changedSettings(record.settings, request.form, record.account, world);
  if ('refused' in result) return result.refused;
  apply(record, request.form, result.settings);
  record.updatedAt = world.now();
  return { status, body: view(record) };
}

function apply(record: NumberRecord, form: URLSearchParams, settings: Record<string, string | null>): void {
  Object.assign(record.settings, settings);
  record.friendlyName = form.get('FriendlyName') || record.friendlyName;
}

function release(request: SimRequest, world: SimWorld): SimAnswer {
  const record = find(request, world);
  if (record === undefined) return notFound(request);
  numbers.of(world).remove(record.sid);
  ownNumber(world, RELEASED, record.phoneNumber);
  const payload = { sid: record.sid, phoneNumber: record.phoneNumber };
  world.emit({ kind: 'numberReleased', account: record.account, payload });
  return { status: 204 };
}

/** Filters: FriendlyName exact, PhoneNumber with `*` for a digit and partial numbers, Origin, Beta. */
function listNumbers(request: SimRequest, world: SimWorld): SimAnswer {
  const { query } = request;
  const name = query.get('FriendlyName');
  const asked = query.get('PhoneNumber');
  if (asked !== null && !/^\+?[\d*]+$/.test(asked)) {
    return simError(400, 21421, 'PhoneNumber must hold digits and * only');
  }
  const pattern = new RegExp((asked ?? '').replace('+', '^\\+').replaceAll('*', '\\d'));
  const hosted = query.get('Origin') === 'hosted' || query.get('Beta')?.toLowerCase() === 'true';
  const found = numbers
    .of(world)
    .list(request.account)
    .filter(
      (one) => !hosted && pattern.test(one.phoneNumber) && (name === null || one.friendlyName === name),
    );
  return world.page(request, found.map(view), 'incoming_phone_numbers');
}

const isE164 = (value: unknown): value is string => typeof value === 'string' && /^\+1\d{10}$/.test(value);

function find(request: SimRequest, world: SimWorld): NumberRecord | undefined {
  return numbers.of(world).find(request.account, request.params.sid ?? '');
}

function holder(world: SimWorld, phoneNumber: string): NumberRecord | undefined {
  return numbers
    .of(world)
    .all()
    .find((one) => one.phoneNumber === phoneNumber);
}

/** Twilio's test number can be bought by every account and again after each release. */
function isFree(world: SimWorld, phoneNumber: string): boolean {
  if (phoneNumber === MAGIC.taken) return false;
  return phoneNumber === MAGIC.free || holder(world, phoneNumber) === undefined;
}

/** Makes the number the account's own, without asking whether it may. */
function ownNumber(world: SimWorld, account: string, phoneNumber: string): NumberRecord {
  return numbers.of(world).insert({
    ...world.stamp('PN', account),
    phoneNumber,
    friendlyName: nationalFormat(phoneNumber),
    capabilities: findStock(phoneNumber)?.capabilities ?? { voice: true, sms: true, mms: true },
    settings: { ...INITIAL_SETTINGS },
  });
}

function view(record: NumberRecord): Readonly<Record<string, unknown>> {
  return {
    ...commonFields(record, 'IncomingPhoneNumbers'),
    ...record.settings,
    voice_caller_id_lookup: record.settings.voice_caller_id_lookup === 'true',
    friendly_name: record.friendlyName,
    phone_number: record.phoneNumber,
    capabilities: { ...record.capabilities, fax: false },
    address_requirements: findStock(record.phoneNumber)?.addressRequirements ?? 'none',
    api_version: '2010-04-01',
    beta: false,
    origin: 'twilio',
    status: 'in-use',
    type: 'local',
    emergency_address_status: 'unregistered',
  };
}
