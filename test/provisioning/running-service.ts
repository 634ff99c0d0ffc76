import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { DEFAULT_ACCOUNT } from '../../sim/twilio/sim.ts';
import { hashToken } from '../../src/platform/secrets/tokens.ts';
import type { Schemas } from '../../src/provisioning/contract.gen.ts';
import { createMemoryLedger } from '../../src/provisioning/ledger/memory-ledger.ts';
import type { ReleaseGuard, TelephonyPort } from '../../src/provisioning/ports.ts';
import { createFakePort } from '../../src/provisioning/provider/fake/fake-port.ts';
import {
  createTwilioPort,
  type TwilioPortOptions,
} from '../../src/provisioning/provider/twilio/twilio-port.ts';
import { createProvisioning } from '../../src/provisioning/provisioning.ts';

const TOKEN = 'a-token-of-a-test';
const STOP_MS = 5_000;

export interface Answered<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface RunningProvisioning {
  readonly url: string;
  ask<T = Schemas['Error']>(
    method: string,
    path: string,
    sent?: { readonly body?: object; readonly key?: string },
  ): Promise<Answered<T>>;
}

type OnCall = NonNullable<TwilioPortOptions['onCall']>;
export type OpenPort = (onCall: OnCall) => TelephonyPort;

/** The whole service as it is wired for production, on a socket, until the test ends. */
export async function runProvisioning(
  t: TestContext,
  { port, guard }: { readonly port: OpenPort; readonly guard?: ReleaseGuard },
): Promise<RunningProvisioning> {
  const service = await createProvisioning({
    ledger: createMemoryLedger({ now: () => performance.now() }),
    port: async ({ onCall }) => port(onCall),
    guard,
    probe: undefined,
    tokens: async () => [{ name: 'shop', hash: hashToken(TOKEN) }],
    allowedDomains: ['example.com'],
    attempts: 3,
    log: pino({ level: 'silent' }),
  });
  const url = await service.app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => service.stop(STOP_MS));
  return {
    url,
    async ask(method, path, { body, key } = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json');
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
  };
}

export const fakePort: OpenPort = () => createFakePort();

export const twilioPort =
  (baseUrl: string, options: Partial<TwilioPortOptions> = {}): OpenPort =>
  (onCall) =>
    createTwilioPort({
      accountSid: DEFAULT_ACCOUNT.sid,
      username: DEFAULT_ACCOUNT.sid,
      password: DEFAULT_ACCOUNT.token,
      baseUrl,
      timeoutMs: 8_000,
      onCall,
      ...options,
    });
