import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Outcome } from '#kernel/outcome.ts';
import { createProviderHttp, type ProviderCallRecord } from '#platform/provider-http/provider-http.ts';
import { twilioHosts } from '#platform/twilio/hosts.ts';
import { primaryProfileSid } from '../../../../sim/twilio/resources/index.ts';
import { DEFAULT_ACCOUNT, type SimOptions, startTwilioSim } from '../../../../sim/twilio/sim.ts';
import type { TwilioCalls } from './calls.ts';
import { createTwilioClient } from './client.ts';
import { POLICIES } from './options.ts';
import { openAccounts } from './server.test-support.ts';

async function simulated(t: TestContext, options: SimOptions = {}) {
  const sim = await startTwilioSim(options);
  const records: ProviderCallRecord[] = [];
  const http = createProviderHttp({
    hosts: twilioHosts(sim.url),
    deadlineMs: 500,
    onCall: (record) => records.push(record),
    requestIdHeader: 'twilio-request-id',
  });
  t.after(async () => {
    await http.close();
    await sim.close();
  });
  const clientOf = (password: string) =>
    createTwilioClient(
      { accountSid: DEFAULT_ACCOUNT.sid, username: DEFAULT_ACCOUNT.sid, password },
      { http, accounts: openAccounts() },
    )({ signal: new AbortController().signal });
  return { sim, records, calls: clientOf(DEFAULT_ACCOUNT.token), intruder: clientOf('wrong') };
}

async function done<T>(work: Promise<Outcome<T>>): Promise<T> {
  const outcome = await work;
  assert.equal(outcome.kind, 'ok', JSON.stringify(outcome));
  if (outcome.kind !== 'ok') throw new Error('not reached');
  return outcome.value;
}

/** The whole way of a business to a campaign with a number, one call after the other. */
async function register(calls: TwilioCalls, advance: () => Promise<void>, e164: string) {
  const profile = await done(
    calls.createBundle('customer', {
      friendlyName: 'brand_1/profile',
      email: 'a2p@isv.example.com',
      policySid: POLICIES.customerProfile,
    }),
  );
  const business = await done(
    calls.createEndUser({
      friendlyName: 'brand_1/business',
      type: 'customer_profile_business_information',
      attributes: {
        business_name: 'Rosa Plumbing Incorporated',
        business_type: 'Corporation',
        business_industry: 'CONSTRUCTION',
        business_registration_identifier: 'EIN',
        business_registration_number: '12-3456789',
        business_regions_of_operation: 'USA_AND_CANADA',
        business_identity: 'direct_customer',
        website_url: 'https://rosa.example.com',
      },
    }),
  );
  const representative = await done(
    calls.createEndUser({
      friendlyName: 'brand_1/representative',
      type: 'authorized_representative_1',
      attributes: {
        first_name: 'Rosa',
        last_name: 'Example',
        email: 'rosa@rosa.example.com',
        phone_number: '+15125550100',
        business_title: 'Owner',
        job_position: 'CEO',
      },
    }),
  );
  const address = await done(
    calls.createAddress({
      friendlyName: 'brand_1/address',
      customerName: 'Rosa Plumbing Incorporated',
      street: '1 Main Street',
      city: 'Austin',
      region: 'TX',
      postalCode: '78701',
      isoCountry: 'US',
    }),
  );
  const document = await done(
    calls.createDocument({
      friendlyName: 'brand_1/document',
      type: 'customer_profile_address',
      attributes: { address_sids: address.sid },
    }),
  );
  const primary = primaryProfileSid(DEFAULT_ACCOUNT.sid);
  for (const part of [business.sid, representative.sid, document.sid, primary]) {
    await done(calls.assign('customer', profile.sid, part));
  }
  const evaluation = await done(calls.evaluateBundle('customer', profile.sid, POLICIES.customerProfile));
  assert.deepEqual(evaluation.faults, []);
  await done(calls.setBundleStatus('customer', profile.sid, 'pending-review'));

  const trust = await done(
    calls.createBundle('trust', {
      friendlyName: 'brand_1/trust',
      email: 'a2p@isv.example.com',
      policySid: POLICIES.trustProduct,
    }),
  );
  const messaging = await done(
    calls.createEndUser({
      friendlyName: 'brand_1/messaging',
      type: 'us_a2p_messaging_profile_information',
      attributes: { company_type: 'private' },
    }),
  );
  await done(calls.assign('trust', trust.sid, messaging.sid));
  await done(calls.assign('trust', trust.sid, profile.sid));
  assert.deepEqual((await done(calls.evaluateBundle('trust', trust.sid, POLICIES.trustProduct))).faults, []);
  await done(calls.setBundleStatus('trust', trust.sid, 'pending-review'));
  await advance();

  const brand = await done(
    calls.createBrand({
      customerProfileSid: profile.sid,
      trustProductSid: trust.sid,
      brandType: 'STANDARD',
      skipAutomaticSecVet: true,
      mock: false,
    }),
  );
  await advance();
  const service = await done(calls.createService({ friendlyName: 'camp_1/service' }));
  await done(
    calls.createCampaign(service.sid, {
      brandSid: brand.sid,
      useCase: 'LOW_VOLUME',
      description: 'Messages about appointments that customers of Rosa Plumbing have asked for.',
      messageFlow:
        'Customers tick a box at https://rosa.example.com/book to be texted; the box is not ticked.',
      messageSamples: [
        'Rosa Plumbing: see you on [date] at [time]. Reply STOP to end.',
        'Rosa Plumbing: we are on our way. Reply STOP to end.',
      ],
      hasEmbeddedLinks: false,
      hasEmbeddedPhone: false,
      ageGated: false,
      directLending: false,
      privacyPolicyUrl: 'https://rosa.example.com/privacy',
      termsAndConditionsUrl: 'https://rosa.example.com/terms',
    }),
  );
  const number = await done(calls.findOwnNumber(e164));
  assert.ok(number?.sms);
  await done(calls.attachNumber(service.sid, number.sid));
  await advance();
  return { profile, trust, business, document, address, brand, service, number };
}

