import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BrandInput } from './canonical.ts';
import { canonicalBrandSpec, canonicalCampaignSpec } from './canonical.ts';
import { brandFaults, campaignFaults, numberFaults, submitFaults } from './compliance.ts';
import { brandInput, campaignInput } from './fixtures.ts';
import type { CampaignSpec } from './types.ts';

const brand = canonicalBrandSpec(brandInput);
const fieldsOf = (faults: readonly { readonly field: string }[]) => faults.map(({ field }) => field);
const without = <K extends keyof BrandInput>(key: K): Omit<BrandInput, K> => {
  const { [key]: _gone, ...rest } = brandInput;
  return rest;
};
const address = {
  street: '1 Main St',
  city: 'Reno',
  region: 'NV',
  postalCode: '89501',
  country: 'US',
} as const;
const person = { firstName: 'A', lastName: 'B', email: 'a@example.com', phone: '+12065550100' };

describe('a brand may be stored when nothing of this is wrong', () => {
  const table: readonly (readonly [input: BrandInput, fields: readonly string[], reason: string])[] = [
    [brandInput, [], 'the seed’s own fields are enough (R108)'],
    [{ ...brandInput, supportEmail: 'help@example.com', address, representative: person }, [], 'all blocks'],
    [{ ...brandInput, legalName: ' ' }, ['legalName'], 'a nameless business cannot be vetted'],
    [without('taxId'), ['taxId'], 'STANDARD needs an EIN (C19)'],
    [{ ...without('taxId'), brandType: 'SOLE_PROP' }, [], 'a sole proprietor has none (C19)'],
    [{ ...brandInput, taxId: '1234' }, ['taxId'], 'nine digits'],
    [{ ...brandInput, brandType: 'SOLE_PROP', taxId: '1234' }, ['taxId'], 'a wrong one is wrong for anybody'],
    [{ ...brandInput, websiteDomain: 'localhost' }, ['websiteDomain'], 'no public domain'],
    [{ ...brandInput, websiteDomain: 'https://example.com/about' }, [], 'a URL names the domain (C29)'],
    [{ ...brandInput, websiteDomain: 'bit.ly' }, ['websiteDomain'], 'nobody’s own domain'],
    [{ ...brandInput, supportEmail: 'help@localhost' }, ['supportEmail'], 'not reachable from outside'],
    [{ ...brandInput, supportEmail: 'help' }, ['supportEmail'], 'no address'],
    [{ ...brandInput, supportPhone: '12' }, ['supportPhone'], 'no US number'],
    [{ ...brandInput, mobilePhone: '+442071838750' }, ['mobilePhone'], 'no US number'],
    [
      { ...brandInput, representative: { ...person, email: 'x', phone: 'y' } },
      ['representative.email', 'representative.phone'],
      'each contact is checked',
    ],
    [
      { ...brandInput, address: { ...address, street: '', city: ' ', region: 'Nevada', postalCode: '8950' } },
      ['address.street', 'address.city', 'address.region', 'address.postalCode'],
      'each line of the address is checked',
    ],
    [{ ...brandInput, address: { ...address, postalCode: '89501-1234' } }, [], 'ZIP+4'],
    [
      { ...without('taxId'), legalName: '', websiteDomain: 'x', supportEmail: 'x' },
      ['legalName', 'taxId', 'websiteDomain', 'supportEmail'],
      'all at once, in order',
    ],
  ];
  for (const [input, fields, reason] of table)
    test(`${fields.join(', ') || 'no fault'}: ${reason}`, () =>
      assert.deepEqual(fieldsOf(brandFaults(canonicalBrandSpec(input))), fields));

  test('country and brand type are held to their values whatever the caller’s types say', () => {
    const foreign = JSON.parse(JSON.stringify({ ...brand, country: 'CA', brandType: 'LLC' }));
    assert.deepEqual(fieldsOf(brandFaults(foreign)), ['country', 'brandType']);
  });
});

describe('a brand may be submitted when the seed’s minimum is there', () => {
  const sole = { ...without('taxId'), brandType: 'SOLE_PROP' } as const;
  const table: readonly (readonly [input: BrandInput, fields: readonly string[], reason: string])[] = [
    [brandInput, [], 'STANDARD needs no more than to be stored'],
    [sole, ['mobilePhone'], 'the one-time code goes to the owner’s mobile (C19)'],
    [{ ...sole, mobilePhone: '+12065550100' }, [], 'complete'],
    [
      { ...sole, mobilePhone: '12', legalName: '' },
      ['legalName', 'mobilePhone'],
      'and all that storing needs',
    ],
  ];
  for (const [input, fields, reason] of table)
    test(`${fields.join(', ') || 'no fault'}: ${reason}`, () =>
      assert.deepEqual(fieldsOf(submitFaults(canonicalBrandSpec(input))), fields));
});

