import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type BrandInput, canonicalBrandSpec, canonicalCampaignSpec } from './canonical.ts';
import { brandFaults, campaignFaults, submitFaults } from './compliance.ts';
import { brandInput, campaignInput } from './fixtures.ts';
import { canonicalPhone, isUsE164 } from './phones.ts';
import { maskTaxId, normaliseTaxId } from './tax-id.ts';
import { type CampaignSpec, USE_CASE } from './types.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('', ' ', 'a.b', 'é', 'e\u0301'),
);
const maybe = { requiredKeys: ['country', 'brandType', 'legalName', 'websiteDomain'] } as const;
const address = fc.record({
  street: text,
  city: text,
  region: text,
  postalCode: text,
  country: fc.constant('US' as const),
});
const representative = fc.record({ firstName: text, lastName: text, email: text, phone: text });
const brandInputs: fc.Arbitrary<BrandInput> = fc.record(
  {
    country: fc.constant('US' as const),
    brandType: fc.constantFrom('STANDARD' as const, 'SOLE_PROP' as const),
    legalName: text,
    websiteDomain: fc.oneof(text, fc.domain(), fc.webUrl()),
    displayName: text,
    taxId: fc.oneof(text, fc.stringMatching(/^ ?\d{2}-?\d{7}$/)),
    supportEmail: text,
    supportPhone: fc.oneof(text, fc.stringMatching(/^\(\d{3}\) \d{3}-\d{4}$/)),
    mobilePhone: text,
    description: text,
    address,
    representative,
  },
  { requiredKeys: [...maybe.requiredKeys] },
);
const campaignInputs: fc.Arbitrary<CampaignSpec> = fc.record(
  {
    useCase: fc.constant(USE_CASE),
    optInDescription: text,
    sampleMessages: fc.array(text),
    stopHelpText: text,
    linkDomains: fc.array(fc.oneof(text, fc.domain(), fc.webUrl())),
    description: text,
    privacyPolicyUrl: fc.oneof(text, fc.webUrl()),
    termsUrl: text,
    helpMessage: text,
  },
  { requiredKeys: ['useCase', 'optInDescription', 'sampleMessages', 'stopHelpText', 'linkDomains'] },
);

test('a brand is trimmed, composed, on one line, with canonical host, EIN and phones', () => {
  const spec = canonicalBrandSpec({
    ...brandInput,
    legalName: '  Rosa \n Plumbing\u0000 ',
    displayName: 'Rose\u0301',
    websiteDomain: 'https://WWW.Example.com/start',
    taxId: ' 123456789 ',
    supportPhone: '(206) 555-0100',
    description: 'One\r\ntwo\u0007 ',
    supportEmail: '  ',
  });
  assert.deepEqual(spec, {
    country: 'US',
    brandType: 'STANDARD',
    legalName: 'Rosa Plumbing',
    displayName: 'Ros\u00e9',
    websiteDomain: 'www.example.com',
    taxId: '12-3456789',
    supportPhone: '+12065550100',
    description: 'One\ntwo',
  });
});

test('displayName defaults to legalName, also when blank (C30)', () => {
  assert.equal(canonicalBrandSpec(brandInput).displayName, brandInput.legalName);
  assert.equal(canonicalBrandSpec({ ...brandInput, displayName: ' ' }).displayName, brandInput.legalName);
});

test('what cannot be spelt right is kept, for the checks to name', () => {
  const spec = canonicalBrandSpec({ ...brandInput, taxId: '12-34', websiteDomain: 'localhost' });
  assert.deepEqual([spec.taxId, spec.websiteDomain], ['12-34', 'localhost']);
});

test('unknown fields do not get in', () => {
  const sneaky = { ...brandInput, phase: 'VETTED' };
  assert.ok(!('phase' in canonicalBrandSpec(sneaky)));
});

test('address and representative are spelt alike', () => {
  const spec = canonicalBrandSpec({
    ...brandInput,
    address: { street: ' 1 Main St ', city: 'Reno', region: 'nv', postalCode: '89501', country: 'US' },
    representative: {
      firstName: ' A ',
      lastName: 'B',
      email: 'a@example.com',
      phone: '206 555 0100',
      title: '',
    },
  });
  assert.deepEqual(spec.address, {
    street: '1 Main St',
    city: 'Reno',
    region: 'NV',
    postalCode: '89501',
    country: 'US',
  });
  assert.deepEqual(spec.representative, {
    firstName: 'A',
    lastName: 'B',
    email: 'a@example.com',
    phone: '+12065550100',
  });
});

