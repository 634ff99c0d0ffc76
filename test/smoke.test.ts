import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_ACCOUNT, startTwilioSim } from '../sim/twilio/sim.ts';
import { childEnvironment } from './support/child-environment.ts';

const SMOKE = fileURLToPath(new URL('../tools/smoke.ts', import.meta.url));
const DEADLINE_MS = 60_000;

async function smoke(env: Readonly<Record<string, string>>, ...args: string[]) {
  const child = spawn(process.execPath, [SMOKE, ...args], {
    env: { ...childEnvironment(), ...env },
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [exitCode] = await once(child, 'close');
  return { exitCode, output };
}

test('it searches and plans at the configured account and only reads there; what fails is said (R151)', async (t) => {
  const sim = await startTwilioSim();
  t.after(() => sim.close());
  const account = {
    TWILIO_BASE_URL: sim.url,
    TWILIO_ACCOUNT_SID: DEFAULT_ACCOUNT.sid,
    TWILIO_AUTH_TOKEN: DEFAULT_ACCOUNT.token,
    ALLOWED_WEBHOOK_DOMAINS: 'hooks.example.com',
  };
  const good = await smoke(account);
  assert.equal(good.exitCode, 0, good.output);
  assert.match(good.output, /search in area 415 finds \+1415\d{7}/);
  assert.match(
    good.output,
    /dry run would purchase, then configureMessaging, then configureVoice; nothing was bought/,
  );
  const methods = sim.control.requests().map(({ method }) => method);
  assert.ok(methods.length > 0 && methods.every((method) => method === 'GET'), methods.join(' '));

  const nowhere = await smoke(account, '229');
  assert.deepEqual(
    [nowhere.exitCode, /no number in area 229/.test(nowhere.output)],
    [1, true],
    nowhere.output,
  );
  const stranger = await smoke({ ...account, TWILIO_AUTH_TOKEN: 'f'.repeat(32) });
  assert.equal(stranger.exitCode, 1, stranger.output);
  assert.ok(!stranger.output.includes('f'.repeat(32)));
});

test('without an account it asks nobody, and says what to set', async () => {
  const { exitCode, output } = await smoke({});
  assert.deepEqual([exitCode, /TWILIO_ACCOUNT_SID/.test(output)], [2, true], output);
});
