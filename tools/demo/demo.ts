// Buys a number, registers a business from nothing to A2PReady, and mends one that is rejected: on the instance that runs, or,
// when there is none, on one of its own. Exit codes: 0 all as told, 1 something was not, 130 interrupted.

import { readConfig } from '../../src/config.ts';
import { becomeReady, registerWebhook } from './become-ready.ts';
import { areaCodeAt, businessAt } from './business.ts';
import { buyNumber } from './buy-number.ts';
import { createClient } from './client.ts';
import { findInstance, startInstance } from './instance.ts';
import { mendRejection } from './mend-rejection.ts';
import { startReceiver } from './receiver.ts';
import { createScreen } from './screen.ts';
import { messageOf, unlessAborted } from './stage.ts';
import { createTenant } from './tenant.ts';
import { createWatch } from './watch.ts';

/** Many times what it takes with the fake provider's default delay; a provider that takes its time: half a minute for profiles alone. */
const DEADLINE_MS = 180_000;
/** Above what a service needs to stop. */
const CLEAN_UP_DEADLINE_MS = 15_000;
const LAST_REQUEST_DEADLINE_MS = 5_000;
const EXIT_FAILED = 1;
const EXIT_INTERRUPTED = 130;

const begun = Date.now();
const screen = createScreen(process.stdout, () => Date.now() - begun);
const ending = new AbortController();
const cleanUps: (() => Promise<void>)[] = [];
let exitCode = 0;

const deadline = setTimeout(() => end(`${DEADLINE_MS / 1_000} s are over`), DEADLINE_MS);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (ending.signal.aborted) process.exit(EXIT_INTERRUPTED);
    exitCode = EXIT_INTERRUPTED;
    end('interrupted');
  });
}
// Whoever read the output has gone: nobody is left to be shown anything.
process.stdout.on('error', () => end('the output was closed'));

try {
  await run();
} catch (error) {
  exitCode ||= EXIT_FAILED;
  process.stderr.write(`\ndemo: ${messageOf(error)}\n`);
}
clearTimeout(deadline);
giveUpLater();
await cleanUp();
process.exit(exitCode);

async function run(): Promise<void> {
  const read = readConfig();
  if ('faults' in read) throw new Error(read.faults.join('\n      '));
  const running = await findInstance(read.config);
  screen.line(
    running
      ? `demo: drives the running instance at ${running.url}`
      : 'demo: no instance is running, so it starts its own, on an embedded database in a temporary directory',
  );
  // A start cannot be told to stop. Nothing is lost with it: its directory goes when the process ends.
  const instance = running ?? (await unlessAborted(startInstance(), ending.signal));
  cleanUps.push(() => instance.close());
  if (!running) screen.line(`demo: started, listens at ${instance.url}`);
  ending.signal.throwIfAborted();
  const tenant = await createTenant(instance, `demo-${begun}`);
  cleanUps.push(() => tenant.close());

  const watch = createWatch(screen);
  const receiver = await startReceiver({ onEvent: watch.event, onFault: end });
  cleanUps.push(() => receiver.close());
  const client = createClient(`${instance.url}/v1`, tenant.token, ending.signal);
  const stage = { screen, client, receiver, watch, signal: ending.signal };
  const business = businessAt(new Date(begun));
  // The simulator has numbers in a few area codes only.
  const areaCode = read.config.provisioning?.twilio ? '415' : areaCodeAt(new Date(begun));

  screen.chapter(
    '1. A number',
    'The provisioning service searches, buys and configures. A purchase is asked for twice at once, under one ' +
      'Idempotency-Key: it is paid once.',
  );
  const bought = instance.provisioning && (await buyNumber(stage, instance.provisioning, areaCode));
  if (!bought)
    screen.line('No provisioning service to be used here (SERVICES, PROVISIONING_TOKENS): skipped.');

  screen.chapter(
    '2. From nothing to A2PReady',
    `${business.brand.legalName} wants to text back the callers it missed. Brand (who sends), campaign (what, and ` +
      'why) and number are handed in at once. Each request is answered at once; each thing waits for what it ' +
      'needs and moves on by itself. Events arrive at a webhook receiver in this process, which checks both ' +
      'signatures (of X-NMC-Signature v1 and v2) and would tell of an event that is missing or out of order.',
  );
  const webhookId = await registerWebhook(stage);
  cleanUps.push(async () => {
    // Its own client: the one of the run does nothing more once the run was ended.
    const last = createClient(
      `${instance.url}/v1`,
      tenant.token,
      AbortSignal.timeout(LAST_REQUEST_DEADLINE_MS),
    );
    await last.call('DELETE', `/webhooks/${webhookId}`, { expect: 204 });
  });
  await becomeReady(stage, bought ? { ...business, e164: bought.e164 } : business);
  await bought?.refusedRelease();

  screen.chapter(
    '3. Rejected, mended, vetted',
    'Another business writes its legal name otherwise than the tax office does. The rejection says which field to ' +
      'change and who has to act. It is edited, only if nobody else has edited it meanwhile, and submitted again.',
  );
  await mendRejection(stage);
  ending.signal.throwIfAborted();

  screen.line();
  screen.line(
    `Shown: ${bought ? 'a number bought once; ' : ''}a business from nothing to A2PReady; a rejected brand edited and VETTED; ${receiver.count()} events, in order,`,
  );
  screen.line('both signatures of each verified, none missing.');
  if (running) screen.line(`What was registered stays there under tenant ${tenant.name}.`);
}

function end(reason: string): void {
  if (ending.signal.aborted) return;
  ending.abort(new Error(reason));
  giveUpLater();
}

/** What cannot be told to stop, such as a start under way, may not keep us either. */
function giveUpLater(): void {
  const giveUp = () => {
    process.stderr.write('demo: stopping took too long\n');
    process.exit(exitCode || EXIT_FAILED);
  };
  setTimeout(giveUp, CLEAN_UP_DEADLINE_MS).unref();
}

/** In reverse order. One that fails keeps none of the others from running. */
async function cleanUp(): Promise<void> {
  for (const step of cleanUps.reverse()) {
    try {
      await step();
    } catch (error) {
      exitCode ||= EXIT_FAILED;
      process.stderr.write(`demo: cleaning up: ${messageOf(error)}\n`);
    }
  }
}
