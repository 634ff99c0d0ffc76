import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { TestContext } from 'node:test';
import { sql } from 'kysely';
import type { Disturbance } from '../../sim/twilio/callback-delivery.ts';
import { DEFAULT_ACCOUNT } from '../../sim/twilio/sim.ts';
import { setUpEvents } from '../../src/cli/commands/twilio-setup.ts';
import { createProviderAccounts } from '../../src/platform/provider-http/accounts.ts';
import { createProviderHttp } from '../../src/platform/provider-http/provider-http.ts';
import { QUEUE_CHANNEL } from '../../src/platform/queue/enqueue.ts';
import type { Worker } from '../../src/platform/supervisor.ts';
import { twilioHosts } from '../../src/platform/twilio/hosts.ts';
import type { ConnectProvider } from '../../src/registration/connect.ts';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { CALLBACKS_PATH } from '../../src/registration/inbound/paths.ts';
import { createTwilioInbound } from '../../src/registration/inbound/twilio-inbound.ts';
import { createTwilioClient } from '../../src/registration/provider/twilio/client.ts';
import { verifySignature } from '../../src/registration/provider/twilio/signature.ts';
import { createRegistration } from '../../src/registration/registration.ts';
import { wakeByRef } from '../../src/registration/store/aggregates-by-ref.ts';
import {
  numberRegistrations,
  recordNumberRegistration,
} from '../../src/registration/store/number-registrations.ts';
import { firstSeen } from '../../src/registration/store/provider-events.ts';
import { createTenant, createToken } from '../../src/registration/store/tenants.ts';
import { keyring } from '../support/app.ts';
import { type TestClock, type TestDatabase, testClock } from '../support/database.ts';
import { startTwilio, type TwilioWorld } from '../support/twilio.ts';
import { silent } from '../support/world.ts';
import { COMPLETE_BRAND, COMPLETE_CAMPAIGN } from './complete.ts';

export const READY = ['VETTED', 'ACTIVE', 'VERIFIED'];

/** Longer than any review of the simulator. */
const REVIEW_MS = 1_000;
const ROUNDS = 20;

type Ids = { readonly brandId: string; readonly campaignId: string; readonly e164: string };

/**
 * The whole service, reached by the provider over HTTP at its public URL, with the account's events sent to it.
 * Its clock stands still unless the test moves it: until then only what the provider tells makes anything due.
 */
export async function openListening(t: TestContext, { database, owner }: TestDatabase) {
  // The provider dates what it tells by real time.
  const clock = testClock(new Date().toISOString());
  const twilio = await startTwilio(clock);
  t.after(() => twilio.close());
  const front = await openFront(t);
  const registration = await createRegistration({
    database,
    clock,
    keyring,
    provider: connectTo(twilio, clock, front.url),
    roles: ['api', 'reconcile'],
    allowPrivateWebhooks: true,
    log: silent,
  });
  t.after(() => registration.stop(1_000));
  const { app } = registration;
  await app.ready();
  front.serve((request, response) => app.routing(request, response));
  await subscribe(twilio, { database, clock, publicUrl: front.url });

  const { tenantId } = await createTenant(database.executor, clock, 'tenant');
  const wanted = { tenantId, name: 'test', scopes: ['read', 'write'] as const };
  const { token } = await createToken(database.executor, clock, wanted);
  const loop = registration.workers.find((worker) => worker.name === 'reconcile');
  assert.ok(loop && isSteppable(loop));
  const work = async () => {
    while ((await loop.runOnce()) > 0);
  };

  async function call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    const response = await app.inject({
      method,
      url: `/v1${path}`,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { payload: body }),
    });
    assert.ok(response.statusCode < 300, response.payload);
    return response.json<T>();
  }
  const disturb = (how: { readonly [K in keyof Disturbance]?: number | boolean }) =>
    twilio.sim.control.call('callbacks', undefined, how);

  const scene = {
    twilio,
    disturb,
    /** Everything that a business asks for, at once. */
    async order(e164: string, taxId = '12-3456789'): Promise<Ids> {
      const brand = { ...COMPLETE_BRAND, taxId };
      const { brandId } = await call<Schemas['Brand']>('POST', '/brands', brand);
      await call('POST', `/brands/${brandId}:submit`);
      const spec = { brandId, ...COMPLETE_CAMPAIGN };
      const { campaignId } = await call<Schemas['Campaign']>('POST', '/campaigns', spec);
      await call('POST', `/campaigns/${campaignId}:submit`);
      await call('POST', '/numbers:attach', { campaignId, e164 });
      return { brandId, campaignId, e164 };
    },
    async moves(e164: string, campaignId: string) {
      await call('POST', '/numbers:detach', { e164 });
      // Of two bindings of one millisecond nobody could say which is the newer one.
      clock.advance(1);
      await call('POST', '/numbers:attach', { campaignId, e164 });
    },
    /** From now on the carriers take so long over a number. */
    async delaysNumbers(numberRegistrationMs: number) {
      await twilio.sim.control.handle({
        method: 'POST',
        path: '/_sim/delays',
        query: new URLSearchParams(),
        body: JSON.stringify({ numberRegistrationMs }),
      });
    },
    /** Time passes at the provider alone, and it tells what happens there. */
    async hears(how: Parameters<typeof disturb>[0] = {}) {
      for (let round = 0; round < ROUNDS; round++) {
        await disturb(how);
        await work();
        await twilio.sim.control.advance(REVIEW_MS);
      }
      if (how.reorder) {
        await disturb({ reorder: 0 });
        await twilio.sim.control.advance(REVIEW_MS);
      }
      await work();
    },
    /** Time passes everywhere. */
    async polls(rounds: number, ms: number) {
      for (let round = 0; round < rounds; round++) {
        await twilio.advance(ms);
        await work();
      }
    },
    number: ({ e164 }: Ids) => call<Schemas['NumberBinding']>('GET', `/numbers/${e164}`),
    async phases(ids: Ids) {
      const brand = await call<Schemas['Brand']>('GET', `/brands/${ids.brandId}`);
      const campaign = await call<Schemas['Campaign']>('GET', `/campaigns/${ids.campaignId}`);
      return [brand, campaign, await scene.number(ids)].map(({ status }) => status.phase);
    },
    async eventsOf(aggregateId: string) {
      const { rows } = await sql<{ type: string }>`
        select type from events where aggregate_id = ${aggregateId} order by sequence`.execute(owner);
      return rows.map(({ type }) => type);
    },
    /** What the service took in so far, by what became of it. */
    async counted(result: string): Promise<number> {
      const { payload } = await app.inject({ method: 'GET', url: '/metrics' });
      const counts = payload.matchAll(/^provider_inbound_total\{.*result="(\w+)".*\} (\d+)$/gm);
      return [...counts].reduce((sum, [, name, count]) => sum + (name === result ? Number(count) : 0), 0);
    },
    /** What the provider sent so far, and what its deliveries said. */
    async sent() {
      const { body } = await twilio.sim.control.handle({
        method: 'GET',
        path: '/_sim/callbacks',
        query: new URLSearchParams(),
        body: '',
      });
      assert.ok(
        typeof body === 'object' && body !== null && 'attempts' in body && Array.isArray(body.attempts),
      );
      const attempts: readonly { readonly outcome: string; readonly body: string }[] = body.attempts;
      return {
        delivered: attempts.filter(({ outcome }) => outcome === 'delivered').length,
        refused: attempts.filter(({ outcome }) => outcome === 'refused' || outcome === 'noAnswer').length,
        says: (what: string) => attempts.some((attempt) => attempt.body.includes(what)),
      };
    },
  };
  return scene;
}

