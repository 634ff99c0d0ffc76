import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../test/support/child-environment.ts';
import { type ListeningChild, startListening } from './listening-child.ts';

const ENTRY = fileURLToPath(new URL('../../sim/twilio/main.ts', import.meta.url));

const CONTROL_DEADLINE_MS = 10_000;

export interface SimulatorProcess extends ListeningChild {
  /** Forgets everything: all numbers are for sale again. */
  reset(): Promise<void>;
  /** Gives a number to the account, as if it had been bought before. */
  own(phoneNumber: string): Promise<void>;
}

/** The provider's simulator in a process of its own, on a free port. */
export async function startSimulator(): Promise<SimulatorProcess> {
  const child = await startListening([process.execPath, ENTRY, '--port', '0'], /TWILIO_BASE_URL=(\S+)/, {
    env: childEnvironment(),
  });
  const control = async (name: string, body?: object) => {
    const response = await fetch(`${child.url}/_sim/${name}`, {
      method: 'POST',
      signal: AbortSignal.timeout(CONTROL_DEADLINE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the simulator did not ${name}: ${response.status} ${text}`);
  };
  return { ...child, reset: () => control('reset'), own: (phoneNumber) => control('own', { phoneNumber }) };
}
