import { parseArgs } from 'node:util';
import { primaryProfileSid } from './resources/index.ts';
import { DEFAULT_ACCOUNT, startTwilioSim } from './sim.ts';

const HELP = `Simulator of the Twilio APIs for A2P 10DLC registration and local numbers.

  --port <n>            port on 127.0.0.1 (4010; 0 picks a free one)
  --openapi <folder>    refuse calls that do not fit the OpenAPI files in it
  --consistency-ms <n>  new objects stay invisible for so long (0)
  --seed <n>            seed of the sids (1)
  --enforce-pace        answer 429 to brand and campaign calls that come faster than 1 per second
  --own-asked-numbers   a number that is looked up by its exact value belongs to the account
  --help
`;

/** Settings of the command line; throws a TypeError or RangeError that says what is wrong with them. */
function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '4010' },
      openapi: { type: 'string' },
      'consistency-ms': { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      'enforce-pace': { type: 'boolean', default: false },
      'own-asked-numbers': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    help: values.help,
    options: {
      port: integer('port', values.port, 65_535),
      seed: integer('seed', values.seed, 4_294_967_295),
      consistencyMs: integer('consistency-ms', values['consistency-ms'], 3_600_000),
      enforcePace: values['enforce-pace'],
      ownAskedNumbers: values['own-asked-numbers'],
      ...(values.openapi !== undefined && { openApiDir: values.openapi }),
    },
  };
}

function integer(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > most)
    throw new RangeError(`--${name} must be an integer from 0 to ${most}`);
  return value;
}

async function run(): Promise<void> {
  const { help, options } = readOptions(process.argv.slice(2));
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const sim = await startTwilioSim(options);
  const [key] = DEFAULT_ACCOUNT.keys;
  process.stdout.write(
    [
      'Twilio simulator is listening. It holds nothing real and charges nothing.',
      `  TWILIO_BASE_URL=${sim.url}`,
      `  TWILIO_ACCOUNT_SID=${DEFAULT_ACCOUNT.sid}`,
      `  TWILIO_AUTH_TOKEN=${DEFAULT_ACCOUNT.token}`,
      `  TWILIO_PRIMARY_PROFILE_SID=${primaryProfileSid(DEFAULT_ACCOUNT.sid)}`,
      '  or with a key instead of the token:',
      `  TWILIO_API_KEY=${key.sid}`,
      `  TWILIO_API_SECRET=${key.secret}`,
      `Control API: ${sim.url}/_sim/health, /_sim/requests, /_sim/time ... (sim/twilio/README.md)`,
      '',
    ].join('\n'),
  );
  const stop = () => void sim.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