/** As connectTwilio does it, on the clock of a test, in nobody's line and with nothing to wait for. */
function connectTo(twilio: TwilioWorld, clock: TestClock, publicUrl: string): ConnectProvider {
  return ({ database, metrics, log }) => ({
    provider: twilio.adapter({
      registrations: numberRegistrations(database.executor),
      options: { statusCallback: `${publicUrl}${CALLBACKS_PATH}`, eventsOn: true, settleMs: 0 },
    }),
    inbound: createTwilioInbound({
      publicUrl,
      tokens: [DEFAULT_ACCOUNT.token],
      accountSids: [DEFAULT_ACCOUNT.sid],
      verify: verifySignature,
      transaction: database.transaction,
      events: { firstSeen: (tx, ids) => firstSeen(tx, clock, ids) },
      numberRegistrations: {
        record: (tx, sid, registration) => recordNumberRegistration(tx, clock, sid, registration),
      },
      wake: (tx, refs) => wakeByRef(tx, clock, refs),
      afterCommit: () => database.hints.send(QUEUE_CHANNEL),
      clock: { now: clock.current },
      metrics,
      log,
    }),
    openBreakers: () => [],
    close: async () => {},
  });
}

/** `twilio setup`, against the simulator. */
async function subscribe(
  { sim }: TwilioWorld,
  { database, clock, publicUrl }: { database: TestDatabase['database']; clock: TestClock; publicUrl: string },
): Promise<void> {
  const http = createProviderHttp({ hosts: twilioHosts(sim.url), onCall: () => {} });
  const { sid, token } = DEFAULT_ACCOUNT;
  const calls = createTwilioClient(
    { accountSid: sid, username: sid, password: token },
    { http, accounts: createProviderAccounts(database.executor, clock) },
  );
  const signal = AbortSignal.timeout(10_000);
  const wait = () => sim.control.advance(REVIEW_MS);
  const { steps, fault } = await setUpEvents(calls({ signal }), { publicUrl, label: 'test', wait, signal });
  await http.close();
  assert.equal(fault, undefined);
  assert.deepEqual(
    steps.map(({ object, result }) => [object, result]),
    [
      ['sink', 'created'],
      ['subscription', 'created'],
    ],
  );
}

function isSteppable(worker: Worker): worker is Worker & { readonly runOnce: () => Promise<number> } {
  return 'runOnce' in worker;
}

type Listener = Parameters<typeof createServer>[1];

/** What stands at the public URL, which has to be known before the service behind it is made. */
async function openFront(t: TestContext) {
  let listener: NonNullable<Listener> = (_request, response) => response.writeHead(503).end();
  const server = createServer((request, response) => listener(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    url: `http://127.0.0.1:${address.port}`,
    serve(next: NonNullable<Listener>) {
      listener = next;
    },
  };
}
