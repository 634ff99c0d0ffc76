import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runDiskFull } from '../tools/faults/disk-full.ts';
import { clockJump } from '../tools/faults/injectors/clock-jump.ts';
import { connectionsCut } from '../tools/faults/injectors/connections-cut.ts';
import { kill } from '../tools/faults/injectors/kill.ts';
import { killRole } from '../tools/faults/injectors/kill-role.ts';
import { lostAnswers } from '../tools/faults/injectors/lost-answers.ts';
import { postgresCrash } from '../tools/faults/injectors/postgres-crash.ts';
import { receiverFails } from '../tools/faults/injectors/receiver-fails.ts';
import { report } from '../tools/faults/report.ts';
import { runFaults } from '../tools/faults/run.ts';

const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
/** Those that are over in half a second; `npm run faults` has all of them, and longer. */
const SHORT = [kill, killRole, postgresCrash, connectionsCut, lostAnswers, receiverFails, clockJump].map(
  (injector) => ({ ...injector, holdMs: [100, 500] as const }),
);

test(`both services under load, ${SHORT.length} kinds of fault one after the other (seed ${SEED}): nothing is lost, doubled or disordered`, async () => {
  const told: string[] = [];
  const result = await runFaults({
    seed: SEED,
    faults: SHORT.length,
    injectors: SHORT,
    ledger: 'postgres',
    log: (line) => void told.push(line),
  });
  const lines = report(result);
  const failed = result.checks.filter(({ failures }) => failures.length > 0);
  assert.deepEqual(failed, [], [...told, ...lines].join('\n'));
  assert.equal(result.faults.length, SHORT.length);
  for (const { name, writeMs, settledMs } of result.faults) {
    assert.ok(writeMs !== undefined && settledMs !== undefined, `nothing came through after: ${name}`);
  }
  const { businesses, writes } = result.evidence;
  assert.ok(businesses.length > 0 && writes.acknowledged.length > 0, 'there was no load');
  process.stdout.write(lines.map((line) => `# ${line}\n`).join(''));
});

test('the embedded service on a disk that gets full refuses writes, loses none, and goes on when there is room', async (t) => {
  const result = await runDiskFull((line) => t.diagnostic(line));
  if ('skipped' in result) {
    process.stdout.write(`# skipped: ${result.skipped}\n`);
    return t.skip(result.skipped);
  }
  assert.ok(result.refused > 0, 'the disk was never full');
  process.stdout.write(`# ${JSON.stringify(result)}\n`);
});
