import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSimClock } from './clock.ts';

test('time travel fires what falls due in the order of its moments, each at its own moment', async () => {
  const clock = createSimClock(() => 1000);
  const seen: string[] = [];
  const at = (name: string) => () => void seen.push(`${name}@${clock.now()}`);
  clock.schedule(300, at('late'));
  clock.schedule(100, () => {
    seen.push(`early@${clock.now()}`);
    clock.schedule(100, at('child'));
  });
  clock.schedule(300, at('late too'));
  await clock.advance(250);
  assert.deepEqual(seen, ['early@1100', 'child@1200']);
  assert.equal(clock.now(), 1250);
  await clock.advance(50);
  assert.deepEqual(seen.slice(2), ['late@1300', 'late too@1300']);
  assert.equal(clock.pending(), 0);
});

test('a run is awaited before the next one fires', async () => {
  const clock = createSimClock(() => 0);
  const seen: string[] = [];
  clock.schedule(1, async () => {
    await new Promise((done) => setImmediate(done));
    seen.push('first');
  });
  clock.schedule(2, () => void seen.push('second'));
  await clock.advance(5);
  assert.deepEqual(seen, ['first', 'second']);
});

test('clear drops what waits', async () => {
  const clock = createSimClock(() => 0);
  clock.schedule(1, () => assert.fail('was dropped'));
  clock.clear();
  await clock.advance(10);
});

test('a run that hangs does not hold up the passing of time for good', async () => {
  let real = 0;
  const clock = createSimClock(() => real);
  clock.schedule(0, () => new Promise(() => {}));
  const second = new Promise<void>((done) => clock.schedule(0, done));
  real = 1;
  // The clock's own timers do not keep the process alive, so this one does.
  const alive = setTimeout(() => {}, 5000);
  await second;
  clearTimeout(alive);
});

test('a broken run is warned of and the next one fires', async () => {
  const seen: string[] = [];
  const clock = createSimClock(
    () => 0,
    (text) => void seen.push(text),
  );
  clock.schedule(1, () => {
    throw new Error('broken run');
  });
  clock.schedule(2, () => void seen.push('next'));
  await clock.advance(5);
  assert.match(seen[0] ?? '', /broken run/);
  assert.deepEqual(seen.slice(1), ['next']);
});

test('a stopped clock takes no more runs', () => {
  const clock = createSimClock(() => 0);
  clock.stop();
  clock.schedule(1, () => assert.fail('was stopped'));
  assert.equal(clock.pending(), 0);
});
