import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalBrandSpec } from '../../domain/canonical.ts';
import { brandInput, campaignInput } from '../../domain/fixtures.ts';
import type { BrandSpec, CampaignSpec } from '../../domain/types.ts';
import { completeBrand, completeCampaign, soleProprietor } from './complete-specs.test-support.ts';
import { brandFaults, campaignFaults, refusalOfFaults } from './requirements.ts';

const fieldsOf = (faults: readonly { readonly field: string }[]) => faults.map(({ field }) => field);
const person = completeBrand.representative;
const address = completeBrand.address;

describe('a brand may be submitted when the provider finds everything', () => {
  const table: readonly (readonly [spec: BrandSpec, fields: readonly string[], reason: string])[] = [
    [completeBrand, [], 'nothing is missing'],
    [
      canonicalBrandSpec(brandInput),
      [
        'businessType',
        'industry',
        'address',
        'representative',
        'representative.title',
        'representative.jobPosition',
      ],
      'the seed’s minimum lacks all of this, and is told at once (C20)',
    ],
    [{ ...completeBrand, taxId: '00-0000000' }, ['taxId'], 'a placeholder'],
    [{ ...completeBrand, taxId: '99-0000001' }, [], 'the simulators’ own EINs pass'],
    [{ ...completeBrand, businessType: 'llc' }, [], 'the usual word for it'],
    [{ ...completeBrand, businessType: 'non profit corporation' }, [], 'any case and hyphen'],
    [{ ...completeBrand, businessType: 'Sole Proprietorship' }, ['businessType'], 'not a STANDARD brand'],
    [{ ...completeBrand, industry: 'plumbing' }, ['industry'], 'free text is refused'],
    [{ ...completeBrand, industry: 'real estate' }, [], 'any case, blanks'],
    [{ ...completeBrand, address: { ...address, street: 'P.O. Box 12' } }, ['address.street'], 'no PO box'],
    [{ ...completeBrand, address: { ...address, street2: 'PO BOX 9' } }, ['address.street2'], 'no PO box'],
    [{ ...completeBrand, address: { ...address, street: '1 Boxwood Rd' } }, [], 'a street of boxwood'],
    [
      { ...completeBrand, representative: { ...person, jobPosition: 'Owner' } },
      ['representative.jobPosition'],
      'a closed list',
    ],
    [{ ...completeBrand, representative: { ...person, jobPosition: 'ceo' } }, [], 'any case'],
    [soleProprietor, [], 'a person needs no EIN, title, type and industry'],
    [{ ...soleProprietor, taxId: '12-3456789' }, ['taxId'], 'who has an EIN is no sole proprietor'],
    [{ ...soleProprietor, displayName: 'Rosa Plumbing, LLC' }, ['displayName'], 'a company (30915)'],
    [{ ...soleProprietor, displayName: 'Zinc' }, [], 'no suffix, only its letters'],
    [{ ...soleProprietor, address: { ...address, street: 'PO Box 12' } }, [], 'a person may have one'],
    [{ ...soleProprietor, industry: 'GAMBLING' }, [], 'of their own list'],
    [{ ...soleProprietor, industry: 'CONSTRUCTION' }, [], 'of the other list: left out'],
    [{ ...soleProprietor, industry: 'plumbing' }, ['industry'], 'of neither'],
  ];
  for (const [spec, fields, reason] of table)
    test(reason, () => assert.deepEqual(fieldsOf(brandFaults(spec)), fields));
});

describe('a campaign may be submitted when the provider will take every text', () => {
  const sample = 'x'.repeat(20);
  const table: readonly (readonly [spec: CampaignSpec, fields: readonly string[], reason: string])[] = [
    [completeCampaign, [], 'nothing is missing'],
    [
      { ...campaignInput, sampleMessages: ['short'] },
      ['sampleMessages', 'sampleMessages[0]', 'privacyPolicyUrl', 'termsUrl'],
      'all at once',
    ],
    [{ ...completeCampaign, sampleMessages: Array.from({ length: 5 }, () => sample) }, [], 'five of 20'],
    [
      { ...completeCampaign, sampleMessages: Array.from({ length: 6 }, () => sample) },
      ['sampleMessages'],
      'six',
    ],
    [{ ...completeCampaign, sampleMessages: [sample, 'x'.repeat(1024)] }, [], '1024 fit'],
    [
      { ...completeCampaign, sampleMessages: [sample, 'x'.repeat(1025)] },
      ['sampleMessages[1]'],
      '1025 do not',
    ],
    [{ ...completeCampaign, sampleMessages: [sample, '🔧'.repeat(10)] }, ['sampleMessages[1]'], 'ten signs'],
    [{ ...completeCampaign, description: 'x'.repeat(39) }, ['description'], '39 are too few'],
    [{ ...completeCampaign, description: 'x'.repeat(4096) }, [], '4096 fit'],
    [{ ...completeCampaign, messageFlow: 'x'.repeat(39) }, ['messageFlow'], 'an override counts'],
    [
      { ...completeCampaign, optInDescription: 'x'.repeat(2048) },
      ['optInDescription'],
      'the composed text counts',
    ],
    [{ ...completeCampaign, helpMessage: 'x'.repeat(321) }, ['helpMessage'], '321 are too many'],
    [{ ...completeCampaign, optOutMessage: 'Bye' }, ['optOutMessage'], 'too short'],
    [{ ...campaignInput, sampleMessages: [sample, sample] }, ['privacyPolicyUrl', 'termsUrl'], 'no policy'],
    [
      {
        ...campaignInput,
        sampleMessages: [sample, sample],
        messageFlow: 'Terms and privacy policy: https://example.com/legal, shown beside the number.',
      },
      [],
      'the flow links to both',
    ],
  ];
  for (const [spec, fields, reason] of table)
    test(reason, () => assert.deepEqual(fieldsOf(campaignFaults(spec, completeBrand)), fields));
});

test('an answer composed of too long a name is to be given by the tenant', () => {
  const brand = {
    ...completeBrand,
    displayName: 'x'.repeat(255),
    supportEmail: `${'a'.repeat(64)}@example.com`,
  };
  assert.deepEqual(fieldsOf(campaignFaults(completeCampaign, brand)), ['helpMessage']);
  const own = { ...completeCampaign, helpMessage: 'Rosa Plumbing: write to help@example.com.' };
  assert.deepEqual(campaignFaults(own, brand), []);
});

test('faults of an order become one refusal that names every field; no fault, none', () => {
  const refusal = refusalOfFaults(brandFaults({ ...completeBrand, industry: 'x', taxId: '00-0000000' }));
  assert.equal(refusal?.field, 'taxId');
  assert.match(refusal?.remediation ?? '', /taxId, industry/);
  assert.equal(refusalOfFaults([]), undefined);
});

test('no message repeats a value', () => {
  const secret = '00-7654321';
  const spec = { ...completeBrand, taxId: secret, industry: secret, businessType: secret };
  assert.ok(!JSON.stringify(brandFaults(spec)).includes(secret));
});
