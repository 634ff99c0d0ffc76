import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { ProviderAccounts } from '#platform/provider-http/accounts.ts';
import { createProviderHttp, type ProviderHttpOptions } from '#platform/provider-http/provider-http.ts';
import { twilioHosts } from '#platform/twilio/hosts.ts';
import type { TwilioCalls } from './calls.ts';
import { createTwilioClient } from './client.ts';

export const ACCOUNT = `AC${'1'.repeat(32)}`;

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answered as JSON; `raw` as it is; undefined: not at all, or by the handler itself. */
export type Answered =
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly raw?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | undefined;

export interface Provided {
  readonly url: string;
  readonly calls: TwilioCalls;
  readonly callsOf: (signal: AbortSignal) => TwilioCalls;
  readonly seen: Asked[];
  readonly accounts: ProviderAccounts & { readonly log: string[] };
}

/** The client against a real HTTP server that answers as the test says. */
export async function provided(
  t: TestContext,
  answer: (asked: Asked) => Answered,
  options: {
    readonly accounts?: Partial<ProviderAccounts>;
    readonly http?: Partial<ProviderHttpOptions>;
    readonly everyMs?: number;
  } = {},
): Promise<Provided> {
  const seen: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const url = new URL(request.url ?? '/', 'http://server.test');
    const asked: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      form: new URLSearchParams(body),
      authorization: request.headers.authorization,
      request,
      response,
    };
    seen.push(asked);
    const answered = answer(asked);
    if (!answered) return;
    const { status, body: json, raw, headers } = answered;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(raw ?? (json === undefined ? '' : JSON.stringify(json)));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
  const http = createProviderHttp({ hosts: twilioHosts(url), onCall: () => {}, ...options.http });
  t.after(async () => {
    await http.close();
    server.closeAllConnections();
    server.close();
  });
  const accounts = openAccounts(options.accounts);
  const callsOf = createTwilioClient(
    { accountSid: ACCOUNT, username: 'SKkey', password: 'secret', everyMs: options.everyMs ?? 1_000 },
    { http, accounts },
  );
  const make = (signal: AbortSignal) => callsOf({ signal });
  return { url, calls: make(new AbortController().signal), callsOf: make, seen, accounts };
}

/** Lets every call through unless told otherwise, and writes down what it was asked. */
export function openAccounts(
  over: Partial<ProviderAccounts> = {},
): ProviderAccounts & { readonly log: string[] } {
  const log: string[] = [];
  return {
    log,
    async take(account, everyMs, maxWaitMs) {
      log.push(`take ${account} ${everyMs}`);
      return over.take ? over.take(account, everyMs, maxWaitMs) : { kind: 'turn', waitMs: 0 };
    },
    async check(account) {
      log.push(`check ${account}`);
      return over.check ? over.check(account) : { kind: 'open' };
    },
    async block(account, forMs, code, message) {
      log.push(`block ${account} ${forMs} ${code}`);
      await over.block?.(account, forMs, code, message);
    },
    async clear(account) {
      log.push(`clear ${account}`);
      await over.clear?.(account);
    },
  };
}
