import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loggerInto } from '#platform/http/http.test-support.ts';
import { createServer } from '#platform/http/server.ts';
import { createProviderAccounts } from '#platform/provider-http/accounts.ts';
import { createProviderHttp } from '#platform/provider-http/provider-http.ts';
import { twilioHosts } from '#platform/twilio/hosts.ts';
import { primaryProfileSid } from '../../../sim/twilio/resources/index.ts';
import { startTwilioSim } from '../../../sim/twilio/sim.ts';
import { freshPglite, testClock } from '../../../test/support/database.ts';
import { freePort } from '../../../test/support/postgres-server.ts';
import { EVENT_PREFIX } from '../../registration/inbound/event-types.ts';
import { CALLBACKS_PATH } from '../../registration/inbound/paths.ts';
import { createTwilioInbound } from '../../registration/inbound/twilio-inbound.ts';
import { createTwilioClient } from '../../registration/provider/twilio/client.ts';
import { POLICIES } from '../../registration/provider/twilio/options.ts';
import { verifySignature } from '../../registration/provider/twilio/signature.ts';
import { wakeByRef } from '../../registration/store/aggregates-by-ref.ts';
import {
  numberRegistrations,
  recordNumberRegistration,
} from '../../registration/store/number-registrations.ts';
import { firstSeen } from '../../registration/store/provider-events.ts';
import { insertWithRefs, woken } from '../../registration/store/refs.test-support.ts';
import { twilioChecks } from './twilio-checks.ts';
import { setUpEvents } from './twilio-setup.ts';

const sid = (prefix: string) => prefix + '1'.padStart(32, '0');
const [ACCOUNT, TOKEN] = [sid('AC'), 'f'.repeat(32)];

test('setup, doctor and inbound work with the simulator, and what comes twice or in disorder does no harm', async (t) => {
  const { database, close } = await freshPglite();
  t.after(close);
  const { executor } = database;
  await insertWithRefs(executor, 'ten_1', 1, {
    brand: { customerProfileSid: sid('BU'), providerBrandId: sid('BN') },
    binding: { phoneNumberSid: sid('PN') },
  });
  const clock = testClock();
  const sim = await startTwilioSim({ accounts: [{ sid: ACCOUNT, token: TOKEN }] });
  t.after(() => sim.close());
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const startedAt = new Date(sim.state.now());
  const counted: string[] = [];
  const app = createServer({ logger: loggerInto([]) });
  await app.register(
    createTwilioInbound({
      publicUrl,
      tokens: [TOKEN],
      accountSids: [ACCOUNT],
      verify: verifySignature,
      transaction: database.transaction,
      events: { firstSeen: (tx, ids) => firstSeen(tx, clock, ids) },
      numberRegistrations: {
        record: (tx, phoneNumberSid, registration) =>
          recordNumberRegistration(tx, clock, phoneNumberSid, registration),
      },
      wake: (tx, refs) => wakeByRef(tx, clock, refs),
      afterCommit: () => {},
      // Stands still, so that a slow machine tells no duplicate from the first.
      clock: { now: () => startedAt },
      metrics: { providerInbound: (kind, result) => void counted.push(`${kind} ${result}`) },
      log: loggerInto([]),
      deadlineMs: 30_000,
    }),
  );
  await app.listen({ host: '127.0.0.1', port });
  t.after(() => app.close());
  const http = createProviderHttp({ hosts: twilioHosts(sim.url), onCall: () => {} });
  t.after(() => http.close());
  const { signal } = new AbortController();
  const calls = createTwilioClient(
    { accountSid: ACCOUNT, username: ACCOUNT, password: TOKEN },
    { http, accounts: createProviderAccounts(executor, clock) },
  )({ signal });

  const target = { publicUrl, label: 'default', signal, wait: (ms: number) => sim.control.advance(ms) };
  const made = await setUpEvents(calls, target);
  assert.equal(made.fault, undefined);
  const again = await setUpEvents(calls, target);
  assert.deepEqual(
    again.steps.map(({ result }) => result),
    ['kept', 'kept'],
  );
  const checks = await twilioChecks(calls, {
    publicUrl,
    label: 'default',
    primaryProfileSid: primaryProfileSid(ACCOUNT),
    policies: POLICIES,
  });
  assert.deepEqual(
    checks.filter(({ state }) => state !== 'ok').map(({ check, state }) => `${check} ${state}`),
    ['callbacks warn'],
  );

  const status = (name: string) =>
    sim.state.emit({
      kind: 'bundle',
      account: ACCOUNT,
      payload: { sid: sid('BU'), status: name, statusCallback: publicUrl + CALLBACKS_PATH },
    });
  const number = (type: string, externalstatus: string) =>
    sim.state.emit({
      kind: 'number',
      account: ACCOUNT,
      payload: {
        type: `${EVENT_PREFIX}number-registration.${type}`,
        data: {
          accountsid: ACCOUNT,
          phonenumbersid: sid('PN'),
          externalstatus,
          updateddate: sim.state.now(),
        },
      },
    });
  await sim.control.call('callbacks', undefined, { duplicate: 1 });
  status('in-review');
  await sim.control.advance(1_000);
  assert.deepEqual(counted.splice(0), ['callback accepted', 'callback duplicate']);
  assert.deepEqual(await woken(executor), ['brand_1']);

  await sim.control.call('callbacks', undefined, { reorder: 2 });
  number('pending', 'pending_registration');
  await sim.control.advance(10);
  number('successful', 'registered');
  await sim.control.advance(60_000);
  assert.deepEqual(counted.splice(0), ['event accepted', 'event accepted']);
  assert.equal((await numberRegistrations(executor).of(sid('PN'), sid('MG')))?.status, 'registered');
  assert.deepEqual(await woken(executor), ['bind_1', 'brand_1']);
});