test('a campaign keeps the positions of its lists, so that faults point at what was sent', () => {
  const spec = canonicalCampaignSpec({
    ...campaignInput,
    sampleMessages: [' ', ' Hi '],
    linkDomains: ['https://Example.com/', 'no host', 'example.com'],
    termsUrl: ' ',
  });
  assert.deepEqual(spec.sampleMessages, ['', 'Hi']);
  assert.deepEqual(spec.linkDomains, ['example.com', 'no host', 'example.com']);
  assert.ok(!('termsUrl' in spec));
});

test('canonical specs are fixed points, and neither they nor the checks throw on any text', () => {
  fc.assert(
    fc.property(brandInputs, campaignInputs, (brand, campaign) => {
      const brandSpec = canonicalBrandSpec(brand);
      assert.deepEqual(canonicalBrandSpec(brandSpec), brandSpec);
      const campaignSpec = canonicalCampaignSpec(campaign);
      assert.deepEqual(canonicalCampaignSpec(campaignSpec), campaignSpec);
      assert.ok(submitFaults(brandSpec).length >= brandFaults(brandSpec).length);
      campaignFaults(campaignSpec, brandSpec);
      campaignFaults(campaign, canonicalBrandSpec(brand));
    }),
    { numRuns: 500 },
  );
});

test('what is spelt out of stray characters is spelt once and for all', () => {
  const stray = canonicalBrandSpec({
    ...{ country: 'US', brandType: 'STANDARD', legalName: 'Acme', taxId: '12345\u00006789' },
    websiteDomain: 'https://Acme\u0001.com/',
    address: { street: '1', city: 'X', region: 'ΐ', postalCode: '1', country: 'US' },
  });
  assert.equal(stray.taxId, '12-3456789');
  assert.equal(stray.websiteDomain, 'acme.com');
  assert.equal(stray.address?.region, '\u03aa\u0301');
  assert.deepEqual(canonicalBrandSpec(stray), stray);
});

test('canonical specs survive JSON and a jsonb column: well-formed, without NUL, nothing undefined', () => {
  fc.assert(
    fc.property(brandInputs, (brand) => {
      const spec = canonicalBrandSpec(brand);
      assert.deepEqual(JSON.parse(JSON.stringify(spec)), spec);
      JSON.stringify(spec, (_key, value: unknown) => {
        if (typeof value === 'string') assert.ok(value.isWellFormed() && !value.includes('\u0000'));
        return value;
      });
    }),
  );
});

describe('EIN', () => {
  const table: readonly (readonly [input: string, taxId: string | undefined])[] = [
    ['12-3456789', '12-3456789'],
    ['123456789', '12-3456789'],
    [' 12-3456789 ', '12-3456789'],
    ['12-345678', undefined],
    ['12-34567890', undefined],
    ['123-456789', undefined],
    ['12 3456789', undefined],
    ['１２-3456789', undefined],
    ['', undefined],
  ];
  for (const [input, taxId] of table)
    test(`${JSON.stringify(input)} -> ${taxId}`, () => assert.equal(normaliseTaxId(input), taxId));

  test('the mask shows four digits of an EIN, and nothing of anything else', () => {
    assert.equal(maskTaxId('12-3456789'), '***-**6789');
    assert.equal(maskTaxId('123456789'), '***-**6789');
    fc.assert(
      fc.property(text, (odd) => {
        if (normaliseTaxId(odd) === undefined) assert.equal(maskTaxId(odd), '***-******');
      }),
    );
  });
});

describe('phones', () => {
  const table: readonly (readonly [phone: string, is: boolean, reason: string])[] = [
    ['+12065550100', true, 'a local number'],
    ['+15005550006', true, 'a provider test number'],
    ['+15005550001', true, 'a provider test number'],
    ['12065550100', false, 'no plus'],
    ['+1206555010', false, 'a digit short'],
    ['+120655501000', false, 'a digit long'],
    ['+442071838750', false, 'not +1'],
    ['+1 206 555 0100', false, 'not canonical'],
    ['+12065550100\n', false, 'a line end is no digit'],
  ];
  for (const [phone, is, reason] of table)
    test(`${JSON.stringify(phone)} ${is ? 'is' : 'is not'} a US number in E.164: ${reason}`, () =>
      assert.equal(isUsE164(phone), is));

  test('canonicalPhone is its own fixed point and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.stringMatching(/^[+\d() .x-]{0,20}$/)), (odd) => {
        const phone = canonicalPhone(odd);
        assert.equal(canonicalPhone(phone), phone);
      }),
      { numRuns: 1000 },
    );
  });

  test('an extension is not silently lost', () => {
    assert.equal(canonicalPhone('206 555 0100 ext. 5'), '206 555 0100 ext. 5');
  });
});
