import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DEFAULT_ACCOUNT } from '../../sim/twilio/sim.ts';
import { openScene, WEBHOOKS } from '../support/provisioning.ts';
import { NUMBERS, twilioFor } from './twilio-port.ts';

/* The whole service over the Twilio port, and what the provider sees of it. */

interface Bought {
  readonly sid: string;
  readonly e164: string;
  readonly state: string;
}

async function serviceFor(t: TestContext) {
  const { sim, port } = await twilioFor(t);
  return { sim, ...(await openScene({ port: () => port })) };
}

const order = { areaCode: '415', webhooks: WEBHOOKS };

test('keys in parallel get a number each, and one key in parallel gets one', async (t) => {
  const { sim, call } = await serviceFor(t);
  const keys = Array.from({ length: 16 }, (_, at) => `order-${Math.floor(at / 2)}`);
  const answers = await Promise.all(
    keys.map((key) => call<Bought>('POST', '/numbers', { body: order, key })),
  );
  const sids = new Map<string, Set<string>>();
  for (const [at, { status, body, text }] of answers.entries()) {
    // The second of a pair may give up waiting for the first.
    assert.ok(status === 201 || status === 409, text);
    if (status !== 201) continue;
    const key = keys[at] ?? '';
    sids.set(key, (sids.get(key) ?? new Set()).add(body.sid));
  }
  assert.equal(sids.size, 8);
  assert.equal(new Set([...sids.values()].flatMap((each) => [...each])).size, 8);
  assert.equal(sim.control.objects('numbers').length, 8);
  assert.deepEqual([sim.control.counts().contractViolations, sim.control.counts().answerFaults], [0, 0]);
});

test('a number leaves its messaging service before it is given back, and nobody is asked after that', async (t) => {
  const { sim, call } = await serviceFor(t);
  const { body } = await call<Bought>('POST', '/numbers', { body: order, key: 'order-1' });
  const { sid: user, token } = DEFAULT_ACCOUNT;
  const post = async (path: string, form: Record<string, string>): Promise<{ sid: string }> => {
    const headers = { authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}` };
    const init = { method: 'POST', headers, body: new URLSearchParams(form) };
    return (await fetch(sim.url + path, init)).json() as Promise<{ sid: string }>;
  };
  const service = await post('/messaging/v1/Services', { FriendlyName: 'a' });
  await post(`/messaging/v1/Services/${service.sid}/PhoneNumbers`, { PhoneNumberSid: body.sid });
  assert.equal(sim.control.objects('serviceNumbers').length, 1);

  assert.equal((await call('DELETE', `/numbers/${body.sid}`, { key: 'end-1' })).status, 200);
  const deletions = sim.control.requests().filter(({ method }) => method === 'DELETE');
  assert.deepEqual(
    deletions.map(({ path }) => path),
    [`/messaging/v1/Services/${service.sid}/PhoneNumbers/${body.sid}`, `${NUMBERS}/${body.sid}.json`],
  );
  assert.equal(sim.control.inbound(body.e164, 'sms'), undefined);
  assert.equal((await call('DELETE', `/numbers/${body.sid}`, { key: 'end-1' })).status, 200);
  assert.equal((await call('GET', `/numbers/${body.sid}`)).status, 404);
});
