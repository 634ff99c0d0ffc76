/** A number that can be searched for and bought. */
export interface StockNumber {
  readonly phoneNumber: string;
  readonly area: Area;
  readonly capabilities: { readonly voice: boolean; readonly sms: boolean; readonly mms: boolean };
  readonly addressRequirements: 'none' | 'any';
}

export interface Area {
  readonly code: string;
  readonly country: 'US' | 'CA';
  readonly region: string;
  readonly locality: string;
  readonly postalCode: string;
  readonly lata: string;
  readonly latitude: number;
  readonly longitude: number;
}

const US = (
  code: string,
  region: string,
  locality: string,
  postalCode: string,
  lata: string,
  latitude: number,
  longitude: number,
): Area => ({ code, country: 'US', region, locality, postalCode, lata, latitude, longitude });

/** The area codes with stock; every other valid one has none. */
export const AREAS: readonly Area[] = [
  US('201', 'NJ', 'Jersey City', '07302', '224', 40.7, -74.1),
  US('206', 'WA', 'Seattle', '98101', '674', 47.6, -122.3),
  US('212', 'NY', 'New York', '10001', '132', 40.7, -74.0),
  US('213', 'CA', 'Los Angeles', '90012', '730', 34.1, -118.2),
  US('303', 'CO', 'Denver', '80202', '656', 39.7, -105.0),
  US('305', 'FL', 'Miami', '33101', '460', 25.8, -80.2),
  US('312', 'IL', 'Chicago', '60601', '358', 41.9, -87.6),
  US('404', 'GA', 'Atlanta', '30303', '438', 33.7, -84.4),
  US('415', 'CA', 'San Francisco', '94103', '722', 37.8, -122.4),
  US('503', 'OR', 'Portland', '97201', '672', 45.5, -122.7),
  US('512', 'TX', 'Austin', '78701', '558', 30.3, -97.7),
  US('602', 'AZ', 'Phoenix', '85003', '666', 33.4, -112.1),
  US('615', 'TN', 'Nashville', '37201', '470', 36.2, -86.8),
  US('617', 'MA', 'Boston', '02108', '128', 42.4, -71.1),
  US('702', 'NV', 'Las Vegas', '89101', '721', 36.2, -115.1),
  US('713', 'TX', 'Houston', '77002', '560', 29.8, -95.4),
  US('808', 'HI', 'Honolulu', '96813', '834', 21.3, -157.9),
  { ...US('416', 'ON', 'Toronto', 'M5H 2N2', '888', 43.7, -79.4), country: 'CA' },
];

/** Twilio's own test numbers: refused, invalid, and always free to buy. */
export const MAGIC = { taken: '+15005550000', invalid: '+15005550001', free: '+15005550006' } as const;
const TEST_AREA = US('500', 'CA', 'Test', '00000', '000', 0, 0);

/** Lines of 555-01xx are set aside for fiction, so no simulated number is anyone's telephone. */
const LINES = Array.from({ length: 100 }, (_, line) => line);

/**
 * All numbers of an area code in a fixed order. The last digit decides what a number can do, so that tests can
 * choose: 9 has no SMS and no MMS, 8 has no MMS, 7 wants an address.
 */
export function stockOf(area: Area): readonly StockNumber[] {
  if (area === TEST_AREA) return [stockNumber(area, MAGIC.free)];
  return LINES.map((line) => stockNumber(area, `+1${area.code}55501${String(line).padStart(2, '0')}`));
}

export function areaOf(code: string): Area | undefined {
  return code === TEST_AREA.code ? TEST_AREA : AREAS.find((area) => area.code === code);
}

export function findStock(phoneNumber: string): StockNumber | undefined {
  const area = areaOf(phoneNumber.slice(2, 5));
  return area && stockOf(area).find((one) => one.phoneNumber === phoneNumber);
}

function stockNumber(area: Area, phoneNumber: string): StockNumber {
  const last = phoneNumber.at(-1);
  return {
    phoneNumber,
    area,
    capabilities: { voice: true, sms: last !== '9', mms: last !== '9' && last !== '8' },
    addressRequirements: last === '7' ? 'any' : 'none',
  };
}

/** `(415) 555-0100` */
export function nationalFormat(phoneNumber: string): string {
  return `(${phoneNumber.slice(2, 5)}) ${phoneNumber.slice(5, 8)}-${phoneNumber.slice(8)}`;
}
