import { test } from 'node:test';
import type { AddressInput } from './calls.ts';
import { CORE, checkRows, type Row, TRUSTHUB } from './calls-rows.test-support.ts';
import { ACCOUNT } from './server.test-support.ts';

const ADDRESS: AddressInput = {
  friendlyName: 'brand_1/address',
  customerName: 'Rosa Plumbing Inc',
  street: '1 Main St & Co',
  city: 'Austin',
  region: 'TX',
  postalCode: '78701',
  isoCountry: 'US',
  autoCorrect: false,
};
const BUNDLE = { sid: 'BU1', status: 'draft', friendly_name: 'brand_1/profile', errors: [{ code: 18601 }] };
const BUNDLE_READ = {
  sid: 'BU1',
  status: 'draft',
  friendlyName: 'brand_1/profile',
  errors: [{ code: '18601' }],
};

const ROWS: readonly Row[] = [
  {
    call: (c) =>
      c.createBundle('trust', {
        friendlyName: 'f',
        email: 'a+b@isv.test',
        policySid: 'RN1',
        statusCallback: 'https://x.test/c?d=1',
      }),
    request: `POST ${TRUSTHUB}/TrustProducts`,
    form: [
      ['FriendlyName', 'f'],
      ['Email', 'a+b@isv.test'],
      ['PolicySid', 'RN1'],
      ['StatusCallback', 'https://x.test/c?d=1'],
    ],
    answer: { status: 201, body: BUNDLE },
    value: BUNDLE_READ,
  },
  {
    call: (c) => c.fetchBundle('customer', 'BU1'),
    request: `GET ${TRUSTHUB}/CustomerProfiles/BU1`,
    answer: { status: 200, body: BUNDLE },
    value: BUNDLE_READ,
  },
  {
    call: (c) => c.setBundleStatus('customer', 'BU1', 'pending-review'),
    request: `POST ${TRUSTHUB}/CustomerProfiles/BU1`,
    form: [['Status', 'pending-review']],
    answer: { status: 200, body: BUNDLE },
    value: BUNDLE_READ,
  },
  {
    call: (c) => c.evaluateBundle('trust', 'BU1', 'RN1'),
    request: `POST ${TRUSTHUB}/TrustProducts/BU1/Evaluations`,
    form: [['PolicySid', 'RN1']],
    answer: {
      status: 201,
      body: {
        sid: 'EL1',
        status: 'noncompliant',
        results: [
          { requirement_name: 'rep', object_type: 'authorized_representative_1', passed: true, invalid: [] },
          {
            requirement_name: 'business',
            object_type: 'customer_profile_business_information',
            passed: false,
            failure_reason: 'Fields are missing',
            error_code: 22215,
            invalid: [{ object_field: 'website_url', failure_reason: 'absent', error_code: 22215 }],
          },
          {
            requirement_name: 'primary',
            object_type: 'primary_customer_profile',
            passed: false,
            failure_reason: 'absent',
            error_code: 22214,
            invalid: [],
          },
        ],
      },
    },
    value: {
      sid: 'EL1',
      compliant: false,
      faults: [
        {
          object: 'customer_profile_business_information',
          requirement: 'business',
          fields: ['website_url'],
          code: '22215',
          reason: 'Fields are missing',
        },
        {
          object: 'primary_customer_profile',
          requirement: 'primary',
          fields: [],
          code: '22214',
          reason: 'absent',
        },
      ],
    },
  },
  {
    call: (c) => c.assign('customer', 'BU1', 'IT1'),
    request: `POST ${TRUSTHUB}/CustomerProfiles/BU1/EntityAssignments`,
    form: [['ObjectSid', 'IT1']],
    answer: { status: 201, body: { sid: 'BV1', object_sid: 'IT1' } },
    value: { sid: 'BV1', objectSid: 'IT1' },
  },
  {
    call: (c) => c.unassign('trust', 'BU1', 'BV1'),
    request: `DELETE ${TRUSTHUB}/TrustProducts/BU1/EntityAssignments/BV1`,
    answer: { status: 204 },
  },
  {
    call: (c) => c.createEndUser({ friendlyName: 'f', type: 't', attributes: { business_name: 'A & "B"' } }),
    request: `POST ${TRUSTHUB}/EndUsers`,
    form: [
      ['FriendlyName', 'f'],
      ['Type', 't'],
      ['Attributes', '{"business_name":"A & \\"B\\""}'],
    ],
    answer: { status: 201, body: { sid: 'IT1' } },
    value: { sid: 'IT1' },
  },
  {
    call: (c) => c.updateEndUser('IT1', { a: '1' }),
    request: `POST ${TRUSTHUB}/EndUsers/IT1`,
    form: [['Attributes', '{"a":"1"}']],
    answer: { status: 200, body: { sid: 'IT1' } },
  },
  {
    call: (c) =>
      c.createDocument({
        friendlyName: 'f',
        type: 'customer_profile_address',
        attributes: { address_sids: 'AD1' },
      }),
    request: `POST ${TRUSTHUB}/SupportingDocuments`,
    form: [
      ['FriendlyName', 'f'],
      ['Type', 'customer_profile_address'],
      ['Attributes', '{"address_sids":"AD1"}'],
    ],
    answer: { status: 201, body: { sid: 'RD1' } },
    value: { sid: 'RD1' },
  },
  {
    call: (c) => c.updateDocument('RD1', { address_sids: 'AD2' }),
    request: `POST ${TRUSTHUB}/SupportingDocuments/RD1`,
    form: [['Attributes', '{"address_sids":"AD2"}']],
    answer: { status: 200, body: { sid: 'RD1' } },
  },
  {
    call: (c) => c.createAddress(ADDRESS),
    request: `POST ${CORE}/Addresses.json`,
    form: [
      ['CustomerName', 'Rosa Plumbing Inc'],
      ['Street', '1 Main St & Co'],
      ['City', 'Austin'],
      ['Region', 'TX'],
      ['PostalCode', '78701'],
      ['IsoCountry', 'US'],
      ['FriendlyName', 'brand_1/address'],
      ['AutoCorrectAddress', 'false'],
      ['StreetSecondary', ''],
    ],
    answer: { status: 201, body: { sid: 'AD1' } },
    value: { sid: 'AD1' },
  },
  {
    call: (c) => c.fetchAddress('AD1'),
    request: `GET ${CORE}/Addresses/AD1.json`,
    answer: {
      status: 200,
      body: {
        sid: 'AD1',
        friendly_name: 'brand_1/address',
        customer_name: 'Rosa Plumbing Inc',
        street: '1 MAIN ST',
        street_secondary: null,
        city: 'AUSTIN',
        region: 'TX',
        postal_code: '78701',
        iso_country: 'US',
      },
    },
    value: {
      customerName: 'Rosa Plumbing Inc',
      street: '1 MAIN ST',
      city: 'AUSTIN',
      region: 'TX',
      postalCode: '78701',
    },
  },
  {
    call: (c) => c.updateAddress('AD1', { ...ADDRESS, streetSecondary: 'Suite 2' }),
    request: `POST ${CORE}/Addresses/AD1.json`,
    form: [
      ['FriendlyName', 'brand_1/address'],
      ['CustomerName', 'Rosa Plumbing Inc'],
      ['Street', '1 Main St & Co'],
      ['City', 'Austin'],
      ['Region', 'TX'],
      ['PostalCode', '78701'],
      ['AutoCorrectAddress', 'false'],
      ['StreetSecondary', 'Suite 2'],
    ],
    answer: { status: 200, body: { sid: 'AD1' } },
  },
  {
    call: (c) => c.fetchPolicy('RN1'),
    request: `GET ${TRUSTHUB}/Policies/RN1`,
    answer: { status: 200, body: { sid: 'RN1', friendly_name: 'Secondary' } },
    value: { friendlyName: 'Secondary' },
  },
  {
    call: (c) => c.fetchAccount(),
    request: `GET ${CORE}.json`,
    answer: { status: 200, body: { sid: ACCOUNT, status: 'active' } },
    value: { status: 'active' },
  },
];

test('every call of bundles, their parts and the account asks what is documented, and reads the answer', (t) =>
  checkRows(t, ROWS));
