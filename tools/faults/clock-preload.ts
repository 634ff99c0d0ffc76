// A module for `--import`: the clock of the process runs ahead by what stands in A2P_TEST_CLOCK_FILE, as decimal text
// in milliseconds (may be negative; none when the file is missing or empty). A change holds within 100 ms. As with a
// machine whose clock is set, timers and performance.now() go on undisturbed.
import { readFileSync, watchFile } from 'node:fs';

const LOOK_EVERY_MS = 100;

const file = process.env.A2P_TEST_CLOCK_FILE;
if (file !== undefined) {
  const RealDate = Date;
  const realNow = Date.now;
  let aheadMs = readAhead(file);
  const now = () => realNow() + aheadMs;
  RealDate.now = now;
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  });
  RealDate.prototype.constructor = Date;
  // Not persistent: the process ends as it would without.
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, () => {
    aheadMs = readAhead(file);
  });
}

function readAhead(path: string): number {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const ms = Number(text);
  if (!Number.isFinite(ms)) throw new Error(`${path} holds no milliseconds: ${text}`);
  return ms;
}
