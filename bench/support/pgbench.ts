import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { IdPrefix } from '../../src/kernel/ids.ts';
import { AGGREGATE, INDEX, type Transaction, type Value } from './accept-statements.ts';
import { percentile } from './figures.ts';

export interface PgbenchOrder {
  readonly databaseUrl: string;
  readonly clients: number;
  readonly seconds: number;
  readonly prefix: IdPrefix;
  readonly transaction: Transaction;
}

export interface PgbenchReport {
  readonly perSecond: number;
  /** Of whole transactions, milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

const run = promisify(execFile);

/** Its version; undefined where there is none: whoever asks says so and leaves it out. */
export async function pgbenchVersion(): Promise<string | undefined> {
  try {
    return (await run('pgbench', ['--version'])).stdout.trim();
  } catch {
    return undefined;
  }
}

/** Ids of two runs on one database must not meet; far below the 64 bits of a variable. */
const CLIENT_STRIDE = 1_000_000_000;
const RUN_STRIDE = 1_000 * CLIENT_STRIDE;
let runs = 0;

/** Runs the statements of one accepted request by pgbench, as unnamed prepared statements, which is what the driver sends. */
export async function runPgbench(order: PgbenchOrder): Promise<PgbenchReport> {
  const { databaseUrl, clients, seconds } = order;
  const directory = await mkdtemp(join(tmpdir(), 'a2p-pgbench-'));
  try {
    const script = join(directory, 'accept.sql');
    await writeFile(script, scriptOf(order, ++runs));
    const { stdout } = await run(
      'pgbench',
      [
        ...['--no-vacuum', '--protocol=extended', `--client=${clients}`, '--jobs=1', `--time=${seconds}`],
        ...['--define=n=0', '--log', `--file=${script}`, databaseUrl],
      ],
      { cwd: directory, timeout: (seconds + 30) * 1_000 },
    );
    const perSecond = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
    if (!(perSecond > 0)) throw new Error(`pgbench did nothing: ${stdout}`);
    const took = await latencies(directory);
    return { perSecond, p50: percentile(took, 50), p99: percentile(took, 99) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Third field of each line of the log: microseconds from the transaction's begin to its end. */
async function latencies(directory: string): Promise<number[]> {
  const logs = (await readdir(directory)).filter((name) => name.startsWith('pgbench_log.'));
  const texts = await Promise.all(logs.map((name) => readFile(join(directory, name), 'utf8')));
  return texts
    .flatMap((text) => text.trim().split('\n'))
    .map((line) => Number(line.split(' ')[2]) / 1_000)
    .filter(Number.isFinite);
}

function scriptOf({ prefix, transaction }: PgbenchOrder, run: number): string {
  const statements = transaction.statements.map(({ sql, values }) => {
    const filled = sql.replaceAll(/\$(\d+)/g, (_, at: string) => {
      const value = values[Number(at) - 1];
      if (!value) throw new Error(`a statement has no value ${at}`);
      return literalOf(value, prefix);
    });
    return `${filled.replaceAll(/\s+/g, ' ').trim()};`;
  });
  return [
    '\\set n :n + 1',
    `\\set id ${run} * ${RUN_STRIDE} + :client_id * ${CLIENT_STRIDE} + :n`,
    ...['begin;', ...statements, 'commit;'],
    '',
  ].join('\n');
}

/** 32 hexadecimal digits as in every id, and a blind index spread as evenly as a real one. */
const DIGITS = "lpad(to_hex(:id::bigint), 32, '0')";
const INDEX_OF = "sha256(convert_to(:id::text, 'UTF8'))";

function literalOf(value: Value, prefix: IdPrefix): string {
  switch (value.is) {
    case 'text':
      return value.text === null ? 'null' : quoted(value.text);
    case 'bytes':
      return quoted(`\\x${value.hex}`);
    case 'newIndex':
      return INDEX_OF;
    case 'new': {
      const parts = value.pattern.split(/(<\w+>)/).map((part) => {
        if (part === AGGREGATE) return `'${prefix}_' || ${DIGITS}`;
        if (part === INDEX) return `encode(${INDEX_OF}, 'hex')`;
        return part === '' ? '' : quoted(part);
      });
      return `(${parts.filter((part) => part !== '').join(' || ')})`;
    }
  }
}

/** A colon would begin one of pgbench's variables. */
function quoted(text: string): string {
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll(':', '\\x3a')}'`;
}