const OWN = '+15125550123';

test('a business gets from nothing to an approved campaign with a number', async (t) => {
  const { sim, calls } = await simulated(t, { ownAskedNumbers: true });
  const made = await register(calls, () => sim.control.advance(60_000), OWN);

  assert.equal((await done(calls.fetchBundle('customer', made.profile.sid)))?.status, 'twilio-approved');
  assert.equal((await done(calls.fetchBundle('trust', made.trust.sid)))?.status, 'twilio-approved');
  assert.equal((await done(calls.fetchBrand(made.brand.sid)))?.status, 'APPROVED');
  assert.equal((await done(calls.fetchCampaign(made.service.sid)))?.status, 'VERIFIED');
  assert.equal(await done(calls.isAttached(made.service.sid, made.number.sid)), true);

  await done(calls.attachNumber(made.service.sid, made.number.sid));
  await done(calls.detachNumber(made.service.sid, made.number.sid));
  await done(calls.detachNumber(made.service.sid, made.number.sid));
  assert.equal(await done(calls.isAttached(made.service.sid, made.number.sid)), false);
  await done(calls.deleteCampaign(made.service.sid));
  await done(calls.deleteCampaign(made.service.sid));
  assert.equal(await done(calls.fetchCampaign(made.service.sid)), undefined);
});

test('everything made can be found again by its name', async (t) => {
  const { sim, calls } = await simulated(t, { ownAskedNumbers: true });
  const made = await register(calls, () => sim.control.advance(0), OWN).catch(() => undefined);
  assert.equal(made, undefined, 'no campaign before the brand is approved');
  const profile = await done(
    calls.findBundle('customer', { friendlyName: 'brand_1/profile', policySid: POLICIES.customerProfile }),
  );
  const trust = await done(
    calls.findBundle('trust', { friendlyName: 'brand_1/trust', policySid: POLICIES.trustProduct }),
  );
  assert.ok(profile && trust);
  assert.equal((await done(calls.assignments('customer', profile.sid))).length, 4);
  const business = { friendlyName: 'brand_1/business', type: 'customer_profile_business_information' };
  assert.ok(await done(calls.findEndUser(business)));
  assert.equal(await done(calls.findEndUser({ ...business, type: 'other' })), undefined);
  const document = { friendlyName: 'brand_1/document', type: 'customer_profile_address' };
  assert.ok(await done(calls.findDocument(document)));
  assert.ok(await done(calls.findAddress('brand_1/address')));
  const pair = { customerProfileSid: profile.sid, trustProductSid: trust.sid };
  assert.equal((await done(calls.findBrand(pair)))?.status, 'PENDING');
  assert.ok(await done(calls.findService('camp_1/service')));
});

test('a lost answer is unknown, and what was made is there', async (t) => {
  const { sim, calls } = await simulated(t);
  sim.control.fault({ match: { method: 'POST' }, times: 1, fault: 'lostAnswer' });
  assert.equal((await calls.createService({ friendlyName: 'camp_1/service' })).kind, 'unknown');
  assert.ok(await done(calls.findService('camp_1/service')));
});

test('wrong credentials are told from everything else', async (t) => {
  const { intruder } = await simulated(t);
  const outcome = await intruder.findService('camp_1/service');
  assert.equal(outcome.kind === 'throttled' && outcome.blocked?.code, '20003');
});

test('a sink and its subscription are made, listed and removed', async (t) => {
  const { sim, calls } = await simulated(t);
  const destination = 'https://isv.example.com/provider/twilio/events';
  const sink = await done(calls.createSink({ description: 'a2p', destination }));
  assert.deepEqual(
    (await done(calls.sinks())).map((found) => [found.sid, found.destination]),
    [[sink.sid, destination]],
  );
  // Only an active sink takes subscriptions.
  await sim.control.advance(1_000);
  const types = ['com.twilio.messaging.compliance.number-registration.successful'];
  await done(calls.createSubscription({ description: 'a2p', sinkSid: sink.sid, types }));
  assert.equal((await done(calls.subscriptions(sink.sid))).length, 1);
  await done(calls.deleteSink(sink.sid));
  assert.deepEqual(await done(calls.sinks()), []);
});
