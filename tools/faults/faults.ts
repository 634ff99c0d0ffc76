// The fault harness: real processes, a load, faults chosen by a seed, and what must hold afterwards.
import { parseArgs } from 'node:util';
import { DISK_FULL } from './disk-full-fault.ts';
import { INJECTORS } from './injectors/index.ts';
import { holds, report } from './report.ts';
import { runFaults } from './run.ts';

const HELP = `Injects faults into both services under load and checks that nothing is lost, doubled or inverted.

  --faults <n>     how many (200; 8 with --quick), and one more on the embedded database
  --seed <n>       repeats the choice of faults and their times (by the clock)
  --quick          a minute or so, without the registrations at the simulator
  --only <text>    only kinds of fault with this in their name
  --ledger <name>  postgres or redis, instead of what the seed says
  --help
`;
const MOST_FAULTS = 10_000;
const SEEDS = 1_000_000;
const COULD_NOT_RUN = 2;

const { values } = parseArgs({
  options: {
    faults: { type: 'string' },
    seed: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    ledger: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const say = (line: string) => void process.stdout.write(`${line}\n`);
if (values.help) {
  process.stdout.write(HELP);
} else {
  try {
    await main();
  } catch (error) {
    // The load may still be waiting for answers.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(COULD_NOT_RUN);
  }
}

async function main(): Promise<void> {
  const { quick, only, ledger } = values;
  const faults = integer('faults', values.faults ?? (quick ? '8' : '200'), MOST_FAULTS);
  const seed = integer('seed', values.seed ?? String(Date.now() % SEEDS), 2 ** 31);
  if (ledger !== undefined && ledger !== 'postgres' && ledger !== 'redis')
    throw new RangeError('--ledger must be postgres or redis');
  const stop = new AbortController();
  process.once('SIGINT', () => {
    say('no more faults; what was injected is checked');
    stop.abort();
  });
  // What was started ends with us.
  const abandon = new AbortController();
  process.once('SIGTERM', () => abandon.abort());
  const began = performance.now();
  say(`seed ${seed}`);
  const result = await runFaults({
    seed,
    faults,
    injectors: INJECTORS.filter(({ name }) => name.includes(only)),
    twilio: !quick,
    diskFull: faults > 0 && DISK_FULL.includes(only),
    signal: stop.signal,
    abandon: abandon.signal,
    log: (line) => say(`${((performance.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${line}`),
    ...(ledger === undefined ? {} : { ledger }),
  });
  for (const line of report(result)) say(line);
  // In so many words: the embedded server's own handler would end us with 0.
  process.exit(holds(result) ? 0 : 1);
}

function integer(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > most)
    throw new RangeError(`--${name} must be an integer from 0 to ${most}`);
  return value;
}
