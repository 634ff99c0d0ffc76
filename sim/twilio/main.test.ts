import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

const MAIN = new URL('./main.ts', import.meta.url).pathname;

test('the command prints its address, answers there, and ends on SIGTERM with 0', async (t) => {
  const child = spawn(process.execPath, [MAIN, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    url = /TWILIO_BASE_URL=(\S+)/.exec(line)?.[1];
    if (url !== undefined) break;
  }
  assert.ok(url);
  const health = await fetch(`${url}/_sim/health`, { signal: AbortSignal.timeout(5000) });
  assert.equal(health.status, 200);
  child.kill('SIGTERM');
  assert.deepEqual(await exit, [0, null]);
});

test('a bad option is named and nothing starts', async () => {
  const child = spawn(process.execPath, [MAIN, '--port', '70000'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 1);
  assert.match(said, /--port must be an integer from 0 to 65535/);
});
