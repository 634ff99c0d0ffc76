import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { verify } from '../src/client/webhooks/index.ts';
import { startRawReceiver } from '../src/platform/webhooks/transport/receivers.test-support.ts';
import type { Schemas } from '../src/registration/contract.gen.ts';
import { disorder, repeated, startCollector } from './support/arrivals.ts';
import { eventually } from './support/client.ts';
import { stopOwnServer } from './support/database.ts';
import { type Fleet, openFleet } from './support/fleet.ts';
import type { ServiceProcess } from './support/processes.ts';
import { seeded } from './support/random.ts';

/* Deliveries by real processes that are stopped, killed and given secrets and receivers that change under them. */

const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
/** Far above what each takes on an idle machine: a lease of 6 s (1 s and its margin) and the work behind it. */
const SOON_MS = 30_000;
/** A dispatcher reads the secrets of a lane at work anew after a second (freshMs): by then a change holds. */
const HOLDS_MS = 1_500;
/** The dispatcher's default: requests to one endpoint at once, by all processes together. */
const PER_ENDPOINT = 8;

let fleet: Fleet;
before(async () => {
  fleet = await openFleet();
});
after(async () => {
  await fleet.close();
  await stopOwnServer();
});

const range = (n: number) => Array.from({ length: n }, (_, index) => index);
const accept = (response: ServerResponse) => void response.writeHead(204).end();

async function lateSettles({ url }: ServiceProcess): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^webhook_late_settles_total (\d+)$/m.exec(text)?.[1]);
}

test('a process stopped past its lease: another delivers, and what the first writes when it wakes changes nothing', async (t) => {
  const tenant = await fleet.tenant();
  const held: ServerResponse[] = [];
  let holds: (() => void) | undefined;
  const receiver = await startCollector((_, response) => {
    if (!holds) return accept(response);
    held.push(response);
    holds();
  });
  t.after(() => Promise.all([fleet.killDispatchers(), receiver.close()]));
  const { webhookId } = await tenant.endpoint(receiver.url);
  const stopped = await fleet.startDispatcher();
  // The process learns that the endpoint is well: from then on it may have several lanes of it.
  await fleet.emit(tenant, webhookId, 'agg_first');
  await eventually(
    'the first event is settled',
    SOON_MS,
    async () => (await fleet.undelivered(webhookId)) === 0,
  );
  assert.equal(await lateSettles(stopped), 0);

  const frozen = new Promise<void>((resolve) => {
    holds = () => {
      if (held.length < PER_ENDPOINT) return;
      // In the handler of the last request: all of them are under way at this moment.
      stopped.signal('SIGSTOP');
      resolve();
    };
  });
  for (const n of range(PER_ENDPOINT)) {
    await fleet.emit(tenant, webhookId, `agg_${n}`, ['BrandVetted', 'BrandRejected', 'BrandVetted']);
  }
  await frozen;
  holds = undefined;
  // It wakes to answers in its sockets for one half of them, to deadlines that have passed for the other.
  for (const response of held.slice(0, PER_ENDPOINT / 2)) accept(response);
  await fleet.startDispatcher();
  await eventually(
    'the other process delivers everything',
    SOON_MS,
    async () => (await fleet.undelivered(webhookId)) === 0,
  );

  const rows = async () => {
    const tables = await Promise.all(
      [
        sql`select l.* from lanes l where endpoint_id = ${webhookId} order by aggregate_id`,
        sql`select d.* from deliveries d where endpoint_id = ${webhookId} order by aggregate_id, sequence`,
        sql`select version, failures, failing_since, held_until, active from webhook_endpoints
            where endpoint_id = ${webhookId}`,
        sql`select a.* from delivery_attempts a where endpoint_id = ${webhookId} order by attempted_at, event_id`,
      ].map((query) => query.execute(fleet.database.executor)),
    );
    return tables.map((table) => table.rows);
  };
  const before = await rows();
  assert.equal(before[1]?.length, 1 + PER_ENDPOINT * 3);
  stopped.signal('SIGCONT');
  await eventually('every late result is noticed', SOON_MS, async () => {
    const lost = stopped.output().split('delivery:lease:lost').length - 1;
    return lost === PER_ENDPOINT && (await lateSettles(stopped)) === PER_ENDPOINT;
  });
  assert.deepEqual(await rows(), before);
  assert.deepEqual(disorder(receiver.arrivals), []);
  assert.equal(new Set(receiver.arrivals.map(({ eventId }) => eventId)).size, 1 + PER_ENDPOINT * 3);
  assert.equal(repeated(receiver.arrivals), PER_ENDPOINT, 'each request under way came a second time');
  await fleet.assertConserved(webhookId);
});

