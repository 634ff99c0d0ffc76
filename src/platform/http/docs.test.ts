import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'js-yaml';
import { pino } from 'pino';
import { bindContract } from './bind.ts';
import { openApiEndpoint, serveDocs } from './docs.ts';
import { contractOf } from './http.test-support.ts';
import { createServer } from './server.ts';

const contract = contractOf(`
openapi: 3.1.0
info: { title: Things, version: 1.0.0 }
servers: [{ url: /v1 }, { url: https://things.example/v1 }]
security: []
paths:
  /docs: { servers: [{ url: / }], get: { operationId: getDocs, responses: { '200': { description: page } } } }
  /openapi.yaml: { servers: [{ url: / }], get: { operationId: getOpenApi, responses: { '200': { description: it } } } }
`);

async function newApp() {
  const app = createServer({ logger: pino({ level: 'silent' }) });
  await serveDocs(app, contract, 'Things');
  bindContract(app, contract, openApiEndpoint(contract));
  return app;
}

test('the reference page and all that it loads come from this host only', async () => {
  const app = await newApp();
  for (const url of ['/docs', '/docs/']) {
    const page = await app.inject(url);
    assert.equal(page.statusCode, 200, url);
    assert.match(page.payload, /<title>Things<\/title>/);
    const policy = String(page.headers['content-security-policy']);
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /connect-src 'self'/);
    assert.doesNotMatch(policy, /https?:|\*|unsafe-eval|upgrade-insecure/);
    const loaded = [...page.payload.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address ?? '');
    assert.ok(loaded.length >= 5);
    for (const address of loaded) {
      assert.doesNotMatch(address, /^(https?:)?\/\//);
      const asset = await app.inject(new URL(address, `http://localhost${url}`).pathname);
      assert.equal(asset.statusCode, 200, address);
    }
    assert.doesNotMatch(
      page.payload,
      /<script>|<script [^>]*>\s*[^<\s]/,
      'a script in the page would be blocked',
    );
  }
  const settings = (await app.inject('/docs/static/swagger-initializer.js')).payload;
  assert.match(settings, /"validatorUrl":null/);
});

test('styles of the reference page fetch nothing from elsewhere', async () => {
  const app = await newApp();
  for (const file of ['swagger-ui.css', 'index.css']) {
    const { payload } = await app.inject(`/docs/static/${file}`);
    assert.doesNotMatch(payload, /url\(["']?(https?:)?\/\//, file);
    assert.doesNotMatch(payload, /@import/, file);
  }
});

test('requests can be tried out on this instance, and on no other', async () => {
  const app = await newApp();
  const { servers } = (await app.inject('/docs/json')).json();
  assert.deepEqual(servers, [{ url: '/v1' }]);
});

test('the contract is served as it is', async () => {
  const app = await newApp();
  const response = await app.inject('/openapi.yaml');
  assert.equal(response.statusCode, 200);
  assert.match(String(response.headers['content-type']), /^application\/yaml/);
  assert.deepEqual(load(response.payload), contract.document);
});
