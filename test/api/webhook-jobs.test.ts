import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJobWorker } from '../../src/platform/webhooks/jobs/job-worker.ts';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { type Caller, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { silent } from '../support/world.ts';
import { fieldsOf, makeDead, newWebhook, owedWebhook, submittedBrand } from './stories.ts';

type Job = Schemas['WebhookJob'];
type Deliveries = Schemas['DeliveryList'];

const DAY_MS = 86_400_000;

eachDatabase('replays and skips', (open) => {
  const app = useApp(open);

  /** An endpoint with three dead letters of three brands, a second apart. */
  async function setUp() {
    const a = await app().tenant();
    const { webhookId } = await newWebhook(a, { eventTypes: ['BrandSubmitted', 'WebhookTest'] });
    const path = `/webhooks/${webhookId}`;
    const brands: string[] = [];
    for (let n = 1; n <= 3; n++) {
      app().clock.advance(1_000);
      brands.push(await submittedBrand(a, { taxId: `12-000000${n}` }));
    }
    await makeDead(app().db.owner, webhookId);
    const replay = (body: object) => a.call<Job>('POST', `${path}:replay`, body);
    const count = async (body: object) => {
      const answer = await a.call<{ selected: number }>('POST', `${path}:replay`, { ...body, dryRun: true });
      assert.equal(answer.status, 200, answer.text);
      return answer.body.selected;
    };
    const states = async () => {
      const { body } = await a.call<Deliveries>('GET', `${path}/deliveries`);
      return body.items.map(({ state }) => state).reverse();
    };
    return { a, path, brands, replay, count, states };
  }

  const at = (ms: number) => new Date(app().clock.current().getTime() + ms).toISOString();
  /** Lets the jobs work until they have nothing to do. */
  async function work(): Promise<void> {
    const { database } = app().db;
    const worker = createJobWorker({ database, clock: app().clock, log: silent });
    for (let round = 0; round < 20 && (await worker.runOnce()); round++) app().clock.advance(1_000);
  }

  test('a dry run counts what each filter selects, and does nothing', async () => {
    const { count, brands, states, a, path } = await setUp();
    const [aggregateId] = brands;
    const cases: readonly [object, number][] = [
      [{}, 3],
      [{ since: at(-1_000) }, 2],
      [{ since: at(0) }, 1],
      [{ since: at(1) }, 0],
      [{ until: at(0) }, 2],
      [{ since: at(-1_000), until: at(0) }, 1],
      [{ since: at(-DAY_MS * 30) }, 3],
      [{ aggregateId }, 1],
      [{ aggregateId, fromSequence: 1, toSequence: 1 }, 1],
      [{ aggregateId, fromSequence: 2 }, 0],
      [{ aggregateId: 'brand_none' }, 0],
      [{ eventTypes: ['BrandSubmitted'] }, 3],
      [{ eventTypes: ['A2PReady'] }, 0],
      [{ states: ['dead'] }, 3],
      [{ states: ['delivered', 'skipped'] }, 0],
    ];
    for (const [filter, selected] of cases)
      assert.equal(await count(filter), selected, JSON.stringify(filter));
    assert.deepEqual(await states(), ['dead', 'dead', 'dead']);
    const jobs = await a.call<Schemas['WebhookJobList']>('GET', `${path}/jobs`);
    assert.deepEqual(jobs.body, { items: [] });
  });

  test('a filter that can select nothing is refused by its field', async () => {
    const { a, path, replay, brands } = await setUp();
    const [aggregateId] = brands;
    const cases: readonly [object, string[]][] = [
      [{ since: at(-30 * DAY_MS - 1) }, ['since']],
      [{ until: at(-30 * DAY_MS) }, ['until']],
      [{ since: at(0), until: at(0) }, ['until']],
      [{ since: '2001-01-01T00:00:00Z', until: '2001-01-02T00:00:00Z' }, ['since', 'until']],
      [{ fromSequence: 1 }, ['aggregateId']],
      [{ toSequence: 1 }, ['aggregateId']],
      [{ aggregateId, fromSequence: 2, toSequence: 1 }, ['toSequence']],
      [{ aggregateId, fromSequence: 0 }, ['fromSequence']],
      [{ aggregateId, toSequence: 2 ** 53 }, ['toSequence']],
      [{ aggregateId: 'a b' }, ['aggregateId']],
      ...[
        'yesterday',
        '2026-01-05',
        '2026-01-05T12:00:00',
        '2026-02-30T12:00:00Z',
        '2026-01-05T12:00:60Z',
      ].map((since): [object, string[]] => [{ since }, ['since']]),
      ...[
        '2026-01-05 12:00:00Z',
        '0000-01-01T00:00:00Z',
        '9999-12-31T23:59:59Z',
        '2026-01-05T12:00:00+25:00',
      ].map((until): [object, string[]] => [{ until }, ['until']]),
      [{ eventTypes: [] }, ['eventTypes']],
      [{ eventTypes: ['Nothing'] }, ['eventTypes[0]']],
      [{ states: ['pending'] }, ['states[0]']],
      [{ states: ['dead', 'dead'] }, ['states']],
      [{ dryRun: 'yes' }, ['dryRun']],
      [{ form: 1 }, ['form']],
    ];
    for (const [body, fields] of cases) {
      const refused = await a.call('POST', `${path}:replay`, body);
      assert.deepEqual([refused.status, fieldsOf(refused.body)], [422, fields], JSON.stringify(body));
    }
    const states = await a.call('POST', `${path}/deadLetters:redeliver`, { states: ['delivered'] });
    assert.deepEqual([states.status, fieldsOf(states.body)], [422, ['states']]);
    assert.equal((await replay({ until: '2999-12-31T23:59:59.999999999+05:45' })).status, 202);
  });

  test('a replay is a job to be read; done, it has put back what it selected, which says so', async () => {
    const { a, path, replay, states } = await setUp();
    const filter = { since: at(-1_000), states: ['dead'] };
    const started = await replay(filter);
    assert.equal(started.status, 202);
    const { jobId, ...job } = started.body;
    assert.deepEqual(job, {
      kind: 'replay',
      state: 'running',
      filter,
      selected: 2,
      processed: 0,
      outstanding: 0,
      createdAt: at(0),
    });
    const read = async () => (await a.call<Job>('GET', `${path}/jobs/${jobId}`)).body;
    assert.deepEqual(await read(), started.body);
    await work();
    assert.deepEqual(await states(), ['dead', 'pending', 'pending']);
    const { processed, outstanding } = await read();
    assert.deepEqual([processed, outstanding], [2, 2]);
    const { body } = await a.call<Deliveries>('GET', `${path}/deliveries?limit=1`);
    assert.deepEqual([body.items[0]?.replay, body.items[0]?.attempts], [jobId, 12]);
  });

  test('one dead letter, or all that fit, are sent again; a second time there is nothing to do', async () => {
    const { a, path, states, brands } = await setUp();
    const letters = async () => (await a.call<Deliveries>('GET', `${path}/deadLetters`)).body.items;
    const [newest] = await letters();
    assert.equal(newest?.aggregateId, brands[2]);
    const one = `${path}/deadLetters/${newest?.eventId}:redeliver`;
    const again = await a.call<Schemas['Delivery']>('POST', one);
    assert.equal(again.status, 202, again.text);
    assert.deepEqual([again.body.state, again.body.eventId], ['pending', newest?.eventId]);
    assert.ok(again.body.nextAttemptAt);
    assert.equal((await letters()).length, 2);
    const twice = await a.call('POST', one);
    assert.deepEqual([twice.status, twice.body.error.details.state], [409, 'pending']);
    const all = await a.call<Job>('POST', `${path}/deadLetters:redeliver`, { until: at(-1_000) });
    assert.deepEqual([all.status, all.body.selected], [202, 1]);
    assert.deepEqual(all.body.filter, { until: at(-1_000), states: ['dead'] });
    await work();
    assert.deepEqual(await states(), ['pending', 'dead', 'pending']);
  });

  test('a skip gives the backlog up: skipped by the tenant, to be replayed while it is kept', async () => {
    const { a, path, count, states } = await setUp();
    await a.call('PATCH', path, { active: false });
    app().clock.advance(1_000);
    await submittedBrand(a, { taxId: '12-0000004' });
    app().clock.advance(1_000);
    const job = await a.call<Job>('POST', `${path}:skip`);
    assert.deepEqual([job.status, job.body.kind, job.body.selected, job.body.filter], [202, 'skip', 1, {}]);
    assert.equal((await a.call('POST', `${path}:skip`)).status, 409);
    await work();
    const done = await a.call<Job>('GET', `${path}/jobs/${job.body.jobId}`);
    assert.deepEqual([done.body.state, done.body.processed], ['done', 1]);
    assert.deepEqual(await states(), ['dead', 'dead', 'dead', 'skipped']);
    const { body } = await a.call<Deliveries>('GET', `${path}/deliveries?limit=1`);
    assert.equal(body.items[0]?.skipReason, 'tenant');
    app().clock.advance(1_000);
    assert.equal(await count({ states: ['skipped'] }), 1);
    const resumed = await a.call<Schemas['Webhook']>('PATCH', path, { active: true });
    assert.equal(resumed.body.health, 'healthy');
  });

  test('jobs are listed newest first, page by page; a cancelled one ends where it stands, once', async () => {
    const { a, path, replay } = await setUp();
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) {
      app().clock.advance(1);
      ids.unshift((await replay({})).body.jobId);
    }
    const sixth = await a.call('POST', `${path}:replay`, {});
    assert.deepEqual([sixth.status, sixth.body.error.code], [409, 'ConflictError']);
    const seen: string[] = [];
    for (let query = 'limit=2', pages = 0; query !== '' && pages < 9; pages++) {
      const { body } = await a.call<Schemas['WebhookJobList']>('GET', `${path}/jobs?${query}`);
      seen.push(...body.items.map(({ jobId }) => jobId));
      query = body.nextCursor === undefined ? '' : `limit=2&cursor=${body.nextCursor}`;
    }
    assert.deepEqual(seen, ids);
    const cancel = () => a.call<Job & Schemas['Error']>('POST', `${path}/jobs/${ids[0]}:cancel`);
    const cancelled = await cancel();
    assert.deepEqual(
      [cancelled.status, cancelled.body.state, cancelled.body.finishedAt],
      [200, 'cancelled', at(0)],
    );
    const again = await cancel();
    assert.deepEqual([again.status, again.body.error.details.state], [409, 'cancelled']);
    assert.equal((await replay({})).status, 202, 'there is room again');
  });

  test('a job or delivery of another endpoint, one of the same tenant too, is not found here', async () => {
    const a = await app().tenant();
    const b = await app().tenant();
    const mine = await owedWebhook(a);
    const other = await newWebhook(a);
    const strange = await newWebhook(b);
    const at = (webhookId: string): readonly ['GET' | 'POST', string][] => [
      ['GET', `/webhooks/${webhookId}/jobs/${mine.jobId}`],
      ['POST', `/webhooks/${webhookId}/jobs/${mine.jobId}:cancel`],
      ['GET', `/webhooks/${webhookId}/deliveries/${mine.eventId}`],
      ['POST', `/webhooks/${webhookId}/deadLetters/${mine.eventId}:redeliver`],
    ];
    const looks: readonly [Caller, string][] = [
      [a, other.webhookId],
      [b, strange.webhookId],
      [b, mine.webhookId],
    ];
    for (const [who, webhookId] of looks) {
      for (const [method, path] of at(webhookId)) {
        const { status, text } = await who.call(method, path);
        assert.equal(status, 404, `${method} ${path}: ${text}`);
      }
    }
    const lists = ['jobs', 'deliveries', 'deadLetters'].map(
      (name) => `/webhooks/${strange.webhookId}/${name}`,
    );
    for (const path of lists) assert.deepEqual((await b.call('GET', path)).body, { items: [] });
    const job = await a.call<Job>('GET', `/webhooks/${mine.webhookId}/jobs/${mine.jobId}`);
    assert.equal(job.body.state, 'running');
  });
});