test(`secrets rotated under load: a receiver with one secret at a time refuses nothing (seed ${SEED})`, async (t) => {
  const random = seeded(SEED);
  const tenant = await fleet.tenant();
  let trusted = '';
  const refused: string[] = [];
  const receiver = await startCollector(({ headers, body }, response) => {
    try {
      verify({ headers, body }, [trusted], { require: ['v2', 'standard', 'v1'] });
    } catch (error) {
      refused.push(`${headers['x-nmc-timestamp']}: ${String(error)}`);
    }
    accept(response);
  });
  t.after(() => Promise.all([fleet.killDispatchers(), receiver.close()]));
  const { webhookId, secret } = await tenant.endpoint(receiver.url);
  trusted = secret;
  await Promise.all([fleet.startDispatcher(), fleet.startDispatcher()]);
  let flowing = true;
  const flow = (async () => {
    for (let n = 0; flowing; n++) {
      await fleet.emit(tenant, webhookId, `key_${n % 12}`, ['BrandVetted', 'BrandRejected']);
      await sleep(10);
    }
  })();
  const revoked: { readonly secret: string; readonly atMs: number }[] = [];
  let changed = Promise.resolve();
  for (let version = 1; version <= 5; version++) {
    const rotated = await tenant.client.surely<Schemas['RotatedSecret']>(
      'POST',
      `/webhooks/${webhookId}:rotateSecret`,
      { graceSeconds: 60 },
    );
    assert.equal(rotated.status, 201, JSON.stringify(rotated.body));
    // The receiver lags behind, so that several changes are under way at any time.
    const [waited, before] = [sleep(HOLDS_MS + random() * 500), changed];
    changed = Promise.all([waited, before]).then(async () => {
      const old = trusted;
      trusted = rotated.body.secret;
      const gone = await tenant.client.surely('POST', `/webhooks/${webhookId}:revokeSecret`, { version });
      assert.equal(gone.status, 200, JSON.stringify(gone.body));
      revoked.push({ secret: old, atMs: Date.now() });
    });
    await sleep(700);
  }
  await changed;
  await sleep(HOLDS_MS + 1_500);
  flowing = false;
  await flow;
  await eventually('all is delivered', SOON_MS, async () => (await fleet.undelivered(webhookId)) === 0);

  assert.deepEqual(refused, []);
  const verifies = (key: string, { headers, body }: (typeof receiver.arrivals)[number]) => {
    try {
      return verify({ headers, body }, [key]).signedAt > 0;
    } catch {
      return false;
    }
  };
  for (const { secret: old, atMs } of revoked) {
    const signedMs = (n: (typeof receiver.arrivals)[number]) => Number(n.headers['x-nmc-timestamp']) * 1_000;
    const late = receiver.arrivals.filter((arrival) => signedMs(arrival) > atMs + HOLDS_MS);
    assert.ok(late.length > 0);
    assert.equal(late.filter((arrival) => verifies(old, arrival)).length, 0, 'signed with a revoked secret');
    assert.ok(
      receiver.arrivals.some((arrival) => verifies(old, arrival)),
      'it was in use',
    );
  }
  assert.deepEqual(disorder(receiver.arrivals), []);
  await fleet.assertConserved(webhookId);
  console.log(`# seed ${SEED}: ${receiver.arrivals.length} requests over 5 rotations, none refused`);
});

