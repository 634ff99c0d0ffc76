import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { authenticate } from './auth.ts';
import type { SimControl } from './control.ts';
import type { FaultRule, Faults } from './faults.ts';
import type { Contract } from './openapi.ts';
import {
  notFound,
  type Product,
  type SimAnswer,
  type SimMethod,
  type SimRequest,
  simError,
} from './request.ts';
import type { RequestLog } from './request-log.ts';
import type { createRouter } from './route.ts';
import type { SimWorld } from './world.ts';

interface ServerParts {
  readonly port: number;
  readonly world: SimWorld;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly contract: Contract | undefined;
  readonly control: SimControl;
  readonly route: ReturnType<typeof createRouter>;
  readonly enforcePace: boolean;
}

/** Twilio takes no body near this size; more is a broken client. */
const MAX_BODY_BYTES = 1_048_576;
const PRODUCTS: readonly Product[] = ['trusthub', 'messaging', 'events'];

/** Listens on 127.0.0.1. `close` cuts open connections, so that a hanging call cannot hold it up. */
export async function listen(parts: ServerParts): Promise<{ url: string; close(): Promise<void> }> {
  const closing = new AbortController();
  let url = '';
  const server = createServer((request, response) => {
    answerCall(parts, url, closing.signal, request, response).catch((error: unknown) => {
      if (closing.signal.aborted || response.destroyed) return;
      const text = error instanceof Error ? error.message : String(error);
      send(response, simError(500, 20500, `simulator fault: ${text}`));
    });
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(parts.port, '127.0.0.1', done);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    close: () =>
      new Promise((done) => {
        closing.abort();
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function answerCall(
  parts: ServerParts,
  url: string,
  closing: AbortSignal,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = new URL(incoming.url ?? '/', url);
  const body = await readBody(incoming);
  if (body === undefined) return send(response, simError(413, 20001, 'The body is too large'));
  if (target.pathname.startsWith('/_sim/')) {
    const call = { method: incoming.method ?? '', path: target.pathname, query: target.searchParams, body };
    return send(response, await parts.control.handle(call));
  }
  const { product, path, base } = productOf(target.pathname, url);
  const auth = authenticate(parts.world, header(incoming, 'authorization'), path);
  const form = new URLSearchParams(body);
  const entry = parts.log.begin({
    at: parts.world.now(),
    account: auth.account,
    method: incoming.method ?? '',
    path: target.pathname,
    params: [...new Set([...target.searchParams.keys(), ...form.keys()])],
  });

  const rule = parts.faults.take({ method: entry.method, path: target.pathname, body });
  if (rule !== undefined) entry.fault = rule.fault;
  if (rule?.fault === 'hang') return;
  if (rule?.fault === 'reset') return void incoming.socket.destroy();
  if (rule?.fault === 'slow') await sleep(rule.delayMs ?? 1000, undefined, { signal: closing });

  const answer = await (async (): Promise<SimAnswer> => {
    if (rule?.fault === 'status') return faultAnswer(rule);
    if (auth.kind === 'refused') return auth.answer;
    if (entry.tooSoon && parts.enforcePace) return tooMany(1);
    const found = parts.route(product, entry.method, path);
    const request: SimRequest = {
      method: methodOf(entry.method),
      product,
      account: auth.account,
      path,
      base,
      params: typeof found === 'object' ? found.params : {},
      query: target.searchParams,
      form,
      header: (name) => header(incoming, name.toLowerCase()),
    };
    if (found === undefined) return notFound(request);
    if (found === 'methodNotAllowed') return simError(405, 20004, 'Method not allowed');
    if (entry.method === 'POST' && body !== '' && !isForm(incoming)) {
      return simError(415, 20001, 'The body must be application/x-www-form-urlencoded');
    }
    const asked = { product, method: entry.method, path, query: request.query, form };
    const misfit = parts.contract?.check(asked);
    if (misfit !== undefined) {
      parts.log.misfit(entry, 'contract', misfit);
      return simError(400, 20001, `OpenAPI: ${misfit}`);
    }
    const given = await found.route.handle(request, parts.world);
    const wrong = parts.contract?.checkAnswer(asked, given.status, given.body);
    if (wrong !== undefined) parts.log.misfit(entry, 'answerFault', wrong);
    return given;
  })();

  if (rule?.fault === 'lostAnswer') return void incoming.socket.destroy();
  entry.status = answer.status;
  const code = codeOf(answer);
  if (code !== undefined) entry.code = code;
  if (rule?.fault === 'brokenAnswer') return sendBroken(response, answer);
  send(response, answer);
}

/** BASE/2010-04-01/... is the core API, BASE/<product>/... every other product. */
function productOf(pathname: string, url: string): { product: Product; path: string; base: string } {
  const product = PRODUCTS.find((one) => pathname.startsWith(`/${one}/`));
  if (product === undefined) return { product: 'api', path: pathname, base: url };
  return { product, path: pathname.slice(product.length + 1), base: `${url}/${product}` };
}

function faultAnswer(rule: FaultRule): SimAnswer {
  const status = rule.status ?? 500;
  if (status === 429) return tooMany(rule.retryAfter);
  const answer = simError(status, rule.code ?? 20500, rule.message ?? 'Simulated fault');
  return rule.retryAfter === undefined
    ? answer
    : { ...answer, headers: { 'retry-after': String(rule.retryAfter) } };
}

function tooMany(retryAfter: number | undefined): SimAnswer {
  const answer = simError(429, 20429, 'Too many requests');
  return retryAfter === undefined ? answer : { ...answer, headers: { 'retry-after': String(retryAfter) } };
}

function send(response: ServerResponse, answer: SimAnswer): void {
  const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    ...(text !== '' && { 'content-type': 'application/json' }),
    'twilio-request-id': `RQ${crypto.randomUUID().replaceAll('-', '')}`,
    ...answer.headers,
  });
  response.end(text);
}

function sendBroken(response: ServerResponse, answer: SimAnswer): void {
  const text = JSON.stringify(answer.body ?? {});
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(text.slice(0, Math.max(1, Math.floor(text.length / 2))));
}

function codeOf({ status, body }: SimAnswer): number | undefined {
  if (status < 400 || typeof body !== 'object' || body === null || !('code' in body)) return undefined;
  return typeof body.code === 'number' ? body.code : undefined;
}

function methodOf(method: string): SimMethod {
  return method === 'POST' || method === 'DELETE' ? method : 'GET';
}

function header(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function isForm(incoming: IncomingMessage): boolean {
  return (header(incoming, 'content-type') ?? '').startsWith('application/x-www-form-urlencoded');
}

/** The whole body as text; `undefined` when it is too large. */
async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}
