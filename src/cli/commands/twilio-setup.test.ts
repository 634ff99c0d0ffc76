import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENT_TYPES } from '../../registration/inbound/event-types.ts';
import { memoryAccount } from './twilio.test-support.ts';
import { type SetupTarget, setUpEvents } from './twilio-setup.ts';

const target = (over: Partial<SetupTarget> = {}): SetupTarget => ({
  publicUrl: 'https://a2p.example.com',
  label: 'default',
  wait: async () => {},
  signal: new AbortController().signal,
  ...over,
});
const DESTINATION = 'https://a2p.example.com/provider/twilio/events';
const results = (steps: readonly { object: string; result: string }[]) =>
  steps.map(({ object, result }) => `${object} ${result}`);

test('a first run makes one sink, waits until it is active, and subscribes it to every type', async () => {
  const account = memoryAccount();
  let waited = 0;
  const wait = async () => void waited++;
  const { steps, fault } = await setUpEvents(account.calls, target({ wait }));
  assert.equal(fault, undefined);
  assert.deepEqual(results(steps), ['sink created', 'subscription created']);
  assert.deepEqual(
    account.sinks.map(({ destination }) => destination),
    [DESTINATION],
  );
  assert.deepEqual(account.subscriptions[0]?.types, EVENT_TYPES);
  assert.equal(waited, 3);
});

test('a second run changes nothing and makes no call that could', async () => {
  const account = memoryAccount();
  await setUpEvents(account.calls, target());
  account.made.length = 0;
  const { steps, fault } = await setUpEvents(account.calls, target());
  assert.equal(fault, undefined);
  assert.deepEqual(results(steps), ['sink kept', 'subscription kept']);
  assert.deepEqual(account.made, ['sinks', 'subscriptions']);
});

test('another URL replaces the sink, and the new one is there before the old one goes', async () => {
  const account = memoryAccount();
  await setUpEvents(account.calls, target());
  account.made.length = 0;
  const moved = target({ publicUrl: 'https://new.example.com' });
  const { steps } = await setUpEvents(account.calls, moved);
  assert.deepEqual(results(steps), ['sink created', 'subscription created', 'sink removed']);
  assert.ok(account.made.indexOf('createSubscription') < account.made.indexOf('deleteSink'));
  assert.deepEqual(
    account.sinks.map(({ destination }) => destination),
    ['https://new.example.com/provider/twilio/events'],
  );
  assert.deepEqual(results((await setUpEvents(account.calls, moved)).steps), [
    'sink kept',
    'subscription kept',
  ]);
});

test('sinks of other installations and of other people are left alone', async () => {
  const account = memoryAccount();
  await setUpEvents(account.calls, target({ label: 'staging', publicUrl: 'https://staging.example.com' }));
  await account.calls.createSink({ description: 'orders', destination: DESTINATION });
  const { steps } = await setUpEvents(account.calls, target());
  assert.deepEqual(results(steps), ['sink created', 'subscription created']);
  assert.equal(account.sinks.length, 3);
});

test('a sink that failed, or is subscribed to other types, is replaced as a whole', async () => {
  const account = memoryAccount();
  await setUpEvents(account.calls, target());
  const [first] = account.subscriptions;
  assert.ok(first);
  account.subscriptions = [{ ...first, description: 'a2p-registration default: 12 types, 01234567' }];
  const older = await setUpEvents(account.calls, target());
  assert.deepEqual(results(older.steps), ['sink created', 'subscription created', 'sink removed']);

  account.sinkStatuses = ['failed'];
  const failed = await setUpEvents(account.calls, target());
  assert.match(failed.fault ?? '', /failed: the provider could not reach/);
  account.sinkStatuses = ['active'];
  account.sinks = account.sinks.filter(({ sid }) => sid !== first.sinkSid);
  assert.equal((await setUpEvents(account.calls, target())).fault, undefined);
  assert.equal(account.sinks.length, 1);
});

test('wherever an answer is lost, the next run ends with one sink that is subscribed', async () => {
  for (const name of ['sinks', 'createSink', 'subscriptions', 'createSubscription', 'deleteSink']) {
    const account = memoryAccount();
    await setUpEvents(account.calls, target());
    const moved = target({ publicUrl: 'https://new.example.com' });
    account.ends.set(name, 'lost');
    const lost = await setUpEvents(account.calls, moved);
    if (name !== 'subscriptions') assert.match(lost.fault ?? '', /it may have happened/, name);
    account.ends.clear();
    assert.equal((await setUpEvents(account.calls, moved)).fault, undefined, name);
    assert.deepEqual(
      account.sinks.map(({ destination }) => destination),
      ['https://new.example.com/provider/twilio/events'],
      name,
    );
    const [sink] = account.sinks;
    assert.equal(account.subscriptions.filter(({ sinkSid }) => sinkSid === sink?.sid).length, 1, name);
  }
});

test('a sink that does not become active is no endless wait, and is taken up by the next run', async () => {
  const account = memoryAccount();
  account.sinkStatuses = ['validating'];
  let waits = 0;
  const wait = async () => void waits++;
  const { fault } = await setUpEvents(account.calls, target({ wait }));
  assert.match(fault ?? '', /is validating: run this again/);
  assert.equal(waits, 30);
  account.sinkStatuses = ['active'];
  const { steps } = await setUpEvents(account.calls, target());
  assert.deepEqual(results(steps), ['sink kept', 'subscription created']);
});

test('told to stop, it stops waiting', async () => {
  const account = memoryAccount();
  const stopping = new AbortController();
  const { fault } = await setUpEvents(
    account.calls,
    target({ signal: stopping.signal, wait: async () => stopping.abort() }),
  );
  assert.match(fault ?? '', /run this again/);
  assert.ok(!account.made.includes('createSubscription'));
});