test('a replay of 3,000 events whose processes are killed twice: exactly the selected ones, in order, beside live ones', async (t) => {
  const tenant = await fleet.tenant();
  const receiver = await startCollector();
  t.after(() => Promise.all([fleet.killDispatchers(), receiver.close()]));
  const { webhookId } = await tenant.endpoint(receiver.url);
  const selected = new Set<string>();
  // Four long lanes and many short ones; every eighth event is of a type that is not asked for.
  const lanes = range(44).map((n) => ({ id: `lane_${n}`, length: n < 4 ? 500 : 36 }));
  for (const { id, length } of lanes) {
    const types = range(length).map((n): Schemas['EventType'] =>
      n % 8 === 7 ? 'BrandRejected' : 'BrandVetted',
    );
    for (const event of await fleet.emit(tenant, webhookId, id, types)) {
      if (event.type === 'BrandVetted') selected.add(event.eventId);
    }
  }
  assert.ok(selected.size >= 3_000, String(selected.size));
  // They were delivered some time ago.
  await sql`
    with d as (update deliveries set state = 'delivered', attempts = 1, settled_at = clock_timestamp()
               where endpoint_id = ${webhookId} returning 1)
    update lanes set depth = 0, settled_through = last_sequence, waiting_since = null, due_at = null
    where endpoint_id = ${webhookId}`.execute(fleet.database.executor);
  await fleet.assertConserved(webhookId);

  const fighting = await Promise.all([fleet.startDispatcher(), fleet.startDispatcher()]);
  const path = `/webhooks/${webhookId}`;
  const asked = await tenant.client.surely<Schemas['WebhookJob']>('POST', `${path}:replay`, {
    eventTypes: ['BrandVetted'],
  });
  assert.equal(asked.status, 202, JSON.stringify(asked.body));
  assert.equal(asked.body.selected, selected.size);
  const live: string[] = [];
  const started: Promise<ServiceProcess>[] = [];
  for (const [index, share] of [0.2, 0.4].entries()) {
    await eventually(
      `${share} of it has come`,
      SOON_MS,
      () => receiver.arrivals.length > selected.size * share,
    );
    await fighting[index]?.kill();
    for (const { id } of lanes) {
      live.push(...(await fleet.emit(tenant, webhookId, id)).map(({ eventId }) => eventId));
    }
    started.push(fleet.startDispatcher());
  }
  let job: Schemas['WebhookJob'] | undefined;
  await eventually('the job is done', SOON_MS, async () => {
    const answer = await tenant.client.surely<Schemas['WebhookJob']>(
      'GET',
      `${path}/jobs/${asked.body.jobId}`,
    );
    job = answer.body;
    return job.state === 'done';
  });
  await eventually('all is delivered', SOON_MS, async () => (await fleet.undelivered(webhookId)) === 0);
  await Promise.all(started);

  assert.equal(job?.processed, selected.size);
  const replayed = receiver.arrivals.filter(({ replay }) => replay !== undefined);
  assert.deepEqual(new Set(replayed.map(({ replay }) => replay)), new Set([asked.body.jobId]));
  assert.deepEqual(new Set(replayed.map(({ eventId }) => eventId)), selected);
  assert.deepEqual(disorder(replayed), []);
  const others = receiver.arrivals.filter(({ replay }) => replay === undefined);
  assert.deepEqual(new Set(others.map(({ eventId }) => eventId)), new Set(live));
  assert.deepEqual(disorder(others), []);
  const twice = repeated(receiver.arrivals);
  assert.ok(twice <= 2 * PER_ENDPOINT, `${twice} came twice, more than were under way at two kills`);
  await fleet.assertConserved(webhookId);
  console.log(`# ${selected.size} replayed, ${live.length} live, 2 kills, ${twice} came twice`);
});

const OK = 'HTTP/1.1 200 OK\r\n';
const say = (text: string) => (socket: Socket) => void socket.once('data', () => socket.end(text));

/** Receivers that do what they should not, and what the tenant reads of it. */
const ROGUES: readonly {
  readonly does: string;
  readonly onConnection: (socket: Socket) => void;
  readonly tls?: true;
  readonly seen: Partial<Schemas['DeliveryAttempt']>;
  readonly endpoint?: Partial<Schemas['Webhook']>;
}[] = [
  { does: 'hangs', onConnection: () => {}, seen: { outcome: 'retry', error: 'timeout', stage: 'request' } },
  {
    does: 'drips',
    onConnection: (socket) => {
      socket.once('data', () => {
        socket.write(`${OK}content-length: 600\r\n\r\n`);
        const timer = setInterval(() => socket.write('.'), 50);
        socket.on('close', () => clearInterval(timer));
      });
    },
    seen: { outcome: 'retry', status: 200, error: 'timeout', stage: 'response' },
  },
  {
    does: 'redirects',
    onConnection: say('HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n'),
    seen: { outcome: 'retry', status: 302, error: 'status', stage: 'response' },
  },
  {
    does: 'resets',
    onConnection: (socket) => void socket.once('data', () => socket.resetAndDestroy()),
    seen: { outcome: 'retry', error: 'reset', stage: 'request' },
  },
  {
    does: 'stalls in TLS',
    onConnection: () => {},
    tls: true,
    seen: { outcome: 'retry', error: 'timeout', stage: 'tls' },
  },
  {
    does: 'is gone',
    onConnection: say('HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n'),
    seen: { outcome: 'retry', status: 410, error: 'status' },
    endpoint: { active: false, health: 'disabled', disabledReason: 'The endpoint answered 410 Gone.' },
  },
  {
    does: 'asks to wait',
    onConnection: say('HTTP/1.1 429 Slow\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n'),
    seen: { outcome: 'retry', status: 429, error: 'status' },
    endpoint: { active: true, health: 'healthy' },
  },
  {
    does: 'answers 2 MB',
    onConnection: say(`${OK}content-length: ${2 << 20}\r\n\r\n${'x'.repeat(2 << 20)}`),
    seen: { outcome: 'delivered', status: 200 },
  },
  {
    does: 'throws a header bomb',
    onConnection: say(`${OK}x-bomb: ${'a'.repeat(1 << 20)}\r\n\r\n`),
    seen: { outcome: 'retry', error: 'protocol', stage: 'response' },
  },
];

