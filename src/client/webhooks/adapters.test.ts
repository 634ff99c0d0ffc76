import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, describe, test } from 'node:test';
import express from 'express';
import fastify from 'fastify';
import { buildHeaders, formatSecret } from '../../platform/webhooks/endpoints/signature.ts';
import { refuse, type WebhookError } from './errors.ts';
import { expressHandler } from './express.ts';
import { fastifyWebhooks } from './fastify.ts';
import { nodeHandler } from './node.ts';
import { createReceiver, type Handler, type Received, type Receiver } from './receiver.ts';

// Each adapter in the framework that it is for, over real HTTP. Beside the webhook route every application has one
// that takes JSON: the adapter may not change how the rest of it parses.

const KEY = Buffer.alloc(32, 1);
const PATH = '/webhooks/a2p';
const MAX_BODY_BYTES = 4_096;

interface App {
  readonly port: number;
  close(): Promise<void>;
}
interface Options {
  readonly handle: Handler;
  readonly onError: (error: WebhookError) => void;
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
}
type Start = (receiver: Receiver, options: Options) => Promise<App>;

async function serve(listener: RequestListener): Promise<App> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { port: portOf(server.address()), close };
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address');
  return address.port;
}

const startNode: Start = (receiver, options) => {
  const webhooks = nodeHandler(receiver, options);
  return serve((request, response) => {
    if (request.url === PATH) return void webhooks(request, response);
    request.setEncoding('utf8').on('data', (text) => response.end(JSON.stringify(JSON.parse(text))));
  });
};

/** @param first what stands before the handler: nothing, or `express.raw()`. */
const startExpress =
  (...first: express.RequestHandler[]): Start =>
  (receiver, options) => {
    const app = express();
    app.all(PATH, ...first, expressHandler(receiver, options));
    app.use(express.json());
    app.post('/json', (request, response) => void response.json(request.body));
    return serve(app);
  };

const startFastify: Start = async (receiver, options) => {
  const app = fastify();
  app.setErrorHandler((_error, _request, reply) => reply.code(418).send());
  await app.register(fastifyWebhooks(receiver, { path: PATH, ...options }));
  app.post('/json', async (request) => request.body);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: portOf(app.server.address()), close: () => app.close() };
};

/** A running application, and what was handled and told. */
async function setUp(start: Start, handler: Handler = () => {}, onError = (_error: WebhookError) => {}) {
  const handled: Received[] = [];
  const errors: WebhookError[] = [];
  const receiver = createReceiver({ secrets: [formatSecret(KEY)] });
  const app = await start(receiver, {
    handle: (received, context) => {
      handled.push(received);
      return handler(received, context);
    },
    onError: (error) => {
      errors.push(error);
      onError(error);
    },
    maxBodyBytes: MAX_BODY_BYTES,
    bodyTimeoutMs: 100,
  });
  after(() => app.close());
  const url = `http://127.0.0.1:${app.port}`;
  const send = async (sequence: number, change: Record<string, string> = {}) => {
    const { headers, body } = signed(sequence);
    const answer = await fetch(url + PATH, { method: 'POST', headers: { ...headers, ...change }, body });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  return { url, port: app.port, handled, errors, send };
}

function signed(sequence: number) {
  const event = { eventId: `evt_${sequence}`, type: 'BrandVetted', aggregateId: 'brand_1', sequence };
  // Spaces and letters beyond ASCII: a body that is parsed and written again has other bytes.
  const data = `"data": { "name": "Zoë's" }`;
  const rest = `"tenantId": "ten_1", "aggregateType": "brand", "timestamp": "2026-01-05T12:00:00.000Z", ${data}`;
  const body = Buffer.from(`{ ${JSON.stringify(event).slice(1, -1)}, ${rest} }`);
  const at = Math.floor(Date.now() / 1_000);
  return { headers: buildHeaders({ ...event, body }, [KEY], at, { previousSequence: sequence - 1 }), body };
}

/** Sends these bytes and no more, and reads until the other side closes. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk));
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return answer;
}

const head = (length: number) =>
  `POST ${PATH} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

const ADAPTERS: readonly (readonly [string, Start])[] = [
  ['Node', startNode],
  ['Express', startExpress()],
  ['Express with express.raw()', startExpress(express.raw({ type: '*/*' }))],
  ['Fastify', startFastify],
];

