import { notFound, type SimAnswer, type SimRequest, simError } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimWorld } from '../world.ts';
import { numbers } from './records.ts';
import { AREAS, type Area, areaOf, nationalFormat, type StockNumber, stockOf } from './stock.ts';
import { isTrue } from './view.ts';

const DEFAULT_RESULTS = 50;
const MAX_RESULTS = 1000;
const DEFAULT_MILES = 25;

export const availableRoutes: readonly SimRoute[] = [
  {
    method: 'GET',
    product: 'api',
    path: '/2010-04-01/Accounts/:account/AvailablePhoneNumbers/:country/Local.json',
    handle: search,
  },
];

/** One page without paging fields: a sample of the stock. Searching reserves nothing. */
function search(request: SimRequest, world: SimWorld): SimAnswer {
  const { query } = request;
  const { country } = request.params;
  if (country !== 'US' && country !== 'CA') return notFound(request);
  const areaCode = query.get('AreaCode');
  if (areaCode !== null && !/^[2-9]\d{2}$/.test(areaCode)) {
    return simError(400, 21451, `${areaCode} is not an area code`);
  }
  const contains = query.get('Contains');
  const pattern = contains === null ? undefined : patternOf(contains);
  if (pattern === null) return simError(400, 21421, `Contains is not a valid pattern: ${contains}`);
  if (query.has('InRateCenter') && !query.has('InLata')) {
    return simError(400, 20001, 'InRateCenter needs InLata');
  }
  const size = Number(query.get('PageSize') ?? DEFAULT_RESULTS);
  if (!Number.isInteger(size) || size < 1) return simError(400, 20001, 'PageSize must be a positive integer');

  const code = areaCode === null ? undefined : areaOf(areaCode);
  const areas = areaCode === null ? AREAS : code === undefined ? [] : [code];
  const taken = new Set(
    numbers
      .of(world)
      .all()
      .map((record) => record.phoneNumber),
  );
  const found = areas
    .filter((area) => area.country === country && isInPlace(area, query))
    .flatMap(stockOf)
    .filter(
      (one) => !taken.has(one.phoneNumber) && can(one, query) && (pattern?.test(one.phoneNumber) ?? true),
    )
    .slice(0, Math.min(size, MAX_RESULTS));
  return { status: 200, body: { available_phone_numbers: found.map(view), uri: request.path } };
}

function can(one: StockNumber, query: URLSearchParams): boolean {
  const wanted = {
    VoiceEnabled: one.capabilities.voice,
    SmsEnabled: one.capabilities.sms,
    MmsEnabled: one.capabilities.mms,
    FaxEnabled: false,
  };
  for (const [name, has] of Object.entries(wanted)) {
    if (query.has(name) && isTrue(query.get(name)) !== has) return false;
  }
  return !(isTrue(query.get('ExcludeAllAddressRequired')) && one.addressRequirements === 'any');
}

function isInPlace(area: Area, query: URLSearchParams): boolean {
  const places = {
    InRegion: area.region,
    InLocality: area.locality,
    InPostalCode: area.postalCode,
    InLata: area.lata,
    InRateCenter: area.locality,
  };
  for (const [name, value] of Object.entries(places)) {
    const wanted = query.get(name);
    if (wanted !== null && wanted.toLowerCase() !== value.toLowerCase()) return false;
  }
  const near = pointOf(query);
  if (near === undefined) return true;
  return miles(near, [area.latitude, area.longitude]) <= Number(query.get('Distance') ?? DEFAULT_MILES);
}

function pointOf(query: URLSearchParams): readonly [number, number] | undefined {
  const area = areaOf(query.get('NearNumber')?.slice(2, 5) ?? '');
  if (area !== undefined) return [area.latitude, area.longitude];
  const [latitude, longitude] = query.get('NearLatLong')?.split(',').map(Number) ?? [];
  return latitude === undefined || longitude === undefined ? undefined : [latitude, longitude];
}

/** Great-circle distance; 3959 miles is the radius of the earth. */
function miles([lat1, long1]: readonly [number, number], [lat2, long2]: readonly [number, number]): number {
  const radians = Math.PI / 180;
  const a =
    Math.sin(((lat2 - lat1) * radians) / 2) ** 2 +
    Math.cos(lat1 * radians) * Math.cos(lat2 * radians) * Math.sin(((long2 - long1) * radians) / 2) ** 2;
  return 2 * 3959 * Math.asin(Math.min(1, Math.sqrt(a)));
}

const KEYPAD = ['abc', 'def', 'ghi', 'jkl', 'mno', 'pqrs', 'tuv', 'wxyz'];

/**
 * `*` stands for one digit and `%` for any run; a leading `+` anchors the start, a trailing `$` the end; letters are
 * those of the keypad. At least two plain characters. `null`: not a pattern.
 */
function patternOf(contains: string): RegExp | null {
  const plain = contains.replace(/[*%+$]/g, '');
  if (contains.length < 2 || contains.length > 16 || plain.length < 2) return null;
  if (!/^\+?[0-9a-zA-Z*%]+\$?$/.test(contains)) return null;
  const body = contains
    .replace(/^\+|\$$/g, '')
    .replace(/[a-zA-Z]/g, (letter) =>
      String(2 + KEYPAD.findIndex((key) => key.includes(letter.toLowerCase()))),
    )
    .replaceAll('*', '\\d')
    .replaceAll('%', '\\d*');
  return new RegExp(`${contains.startsWith('+') ? '^\\+' : ''}${body}${contains.endsWith('$') ? '$' : ''}`);
}

function view(one: StockNumber): Readonly<Record<string, unknown>> {
  return {
    friendly_name: nationalFormat(one.phoneNumber),
    phone_number: one.phoneNumber,
    lata: one.area.lata,
    locality: one.area.locality,
    rate_center: one.area.locality.toUpperCase(),
    latitude: one.area.latitude.toFixed(6),
    longitude: one.area.longitude.toFixed(6),
    region: one.area.region,
    postal_code: one.area.postalCode,
    iso_country: one.area.country,
    address_requirements: one.addressRequirements,
    beta: false,
    capabilities: one.capabilities,
  };
}
