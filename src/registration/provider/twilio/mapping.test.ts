import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { canonicalBrandSpec, canonicalCampaignSpec } from '../../domain/canonical.ts';
import { campaignFaults as domainCampaignFaults, submitFaults } from '../../domain/compliance.ts';
import { brandInput } from '../../domain/fixtures.ts';
import { campaignTexts } from '../../domain/texts.ts';
import type { BrandSpec, CampaignSpec } from '../../domain/types.ts';
import { completeBrand, completeCampaign, soleProprietor } from './complete-specs.test-support.ts';
import {
  addressInput,
  brandTypeOf,
  businessAttributes,
  campaignInput,
  messagingProfileAttributes,
  representativeAttributes,
  soleProprietorAttributes,
  starterAttributes,
  useCaseOf,
} from './mapping.ts';
import { BUSINESS_TYPES, INDUSTRIES, JOB_POSITIONS, VERTICALS } from './mapping-vocabulary.ts';
import { brandFaults, campaignFaults } from './requirements.ts';

const of = (spec: CampaignSpec, brand: BrandSpec = completeBrand) =>
  campaignInput(spec, campaignTexts(spec, brand), 'BN1', 'LOW_VOLUME');

describe('a brand in the provider’s words', () => {
  test('a company', () => {
    assert.deepEqual(businessAttributes({ ...completeBrand, businessType: 'llc', industry: 'real estate' }), {
      business_name: 'Rosa Plumbing Incorporated',
      business_type: 'Limited Liability Corporation',
      business_industry: 'REAL_ESTATE',
      business_registration_identifier: 'EIN',
      business_registration_number: '12-3456789',
      business_regions_of_operation: 'USA_AND_CANADA',
      business_identity: 'direct_customer',
      website_url: 'https://example.com',
    });
    assert.deepEqual(representativeAttributes(completeBrand), {
      first_name: 'A',
      last_name: 'B',
      email: 'a@example.com',
      phone_number: '+12065550100',
      business_title: 'Owner',
      job_position: 'CEO',
    });
  });

  test('a company is private, a non-profit or a government as its type and industry say', () => {
    const companyType = (businessType: string, industry: string) =>
      messagingProfileAttributes({ ...completeBrand, businessType, industry }).company_type;
    assert.equal(companyType('Corporation', 'GOVERNMENT'), 'private', 'one that works for the government');
    assert.equal(companyType('Non-profit Corporation', 'GOVERNMENT'), 'government');
    assert.equal(companyType('Non-profit Corporation', 'EDUCATION'), 'non_profit');
  });

  test('a sole proprietor', () => {
    assert.deepEqual(starterAttributes(soleProprietor), {
      first_name: 'A',
      last_name: 'B',
      email: 'a@example.com',
      phone_number: '+12065550100',
    });
    assert.deepEqual(soleProprietorAttributes({ ...soleProprietor, industry: 'banking' }), {
      brand_name: 'Rosa Plumbing',
      mobile_phone_number: '+12065550101',
      vertical: 'FINANCIAL',
    });
    assert.ok(!('vertical' in soleProprietorAttributes({ ...soleProprietor, industry: 'CONSTRUCTION' })));
    assert.equal(addressInput(soleProprietor, 'tag').customerName, 'A B');
  });

  test('an address', () => {
    const address = { ...completeBrand.address, street2: 'Suite 2' };
    assert.deepEqual(addressInput({ ...completeBrand, address }, 'brand_1/address'), {
      friendlyName: 'brand_1/address',
      customerName: 'Rosa Plumbing Incorporated',
      street: '1 Main St',
      streetSecondary: 'Suite 2',
      city: 'Reno',
      region: 'NV',
      postalCode: '89501',
      isoCountry: 'US',
    });
  });

  test('Low-Volume Standard is STANDARD without secondary vetting', () => {
    const type = (spec: BrandSpec, vetting: 'low-volume' | 'standard') => {
      const { brandType, skipAutomaticSecVet } = brandTypeOf(spec, vetting);
      return [brandType, skipAutomaticSecVet];
    };
    assert.deepEqual(type(completeBrand, 'low-volume'), ['STANDARD', true]);
    assert.deepEqual(type(completeBrand, 'standard'), ['STANDARD', false]);
    assert.deepEqual(type(soleProprietor, 'low-volume'), ['SOLE_PROPRIETOR', false]);
  });

  test('a brand that says too little still maps, for the evaluation to find it wanting', () => {
    const spec = canonicalBrandSpec(brandInput);
    assert.deepEqual(representativeAttributes(spec), {});
    assert.equal(addressInput(spec, 'tag').street, '');
  });
});

