import type { TestContext } from 'node:test';
import type { ProviderCallRecord } from '#platform/provider-http/provider-http.ts';
import { DEFAULT_ACCOUNT, type SimOptions, startTwilioSim, type TwilioSim } from '../../sim/twilio/sim.ts';
import type { CallScope, PortResult, TelephonyPort } from '../../src/provisioning/ports.ts';
import {
  createTwilioPort,
  type TwilioPortOptions,
} from '../../src/provisioning/provider/twilio/twilio-port.ts';
import { openApiDir } from '../support/openapi.ts';

/** Where the numbers of the simulated account are. */
export const NUMBERS = `/2010-04-01/Accounts/${DEFAULT_ACCOUNT.sid}/IncomingPhoneNumbers`;

/** Far more than a loopback needs, so that only what is meant to hang does. */
const TIMEOUT_MS = 5_000;

export interface TwilioScene {
  readonly sim: TwilioSim;
  readonly port: TelephonyPort;
  /** Every request of `port` so far. */
  readonly requests: readonly ProviderCallRecord[];
  /** Another port to the same simulator. */
  open(options?: Partial<TwilioPortOptions>): TelephonyPort;
  close(): Promise<void>;
}

/** The simulator, which holds calls to the OpenAPI files where they are, and the Twilio port. */
export async function openTwilio(
  options: Partial<TwilioPortOptions> = {},
  simOptions: SimOptions = {},
): Promise<TwilioScene> {
  const sim = await startTwilioSim({ ...(openApiDir && { openApiDir }), ...simOptions });
  const ports: TelephonyPort[] = [];
  const requests: ProviderCallRecord[] = [];
  const open = (changed: Partial<TwilioPortOptions> = {}) => {
    const port = createTwilioPort({
      accountSid: DEFAULT_ACCOUNT.sid,
      username: DEFAULT_ACCOUNT.sid,
      password: DEFAULT_ACCOUNT.token,
      baseUrl: sim.url,
      timeoutMs: TIMEOUT_MS,
      onCall: (record) => requests.push(record),
      ...changed,
    });
    ports.push(port);
    return port;
  };
  return {
    sim,
    port: open(options),
    requests,
    open,
    async close() {
      await Promise.all(ports.map((port) => port.close()));
      await sim.close();
    },
  };
}

/** The same, until the test ends. */
export async function twilioFor(
  t: TestContext,
  options: Partial<TwilioPortOptions> = {},
  simOptions: SimOptions = {},
): Promise<TwilioScene> {
  const scene = await openTwilio(options, simOptions);
  t.after(scene.close);
  return scene;
}

export function newScope(signal = new AbortController().signal): CallScope {
  return { signal, correlationId: 'cor_test' };
}

/** The value of a call that came to one. */
export function valueIn<T>(result: PortResult<T>): T {
  if (result.kind !== 'ok') throw new Error(JSON.stringify(result));
  return result.value;
}
