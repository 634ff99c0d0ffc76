// Asks the account that is configured for numbers, and plans a purchase (R151): whether its credentials, the way to the
// provider and this service go together. It buys nothing: a search and a dry run are all that it asks for, of a service of
// its own whose ledger goes with it.
// Usage: npm run smoke [-- area code]. Exit codes: 0 as it should be, 1 not, 2 no account is configured.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/config.ts';
import { newToken } from '../src/platform/secrets/tokens.ts';
import { createLogger } from '../src/platform/telemetry/log.ts';
import type { Schemas } from '../src/provisioning/contract.gen.ts';
import { startServices } from '../src/start/services.ts';
import { createClient } from './demo/client.ts';

/** Above what a request may take, three attempts at the provider included. */
const DEADLINE_MS = 60_000;
const EXIT_FAILED = 1;
const EXIT_NO_ACCOUNT = 2;

process.exitCode = await smoke(process.argv[2] ?? '415');

async function smoke(areaCode: string): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'a2p-smoke-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const token = newToken();
  const read = readConfig({
    ...process.env,
    NODE_ENV: '',
    HOST: '127.0.0.1',
    SERVICES: 'provisioning',
    PROVISIONING_PORT: '0',
    IDEMPOTENCY_BACKEND: 'memory',
    DATA_DIR: directory,
    BOOTSTRAP_TOKEN: token,
    PROVISIONING_TOKENS: '',
    RELEASE_GUARD_URL: '',
    WEBHOOK_PROBE: 'false',
    LOG_LEVEL: 'warn',
  });
  if ('faults' in read) return fail(read.faults.join('\n       '), EXIT_NO_ACCOUNT);
  const { provisioning: settings } = read.config;
  const domain = settings?.allowedDomains[0];
  if (!settings?.twilio || settings.allowedDomains === 'any' || domain === undefined)
    return fail(
      'no account is configured: set TWILIO_ACCOUNT_SID and what README lists with it',
      EXIT_NO_ACCOUNT,
    );

  const services = await startServices(read.config, (service) =>
    createLogger({ level: 'warn', service, role: 'smoke' }),
  );
  try {
    const client = createClient(services.provisioning?.url ?? '', token, AbortSignal.timeout(DEADLINE_MS));
    const search = `/availability?areaCode=${encodeURIComponent(areaCode)}&sms=true&voice=true&limit=1`;
    const { candidates } = (await client.call<Schemas['Availability']>('GET', search, { expect: 200 })).body;
    const [found] = candidates;
    if (!found) return fail(`the account is offered no number in area ${areaCode}: try another`);
    say(`a search in area ${areaCode} finds ${found.e164}`);

    const webhooks = { smsWebhookUrl: `https://${domain}/sms`, voiceUrl: `https://${domain}/voice` };
    const body = { e164: found.e164, webhooks, dryRun: true };
    const { plan } = (await client.call<Schemas['Plan']>('POST', '/numbers', { body, expect: 200 })).body;
    say(`a dry run would ${plan.map(({ op }) => op).join(', then ')}; nothing was bought`);
    return 0;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  } finally {
    await services.stop();
  }
}

function say(line: string): void {
  process.stdout.write(`smoke: ${line}\n`);
}

function fail(line: string, code = EXIT_FAILED): number {
  process.stderr.write(`smoke: ${line}\n`);
  return code;
}
