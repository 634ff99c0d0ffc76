import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { bindContract, type Endpoints } from './bind.ts';
import { contractOf, things } from './http.test-support.ts';
import { createServer } from './server.ts';

const newApp = () => createServer({ logger: pino({ level: 'silent' }) });

/** Endpoints that say which one answered. */
function echoes(ids: readonly string[]): Endpoints {
  return Object.fromEntries(
    ids.map((id) => [id, () => ({ handler: async (request) => ({ id, params: request.params }) })]),
  );
}

const all = things.operations.map(({ id }) => id);

test('the server does not come up while an operation has no handler or a handler no operation, and names all', () => {
  const some = all.filter((id) => id !== 'getThing' && id !== 'runThing');
  assert.throws(
    () => bindContract(newApp(), things, echoes([...some, 'paintThing', 'burnThing'])),
    (error: Error) =>
      ['getThing', 'runThing', 'paintThing', 'burnThing'].every((id) => error.message.includes(id)) &&
      !error.message.includes('createThing'),
  );
});

test('a route that was registered before counts as bound', async () => {
  const app = newApp();
  app.get('/health', async () => 'mine');
  bindContract(app, things, echoes(all.filter((id) => id !== 'getHealth')));
  assert.equal((await app.inject('/health')).payload, 'mine');
});

test('paths with a verb after a colon and paths without are told apart', async () => {
  const app = newApp();
  bindContract(app, things, echoes(all));
  const answer = async (method: 'GET' | 'POST' | 'PATCH', url: string) => {
    const response = await app.inject({ method, url });
    return response.statusCode === 200 ? response.json() : response.statusCode;
  };
  assert.deepEqual(await answer('GET', '/v1/things/a_1'), { id: 'getThing', params: { thingId: 'a_1' } });
  assert.deepEqual(await answer('POST', '/v1/things/a_1:run'), {
    id: 'runThing',
    params: { thingId: 'a_1' },
  });
  assert.deepEqual(await answer('POST', '/v1/things'), { id: 'createThing', params: {} });
  assert.deepEqual(await answer('GET', '/health'), { id: 'getHealth', params: {} });
  for (const url of ['/v1/things/a_1:run', '/v1/things/a/b', '/v1/things/', '/things', '/v1/health']) {
    assert.equal(await answer('GET', url), 404, url);
  }
  for (const url of ['/v1/things/a:b:run', '/v1/things/:run', '/v1/things/a%3Ab:run', '/v1/things/a:stop']) {
    assert.equal(await answer('POST', url), 404, url);
  }
});

test('an operation without an id, one id used twice and unsaid security are errors of the contract', () => {
  const contract = (paths: string) => () => contractOf(`openapi: 3.1.0\nsecurity: []\npaths:\n${paths}`);
  assert.throws(contract('  /a: { get: { responses: {} } }'), /GET \/a has no operationId/);
  assert.throws(
    contract('  /a: { get: { operationId: x }, post: { operationId: x } }'),
    /operationId x is used twice/,
  );
  assert.throws(
    () => contractOf('openapi: 3.1.0\npaths: { /a: { get: { operationId: x } } }'),
    /security has to be said/,
  );
});
