import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { test } from 'node:test';

const PRELOAD = new URL('./clock-preload.ts', import.meta.url).href;
const DAY_MS = 86_400_000;
/** Of what the child says now and what is read here. */
const TOLERANCE_MS = 5_000;

/** Says on each line it is sent how far its clocks are ahead of what the line says. */
const CHILD = `
process.stdin.on('data', (data) => {
  const real = Number(data);
  const ahead = [Date.now(), new Date().getTime(), Date.parse(Date()), Number(new (class extends Date {})())].map((ms) => ms - real);
  const made = new Date(2026, 0, 1);
  const sound = made instanceof Date && made.constructor === Date && made.getFullYear() === 2026 && new Date(5).getTime() === 5;
  console.log(JSON.stringify({ ahead, sound, elapsed: performance.now() }));
});`;

test('the clock of a process is ahead by what the file says, at its start and whenever that changes', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'a2p-clock-'));
  const file = join(directory, 'ahead');
  await writeFile(file, String(DAY_MS));
  const child = spawn(process.execPath, ['--input-type=module', '--eval', CHILD], {
    env: { NODE_OPTIONS: `--import=${PRELOAD}`, A2P_TEST_CLOCK_FILE: file },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const ask = asker(child);
    const isAhead = async (ms: number) => {
      const { ahead, sound } = await ask();
      assert.ok(sound, 'dates are no longer what they were');
      return ahead.every((one) => Math.abs(one - ms) < TOLERANCE_MS);
    };
    assert.ok(await isAhead(DAY_MS));
    for (const ms of [-DAY_MS, 0]) {
      const before = (await ask()).elapsed;
      await writeFile(file, String(ms));
      const until = performance.now() + TOLERANCE_MS;
      while (!(await isAhead(ms))) assert.ok(performance.now() < until, `it is not ahead by ${ms} ms`);
      const passed = (await ask()).elapsed - before;
      assert.ok(passed >= 0 && passed < 2 * TOLERANCE_MS, 'the time that passes was set as well');
    }
    child.stdin.end();
    assert.deepEqual(await once(child, 'exit'), [0, null], 'watching the file keeps nobody alive');
  } finally {
    child.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  }
});

function asker(child: ChildProcess) {
  const { stdin, stdout } = child;
  assert.ok(stdin && stdout);
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return async (): Promise<{ ahead: number[]; sound: boolean; elapsed: number }> => {
    stdin.write(`${Date.now()}\n`);
    const { value } = await lines.next();
    return JSON.parse(value ?? '');
  };
}
