import assert from 'node:assert/strict';
import { test } from 'node:test';
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import { ACCOUNT, call, simFor } from './test-support.ts';

/** Sends what the official SDK asks for to the simulator, by the rewriting of TWILIO_BASE_URL. */
class Redirected extends twilio.RequestClient {
  base = '';
  override request<T>(options: RequestClient.RequestOptions<T>) {
    const url = new URL(options.uri);
    const product = url.host.split('.')[0] ?? '';
    const uri =
      url.origin === this.base
        ? options.uri
        : this.base + (product === 'api' ? '' : `/${product}`) + url.pathname + url.search;
    return super.request<T>({ ...options, uri });
  }
}

function clientOf(base: string) {
  const httpClient = new Redirected({ timeout: 5000 });
  httpClient.base = base;
  return twilio(ACCOUNT.sid, ACCOUNT.token, { httpClient });
}

test('the official SDK searches, buys, lists over pages, changes and releases', async (t) => {
  const sim = await simFor(t);
  const client = clientOf(sim.url);
  const found = await client
    .availablePhoneNumbers('US')
    .local.list({ areaCode: 415, smsEnabled: true, limit: 3 });
  const [first] = found;
  assert.equal(found.length, 3);
  assert.equal(first?.capabilities.sms, true);
  for (const candidate of found) {
    await client.incomingPhoneNumbers.create({
      phoneNumber: candidate.phoneNumber,
      smsUrl: 'https://a.example.com',
    });
  }
  const own = await client.incomingPhoneNumbers.list({ pageSize: 2 });
  assert.deepEqual(own.map((one) => one.phoneNumber).sort(), found.map((one) => one.phoneNumber).sort());
  const [number] = own;
  assert.ok(number);
  assert.ok(number.dateCreated instanceof Date && !Number.isNaN(number.dateCreated.getTime()));
  const changed = await client.incomingPhoneNumbers(number.sid).update({ friendlyName: 'tag' });
  assert.equal(changed.friendlyName, 'tag');
  assert.equal(await client.incomingPhoneNumbers(number.sid).remove(), true);
  await assert.rejects(client.incomingPhoneNumbers(number.sid).fetch(), { status: 404, code: 20404 });
});

test('the official SDK reads accounts, addresses, applications and error codes', async (t) => {
  const sim = await simFor(t);
  const client = clientOf(sim.url);
  assert.equal((await client.api.v2010.accounts(ACCOUNT.sid).fetch()).status, 'active');
  const address = await client.addresses.create({
    customerName: 'Rosa Plumbing Incorporated',
    street: '1 Main Street',
    city: 'Austin',
    region: 'TX',
    postalCode: '78701',
    isoCountry: 'US',
    friendlyName: 'brand/address',
  });
  assert.deepEqual(
    (await client.addresses.list({ friendlyName: 'brand/address' })).map((one) => one.sid),
    [address.sid],
  );
  const app = await client.applications.create({ friendlyName: 'app' });
  assert.equal((await client.applications(app.sid).fetch()).friendlyName, 'app');
  const taken = client.incomingPhoneNumbers.create({ phoneNumber: '+15005550000' });
  await assert.rejects(taken, { status: 400, code: 21422 });
});

test('next_page_url of a v1 list is absolute under the address that was called', async (t) => {
  const sim = await simFor(t);
  const client = clientOf(sim.url);
  for (let count = 0; count < 3; count += 1)
    await client.messaging.v1.services.create({ friendlyName: `s${count}` });
  const page = await call(sim, 'GET', '/messaging/v1/Services?PageSize=2');
  const meta = page.body.meta;
  assert.ok(typeof meta === 'object' && meta !== null && 'next_page_url' in meta);
  assert.match(String(meta.next_page_url), new RegExp(`^${sim.url}/messaging/v1/Services\\?`));
  const services = await client.messaging.v1.services.list({ pageSize: 2 });
  assert.equal(services.length, 3);
});