describe('a campaign may be stored when nothing of this is wrong', () => {
  const samples = (...sampleMessages: string[]) => ({ sampleMessages });
  const table: readonly (readonly [
    change: Partial<CampaignSpec>,
    fields: readonly string[],
    reason: string,
  ])[] = [
    [{}, [], 'as it should be'],
    [{ optInDescription: ' ' }, ['optInDescription'], 'nobody knows how people agree'],
    [samples(), ['sampleMessages'], 'at least one sample (R34)'],
    [samples('Hi', ' '), ['sampleMessages[1]'], 'a blank sample shows nothing'],
    [{ stopHelpText: 'Reply stop or Help.' }, [], 'any case'],
    [{ stopHelpText: 'STOP/HELP' }, [], 'with a slash between'],
    [{ stopHelpText: 'STOP-HELP' }, ['stopHelpText', 'stopHelpText'], 'one word is neither keyword'],
    [{ stopHelpText: 'Reply HELP.' }, ['stopHelpText'], 'STOP is missing (R111)'],
    [{ stopHelpText: 'Reply STOP.' }, ['stopHelpText'], 'HELP is missing (R111)'],
    [{ stopHelpText: 'nonstop help' }, ['stopHelpText'], 'nonstop is not STOP'],
    [{ stopHelpText: 'non-stop HELP' }, ['stopHelpText'], 'nor is non-stop'],
    [{ stopHelpText: 'STOP, helpful' }, ['stopHelpText'], 'helpful is not HELP'],
    [{ stopHelpText: 'STOP_IT HELP' }, ['stopHelpText'], 'nor is STOP_IT a word STOP'],
    [{ linkDomains: [] }, ['linkDomains'], 'none declared (C29); the sample’s link is then outside'],
    [{ linkDomains: ['https://www.example.com/x'] }, [], 'below the brand’s domain, as URL'],
    [{ linkDomains: ['example.com', 'example.org'] }, ['linkDomains[1]'], 'another’s domain (R34)'],
    [{ linkDomains: ['example.com', 'bit.ly'] }, ['linkDomains[1]'], 'a shortener (R111)'],
    [{ linkDomains: ['example.com', 'http://10.0.0.1/'] }, ['linkDomains[1]'], 'no domain at all'],
    [{ linkDomains: ['example.com', 'example.com.evil.org'] }, ['linkDomains[1]'], 'the brand as a prefix'],
    [{ linkDomains: ['example.com', 'notexample.com'] }, ['linkDomains[1]'], 'the brand as a suffix'],
    [samples('See https://go.example.com/1'), [], 'below a declared domain'],
    [samples('See https://example.org/'), ['sampleMessages[0]'], 'a link elsewhere'],
    [samples('See bit.ly/x'), ['sampleMessages[0]'], 'a bare short link'],
    [samples('See https://example.com@evil.org/'), ['sampleMessages[0]'], 'a link that lies'],
    [samples('See http://10.0.0.1/'), ['sampleMessages[0]'], 'a link to a machine'],
    [samples('ok', 'bit.ly/a and bit.ly/b, tinyurl.com/c'), ['sampleMessages[1]'], 'one fault for one cause'],
    [
      samples('bit.ly/a example.org'),
      ['sampleMessages[0]', 'sampleMessages[0]'],
      'two faults for two causes',
    ],
    [samples('Write to help@example.org'), [], 'an e-mail address is no link'],
    [{ optInDescription: 'Agree at bit.ly/x' }, ['optInDescription'], 'reviewers open this one'],
    [{ stopHelpText: 'STOP, HELP, goo.gl/x' }, ['stopHelpText'], 'people see this one'],
    [
      { description: 't.co/x', messageFlow: 't.co/x', helpMessage: 't.co/x', optOutMessage: 't.co/x' },
      ['description', 'messageFlow', 'helpMessage', 'optOutMessage'],
      'every text is checked',
    ],
    [
      { privacyPolicyUrl: 'https://policies.example.org/p', termsUrl: 'http://example.com/t' },
      [],
      'policies may be hosted elsewhere',
    ],
    [
      { privacyPolicyUrl: 'example.com/privacy', termsUrl: 'https://bit.ly/t' },
      ['privacyPolicyUrl', 'termsUrl'],
      'full URLs, not shortened',
    ],
  ];
  for (const [change, fields, reason] of table)
    test(`${fields.join(', ') || 'no fault'}: ${reason}`, () => {
      const spec = canonicalCampaignSpec({ ...campaignInput, ...change });
      const expected = change.linkDomains?.length === 0 ? [...fields, 'sampleMessages[0]'] : fields;
      assert.deepEqual(fieldsOf(campaignFaults(spec, brand)), expected);
    });

  test('the use case is held to its value whatever the caller’s types say', () => {
    const other = JSON.parse(JSON.stringify({ ...campaignInput, useCase: 'MARKETING' }));
    assert.deepEqual(fieldsOf(campaignFaults(other, brand)), ['useCase']);
  });

  test('customers of one hosting suffix do not own each other’s pages', () => {
    const hosted = canonicalBrandSpec({ ...brandInput, websiteDomain: 'rosa.github.io' });
    const campaign = { ...campaignInput, sampleMessages: ['Hi'], linkDomains: ['other.github.io'] };
    assert.deepEqual(fieldsOf(campaignFaults(campaign, hosted)), ['linkDomains[0]']);
  });
});

test('a number is US E.164; provider test numbers pass (R35)', () => {
  assert.deepEqual(numberFaults('+15005550001'), []);
  assert.deepEqual(fieldsOf(numberFaults('+1500555000')), ['e164']);
});

test('no message repeats a value: it may be PII', () => {
  const secret = 'sEcReT';
  const brandSpec = canonicalBrandSpec({
    ...brandInput,
    taxId: secret,
    websiteDomain: `${secret} x`,
    supportEmail: secret,
    supportPhone: secret,
    mobilePhone: secret,
    address: { ...address, region: secret, postalCode: secret },
    representative: { ...person, email: secret, phone: secret },
  });
  const campaign = canonicalCampaignSpec({
    ...campaignInput,
    stopHelpText: secret,
    sampleMessages: [`https://${secret}.org bit.ly/${secret}`],
    linkDomains: [secret, `${secret}.com`],
    termsUrl: secret,
  });
  const faults = [
    ...submitFaults(brandSpec),
    ...campaignFaults(campaign, brandSpec),
    ...numberFaults(secret),
  ];
  assert.ok(faults.length >= 14);
  for (const { message } of faults) assert.ok(!message.toLowerCase().includes(secret.toLowerCase()), message);
});