for (const [name, start] of ADAPTERS) {
  describe(`the adapter for ${name}`, () => {
    test('takes an event with 204 and hands it over once, however often it comes', async () => {
      const { send, handled, errors } = await setUp(start);
      for (const sequence of [1, 1, 2]) assert.deepEqual((await send(sequence)).status, 204);
      assert.deepEqual(
        handled.map(({ event }) => [event.sequence, event.data.name]),
        [
          [1, "Zoë's"],
          [2, "Zoë's"],
        ],
      );
      assert.deepEqual(
        [handled[1]?.gap, handled[1]?.families, errors],
        [undefined, ['v2', 'standard', 'v1'], []],
      );
    });

    test('answers 401 to what was changed, says why, and hands nothing over', async () => {
      const { send, handled, errors } = await setUp(start);
      const answer = await send(1, { 'X-NMC-Sequence': '2' });
      assert.equal(answer.status, 401);
      assert.equal(answer.headers.get('content-type')?.split(';')[0], 'application/json');
      assert.deepEqual(JSON.parse(answer.text), {
        code: 'signature_invalid',
        message: 'The v2 signature does not verify.',
      });
      assert.deepEqual([handled, errors.map(({ code }) => code)], [[], ['signature_invalid']]);
    });

    test('answers 500 when the handler fails and keeps the reason to itself; then the event may come again', async () => {
      let calls = 0;
      const { send, errors } = await setUp(start, () => {
        if (++calls === 1) throw new Error('password=hunter2');
      });
      const { status, text } = await send(1);
      assert.deepEqual([status, JSON.parse(text).code], [500, 'handler_failed']);
      assert.ok(!text.includes('hunter2'));
      assert.match(String(errors[0]?.cause), /hunter2/);
      assert.deepEqual([(await send(1)).status, calls], [204, 2]);
    });

    test('answers what the handler chose', async () => {
      const refusals = [
        refuse(429, { retryAfterSeconds: 30 }),
        refuse(422, { directive: 'abort-message', message: 'Unknown brand.' }),
      ];
      const { send } = await setUp(start, () => {
        const refusal = refusals.shift();
        if (refusal) throw refusal;
      });
      const slow = await send(1);
      assert.deepEqual([slow.status, slow.headers.get('retry-after')], [429, '30']);
      const dead = await send(1);
      assert.deepEqual([dead.status, dead.headers.get('webhook-delivery')], [422, 'abort-message']);
      assert.equal(JSON.parse(dead.text).message, 'Unknown brand.');
    });

    test('leaves the rest of the application to parse JSON as before', async () => {
      const { url } = await setUp(start);
      const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
      assert.deepEqual(await (await fetch(`${url}/json`, request)).json(), { a: 1 });
    });
  });
}

for (const [name, start] of ADAPTERS.filter(([adapter]) => !adapter.includes('raw'))) {
  describe(`the adapter for ${name}, where it reads the body itself`, () => {
    test('answers 413 to a body that is too large, and closes', async () => {
      const { port, errors } = await setUp(start);
      const answer = await raw(port, head(1e6) + 'a'.repeat(MAX_BODY_BYTES + 1));
      assert.match(answer, /^HTTP\/1.1 413 .*\r\nconnection: close\r\n.*"body_too_large"/is);
      assert.deepEqual(
        errors.map(({ code }) => code),
        ['body_too_large'],
      );
    });

    test('answers 408 to a body that does not come, and closes', async () => {
      const { port, errors } = await setUp(start);
      assert.match(await raw(port, `${head(100)}{`), /^HTTP\/1.1 408 .*"body_too_slow"/s);
      assert.deepEqual(
        errors.map(({ code }) => code),
        ['body_too_slow'],
      );
    });

    test('tells of a sender that goes away in the middle', async () => {
      const told = Promise.withResolvers<WebhookError>();
      const { port } = await setUp(start, () => {}, told.resolve);
      const socket = connect(port, '127.0.0.1');
      socket.write(`${head(100)}{`, () => socket.resetAndDestroy());
      assert.equal((await told.promise).code, 'body_incomplete');
    });

    test('takes a body of any content type, and answers 401 to an empty one', async () => {
      const { send, url } = await setUp(start);
      assert.equal((await send(1, { 'content-type': 'text/plain' })).status, 204);
      assert.equal((await fetch(url + PATH, { method: 'POST' })).status, 401);
    });
  });
}

test('Node and Express answer 405 to anything but POST; Fastify has no other route', async () => {
  const methods = await Promise.all(
    ADAPTERS.map(async ([, start]) => (await fetch((await setUp(start)).url + PATH)).status),
  );
  assert.deepEqual(methods, [405, 405, 405, 404]);
});

test('Express: when express.json() came first, the answer is 500 and the error says what to do', async () => {
  for (const parser of [express.json(), express.json({ type: '*/*' })]) {
    const { send, errors, handled } = await setUp(startExpress(parser));
    const { status, text } = await send(1);
    assert.deepEqual([status, JSON.parse(text).code, handled], [500, 'body_already_parsed', []]);
    assert.match(errors[0]?.message ?? '', /before express\.json\(\), or express\.raw/);
  }
});
