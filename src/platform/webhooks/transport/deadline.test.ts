import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EndSignal, startDeadline, untilAbort } from './deadline.ts';

const HOUR = 3_600_000;
const struck = (signal: EndSignal) =>
  new Promise<unknown>((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));
const named = (name: string) => (error: unknown) => error instanceof DOMException && error.name === name;

test('a deadline that strikes is a TimeoutError, one that is given up an AbortError', async () => {
  const reason = await struck(startDeadline(1, undefined).signal);
  assert.ok(named('TimeoutError')(reason));
  const given = startDeadline(HOUR, undefined);
  given.giveUp();
  assert.ok(named('AbortError')(given.signal.reason));
  given.stop();
});

test('who waits outside can give it up, before and while it runs, and not after it has stopped', () => {
  const outer = new AbortController();
  const running = startDeadline(HOUR, outer.signal);
  const stopped = startDeadline(HOUR, outer.signal);
  stopped.stop();
  outer.abort();
  assert.ok(named('AbortError')(running.signal.reason));
  assert.equal(stopped.signal.aborted, false);
  const late = startDeadline(HOUR, outer.signal);
  assert.equal(late.signal.aborted, true);
  for (const deadline of [running, late]) deadline.stop();
});

test('it ends once, for the first reason, and whoever stopped listening hears nothing', async () => {
  const deadline = startDeadline(HOUR, undefined);
  let heard = 0;
  const hear = () => {
    heard += 1;
  };
  deadline.signal.addEventListener('abort', hear);
  const gone = untilAbort<number>(deadline.signal, (resolve) => {
    resolve(1);
    return assert.fail;
  });
  deadline.giveUp();
  const { reason } = deadline.signal;
  deadline.giveUp();
  assert.deepEqual([await gone, heard, deadline.signal.reason === reason], [1, 1, true]);
  deadline.stop();
});

test('work that ends is what is waited for, and is not undone by a later abort', async () => {
  const controller = new AbortController();
  let undone = 0;
  const undo = () => {
    undone += 1;
  };
  const value = await untilAbort<number>(controller.signal, (resolve) => {
    queueMicrotask(() => resolve(7));
    return undo;
  });
  const failure = untilAbort(controller.signal, (_resolve, reject) => {
    queueMicrotask(() => reject(new Error('broken')));
    return undo;
  });
  await assert.rejects(failure, /broken/);
  controller.abort();
  assert.equal(value, 7);
  assert.equal(undone, 0);
});

test('an abort ends the waiting at once and undoes the work, once', async () => {
  const controller = new AbortController();
  let undone = 0;
  const waiting = untilAbort(controller.signal, () => () => {
    undone += 1;
  });
  controller.abort(new DOMException('deadline', 'TimeoutError'));
  await assert.rejects(waiting, named('TimeoutError'));
  assert.equal(undone, 1);
});

test('after the abort nothing is begun any more', async () => {
  await assert.rejects(
    untilAbort(AbortSignal.abort(), () => assert.fail('begun')),
    named('AbortError'),
  );
});