describe('a campaign in the provider’s words', () => {
  test('texts, answers and policies', () => {
    const input = of(completeCampaign);
    assert.equal(input.brandSid, 'BN1');
    assert.equal(input.useCase, 'LOW_VOLUME');
    assert.deepEqual(input.messageSamples, completeCampaign.sampleMessages);
    assert.equal(input.privacyPolicyUrl, 'https://example.com/privacy');
    assert.equal(input.termsAndConditionsUrl, 'https://example.com/terms');
    assert.match(input.description, /example\.com/);
    assert.ok(!('optInKeywords' in input), 'nobody texts a keyword to join');
    for (const keywords of [input.optOutKeywords ?? [], input.helpKeywords ?? []]) {
      assert.ok(keywords.every((word) => /^[A-Z0-9]+$/.test(word)));
      assert.ok(keywords.join('').length <= 255);
    }
  });

  test('the same specs always make the same campaign', () => {
    assert.deepEqual(of(completeCampaign), of(structuredClone(completeCampaign)));
  });

  test('the use case is one that the brand is offered', () => {
    const standard = ['2FA', 'CUSTOMER_CARE', 'LOW_VOLUME', 'MIXED'];
    assert.equal(useCaseOf(standard, 'low-volume'), 'LOW_VOLUME');
    assert.equal(useCaseOf(standard, 'standard'), 'CUSTOMER_CARE');
    assert.equal(useCaseOf(['CUSTOMER_CARE'], 'low-volume'), 'CUSTOMER_CARE');
    assert.equal(useCaseOf(['SOLE_PROPRIETOR'], 'low-volume'), 'SOLE_PROPRIETOR');
    assert.equal(useCaseOf(['2FA'], 'standard'), undefined);
  });

  const flags: readonly (readonly [sample: string, links: boolean, phone: boolean])[] = [
    ['Rosa Plumbing: sorry we missed your call.', false, false],
    ['Book at https://example.com/book', true, false],
    ['Book at example.com today', true, false],
    ['Book at [link]', true, false],
    ['Book at {booking_url}', true, false],
    ['Call +12065550100', false, true],
    ['Call (206) 555-0100', false, true],
    ['Call 206-555-0100 or reply', false, true],
    ['Call 206.555.0100', false, true],
    ['Call 2065550100', false, true],
    ['Call 1 206 555 0100', false, true],
    ['Call 555-0100', false, true],
    ['Call +44 20 7183 8750', false, true],
    ['Call [phone number]', false, true],
    ['We open at 8:30 on 2026-11-22', false, false],
    ['Your ticket is 12345, order 123456789012', false, false],
    ['It costs 100-2000 dollars', false, false],
    ['See https://example.com/2065550100', true, false],
  ];
  for (const [sample, links, phone] of flags)
    test(`links ${links}, phone ${phone}: ${sample}`, () => {
      const sampleMessages = ['Rosa Plumbing: we missed you.', sample];
      const { hasEmbeddedLinks, hasEmbeddedPhone } = of({ ...completeCampaign, sampleMessages });
      assert.deepEqual([hasEmbeddedLinks, hasEmbeddedPhone], [links, phone]);
    });
});

// --- Whatever passes the checks fits --------------------------------------------------------------------------

const text = (maxLength: number) => fc.string({ unit: 'grapheme', minLength: 0, maxLength });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 12 });
const words = (list: readonly string[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...list).map((word) => word.toLowerCase().replaceAll('_', ' ')) },
    { weight: 1, arbitrary: text(20) },
  );

const anyBrand: fc.Arbitrary<BrandSpec> = fc
  .record({
    brandType: fc.constantFrom('STANDARD', 'SOLE_PROP'),
    legalName: text(255),
    displayName: text(255),
    supportEmail: maybe(fc.constant('help@example.com')),
    taxId: fc.constantFrom('12-3456789', '12-3456789', undefined, '00-0000000'),
    mobilePhone: maybe(fc.constant('+12065550101')),
    businessType: maybe(words(BUSINESS_TYPES)),
    industry: maybe(words([...INDUSTRIES, ...VERTICALS])),
    address: maybe(fc.record({ street: text(60), city: text(20) })),
    representative: maybe(fc.record({ title: maybe(text(60)), jobPosition: maybe(words(JOB_POSITIONS)) })),
  })
  .map(({ address, representative, ...rest }) => {
    const { taxId: _none, ...base } = brandInput;
    return canonicalBrandSpec({
      ...base,
      ...present(rest),
      ...(address ? { address: { ...completeBrand.address, ...address } } : {}),
      ...(representative
        ? { representative: { ...soleProprietor.representative, ...present(representative) } }
        : {}),
    });
  });