test('nine rogue receivers: each is treated as written and says so, and another tenant has its events meanwhile', async (t) => {
  const tenant = await fleet.tenant();
  const well = await fleet.tenant();
  const receiver = await startCollector();
  t.after(() => Promise.all([fleet.killDispatchers(), receiver.close()]));
  // Nothing but a rogue could make it miss five seconds, however busy this machine is.
  const healthy = await well.endpoint(receiver.url, 5);
  const rogues = await Promise.all(
    ROGUES.map(async (rogue) => {
      const raw = await startRawReceiver(rogue.onConnection, { tls: rogue.tls ?? false });
      t.after(() => raw.close());
      const { webhookId } = await tenant.endpoint(raw.url);
      const [event] = await fleet.emit(tenant, webhookId, `rogue_${rogue.does}`);
      // More behind it, in other lanes, so that it is at the slots for as long as it may.
      for (const n of range(4)) await fleet.emit(tenant, webhookId, `rogue_${rogue.does}_${n}`);
      return { ...rogue, webhookId, eventId: event?.eventId ?? '' };
    }),
  );
  const begun = Date.now();
  await fleet.startDispatcher();
  const owed: string[] = [];
  for (const n of range(200)) {
    const events = await fleet.emit(well, healthy.webhookId, `well_${n % 10}`);
    owed.push(...events.map(({ eventId }) => eventId));
  }
  await eventually(
    'the healthy tenant has everything',
    SOON_MS,
    async () => (await fleet.undelivered(healthy.webhookId)) === 0,
  );
  assert.deepEqual(new Set(receiver.arrivals.map(({ eventId }) => eventId)), new Set(owed));
  assert.deepEqual(disorder(receiver.arrivals), []);
  // At least once: what comes twice was not answered in time the first time, and the log says so.
  const unanswered = await fleet.failedAttempts(healthy.webhookId);
  assert.ok(repeated(receiver.arrivals) <= unanswered, `${repeated(receiver.arrivals)} > ${unanswered}`);

  for (const { does, webhookId, eventId, seen, endpoint } of rogues) {
    const path = `/webhooks/${webhookId}`;
    let delivery: Schemas['DeliveryDetail'] | undefined;
    await eventually(`an attempt at the one that ${does} is logged`, SOON_MS, async () => {
      const answer = await tenant.client.surely<Schemas['DeliveryDetail']>(
        'GET',
        `${path}/deliveries/${eventId}`,
      );
      delivery = answer.body;
      return delivery.attemptLog.length > 0;
    });
    const first = delivery?.attemptLog[0];
    assert.deepEqual({ ...first, ...seen }, first, does);
    assert.equal(first?.address, '127.0.0.1', does);
    assert.ok((first?.durationMs ?? 0) < 5_000, `${does}: ${first?.durationMs} ms`);
    const { body } = await tenant.client.surely<Schemas['Webhook']>('GET', path);
    assert.deepEqual({ ...body, ...endpoint }, body, does);
    if (first?.status === 429) {
      const wait = Date.parse(delivery?.nextAttemptAt ?? '') - begun;
      assert.ok(wait >= 120_000, `${does}: tried again after ${wait} ms`);
    }
    await fleet.assertConserved(webhookId);
  }
  await fleet.assertConserved(healthy.webhookId);
});