/** Texts around both ends of what the provider takes, and mostly within. */
const around = (min: number, max: number) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.string({ unit: 'grapheme', minLength: min + 10, maxLength: min + 60 }) },
    { weight: 2, arbitrary: fc.constantFrom(min, max).map((length) => 'x'.repeat(length)) },
    { weight: 1, arbitrary: fc.constantFrom(min - 1, max + 1).map((length) => 'x'.repeat(length)) },
  );

const anyCampaign: fc.Arbitrary<CampaignSpec> = fc
  .record({
    optInDescription: around(1, 2048),
    stopHelpText: text(300).map((rest) => `Reply STOP to opt out, HELP for help. ${rest}`),
    sampleMessages: fc.array(around(20, 1024), { minLength: 1, maxLength: 6 }),
    description: maybe(around(40, 4096)),
    messageFlow: maybe(around(40, 2048)),
    helpMessage: maybe(around(20, 320)),
    optOutMessage: maybe(around(20, 320)),
    privacyPolicyUrl: maybe(fc.constant('https://example.com/privacy')),
    termsUrl: maybe(fc.constant('https://example.com/terms')),
  })
  .map(({ privacyPolicyUrl, termsUrl, ...fields }) => {
    const { privacyPolicyUrl: _privacy, termsUrl: _terms, ...base } = completeCampaign;
    return canonicalCampaignSpec({ ...base, ...present({ ...fields, privacyPolicyUrl, termsUrl }) });
  });

function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> };
function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const within = (value: string, min: number, max: number) =>
  assert.ok([...value].length >= min && value.length <= max, `${value.length} is not ${min}..${max}`);

test('every brand that passes the checks maps to values that the provider takes', () => {
  let passed = 0;
  fc.assert(
    fc.property(anyBrand, (spec) => {
      if (submitFaults(spec).length > 0 || brandFaults(spec).length > 0) return;
      passed += 1;
      const filled = (attributes: Readonly<Record<string, string>>, names: readonly string[]) => {
        for (const name of names) assert.ok((attributes[name] ?? '').trim() !== '', name);
      };
      const { street, city, region, postalCode, customerName } = addressInput(spec, 'tag');
      filled({ street, city, region, postalCode, customerName }, ['street', 'city', 'customerName']);
      const person = ['first_name', 'last_name', 'email', 'phone_number'];
      if (spec.brandType === 'SOLE_PROP') {
        filled(starterAttributes(spec), person);
        const proprietor = soleProprietorAttributes(spec);
        filled(proprietor, ['brand_name', 'mobile_phone_number']);
        const verticals: readonly string[] = VERTICALS;
        assert.ok(proprietor.vertical === undefined || verticals.includes(proprietor.vertical));
        return;
      }
      const business = businessAttributes(spec);
      assert.equal(Object.keys(business).length, 8);
      filled(business, Object.keys(business));
      assert.ok((BUSINESS_TYPES as readonly string[]).includes(business.business_type ?? ''));
      assert.ok((INDUSTRIES as readonly string[]).includes(business.business_industry ?? ''));
      const representative = representativeAttributes(spec);
      filled(representative, [...person, 'business_title']);
      assert.ok((JOB_POSITIONS as readonly string[]).includes(representative.job_position ?? ''));
    }),
    { numRuns: 400 },
  );
  assert.ok(passed >= 20, `only ${passed} specs passed: the property says too little`);
});

test('every campaign that passes the checks maps to texts within the provider’s limits', () => {
  let passed = 0;
  fc.assert(
    fc.property(anyCampaign, (spec) => {
      const faults = [...domainCampaignFaults(spec, completeBrand), ...campaignFaults(spec, completeBrand)];
      if (faults.length > 0) return;
      passed += 1;
      const input = of(spec);
      within(input.description, 40, 4096);
      within(input.messageFlow, 40, 2048);
      assert.ok(input.messageSamples.length >= 2 && input.messageSamples.length <= 5);
      for (const sample of input.messageSamples) within(sample, 20, 1024);
      within(input.helpMessage ?? '', 20, 320);
      within(input.optOutMessage ?? '', 20, 320);
    }),
    { numRuns: 400 },
  );
  assert.ok(passed >= 20, `only ${passed} specs passed: the property says too little`);
});
