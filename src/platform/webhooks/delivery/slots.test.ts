import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSlots, GROUP, SLOW_MS, type Slots } from './slots.ts';

const lane = (endpointId: string, over: { retrying?: boolean; failures?: number; full?: boolean } = {}) => ({
  endpointId,
  retrying: false,
  failures: 0,
  full: false,
  ...over,
});

/** One attempt from beginning to end at an endpoint that answers so. */
function attempt(slots: Slots, endpointId: string, how: 'good' | 'failed' | 'unknown', tookMs = 10): void {
  const slot = slots.take(lane(endpointId));
  slot.sending(0);
  slot.answered(how, tookMs);
  slot.free();
}

/** Idle, and nothing against it. */
const WELL = { lanes: 8, group: GROUP.open };

const times = <T>(n: number, work: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => work(i));

test('an endpoint that nothing is known of begins with two requests, and gets all it may have once it is known', () => {
  const slots = createSlots({ slots: 256, perEndpoint: 8 });
  const { strangerRoom, rooms } = slots.share(0);
  assert.deepEqual([strangerRoom, rooms.size], [2, 0]);
  const slot = slots.take(lane('a'));
  slot.sending(0);
  assert.deepEqual(slots.share(0).rooms.get('a'), { lanes: 1, group: GROUP.stranger });
  slot.answered('good', 10);
  assert.deepEqual(slots.share(10).rooms.get('a'), { lanes: 7, group: GROUP.open });
});

test('a few that are well and idle get all they may have; among many they need no mention', () => {
  const slots = createSlots({ slots: 256, perEndpoint: 8 });
  times(64, (i) => attempt(slots, `well_${i}`, 'good'));
  assert.deepEqual([...slots.share(0).rooms.values()], Array(64).fill(WELL));
  attempt(slots, 'one more', 'good');
  assert.equal(slots.share(0).rooms.size, 0);
  slots.take(lane('well_0'));
  assert.deepEqual([...slots.share(0).rooms], [['well_0', { lanes: 7, group: GROUP.open }]]);
});

test('a fault of our own teaches nothing of the endpoint', () => {
  const slots = createSlots({ slots: 256, perEndpoint: 8 });
  const slot = slots.take(lane('a'));
  slot.sending(0);
  slot.answered('unknown', 9_000);
  assert.deepEqual(slots.share(9_000).rooms.get('a'), { lanes: 1, group: GROUP.stranger });
});

test('one failure is nothing, three in a row make a suspect, one success takes it back', () => {
  const slots = createSlots({ slots: 256, perEndpoint: 8 });
  attempt(slots, 'a', 'good');
  times(2, () => attempt(slots, 'a', 'failed'));
  assert.deepEqual(slots.share(0).rooms.get('a'), WELL);
  attempt(slots, 'a', 'failed');
  assert.deepEqual(slots.share(0).rooms.get('a'), { lanes: 2, group: GROUP.suspect });
  attempt(slots, 'a', 'good');
  assert.deepEqual(slots.share(0).rooms.get('a'), WELL);
});

test('an endpoint is slow as soon as a request takes too long, and until one does not', () => {
  const slots = createSlots({ slots: 256, perEndpoint: 8 });
  attempt(slots, 'a', 'good');
  const slot = slots.take(lane('a'));
  slot.sending(0);
  assert.equal(slots.share(SLOW_MS).rooms.get('a')?.group, GROUP.open);
  assert.equal(slots.share(SLOW_MS + 1).rooms.get('a')?.group, GROUP.suspect);
  slot.answered('good', 3_000);
  slot.free();
  assert.deepEqual(
    slots.share(3_000).rooms.get('a'),
    { lanes: 8, group: GROUP.suspect },
    'slow, but working',
  );
  attempt(slots, 'a', 'good');
  assert.deepEqual(slots.share(3_000).rooms.get('a'), WELL);
});

test('what the database knows of its failures need not be learnt anew', () => {
  const slots = createSlots({ slots: 256, perEndpoint: 8 });
  slots.take(lane('a', { failures: 3 }));
  assert.deepEqual(slots.share(0).rooms.get('a'), { lanes: 1, group: GROUP.suspect });
});

test('retries get three quarters of the slots at most, suspects a quarter, suspects and strangers three quarters', () => {
  const slots = createSlots({ slots: 100, perEndpoint: 8 });
  times(60, (i) => slots.take(lane(`retrying_${i}`, { retrying: true })));
  assert.deepEqual([slots.share(0).retries, slots.share(0).strangers], [15, 15]);
  times(15, (i) => slots.take(lane(`failing_${i}`, { failures: 5 })));
  const { lanes, retries, suspects, strangers } = slots.share(0);
  assert.deepEqual(
    { lanes, retries, suspects, strangers },
    { lanes: 25, retries: 15, suspects: 10, strangers: 0 },
  );
});

test('a lane whose retry went well counts as a first attempt from then on', () => {
  const slots = createSlots({ slots: 100, perEndpoint: 8 });
  const slot = slots.take(lane('a', { retrying: true }));
  slot.sending(0);
  assert.equal(slots.share(0).retries, 74);
  slot.answered('good', 10);
  assert.equal(slots.share(10).retries, 75);
});

test('when strangers get no more, those that are known to be well are named, and still get theirs', () => {
  const slots = createSlots({ slots: 100, perEndpoint: 8 });
  attempt(slots, 'well', 'good');
  times(75, (i) => slots.take(lane(`stranger_${i}`)));
  const { lanes, strangers, rooms } = slots.share(0);
  assert.deepEqual([lanes, strangers], [25, 0]);
  assert.deepEqual(rooms.get('well'), { lanes: 2, group: GROUP.open });
});

test('the fuller it is, the less one endpoint may have', () => {
  const slots = createSlots({ slots: 100, perEndpoint: 8 });
  for (const id of ['a', 'b']) attempt(slots, id, 'good');
  const roomOfA = () => {
    const slot = slots.take(lane('a'));
    const room = slots.share(0).rooms.get('a')?.lanes ?? 0;
    slot.free();
    return room + 1;
  };
  assert.equal(roomOfA(), 8);
  times(50, (i) => slots.take(lane(`other_${i}`)));
  assert.equal(roomOfA(), 4);
  times(25, (i) => slots.take(lane(`another_${i}`)));
  assert.equal(roomOfA(), 2);
});

test('a claim is never longer than 128 lanes nor than what is free', () => {
  const slots = createSlots({ slots: 400, perEndpoint: 8 });
  assert.equal(slots.share(0).lanes, 128);
  const taken = times(390, (i) => slots.take(lane(`a_${i}`)));
  assert.deepEqual([slots.share(0).lanes, slots.inUse, taken.length], [10, 390, 390]);
});

test('what one endpoint may have is passed by 32 lanes at most when it becomes less', () => {
  const slots = createSlots({ slots: 256, perEndpoint: 8 });
  const lanesWith = (inUse: number) => {
    times(inUse - slots.inUse, (i) => slots.take(lane(`a_${inUse}_${i}`)));
    return slots.share(0).lanes;
  };
  assert.deepEqual([0, 60, 120, 128, 170, 200].map(lanesWith), [128, 68, 32, 64, 32, 56]);
});

test('a place is awaited where others could not have it: of an endpoint on trial or at its limit, in a fuller process', () => {
  const slots = createSlots({ slots: 256, perEndpoint: 8 });
  const stranger = slots.take(lane('a'));
  stranger.sending(0);
  stranger.answered('good', 10);
  assert.equal(stranger.free(), true, 'it had begun with less than it may have now');
  const takeAll = (id: string, n: number, over = {}) => times(n, () => slots.take(lane(id, over)));
  assert.deepEqual(
    takeAll('a', 7).map((slot) => slot.free()),
    Array(7).fill(false),
  );
  assert.deepEqual(
    takeAll('a', 8).map((slot) => slot.free()),
    [true, ...Array(7).fill(false)],
  );
  assert.deepEqual(
    takeAll('b', 1, { failures: 10 }).map((slot) => slot.free()),
    [true],
  );
  const [failing] = takeAll('a', 1);
  times(3, () => failing?.answered('failed', 0));
  assert.equal(failing?.free(), true);
  const [last] = takeAll('a', 1, { full: true });
  last?.answered('good', 0);
  assert.equal(last?.free(), true, 'other processes have the rest of its places');
  attempt(slots, 'c', 'good');
  const [earlier] = takeAll('c', 1);
  times(3, () => attempt(slots, 'c', 'failed'));
  earlier?.answered('good', 0);
  assert.equal(earlier?.free(), true, 'it ended a trial that began after it');
  takeAll('others', 63);
  assert.deepEqual(
    takeAll('a', 1).map((slot) => slot.free()),
    [true],
    'the 64th of 256',
  );
});

test('a process of one slot serves everybody in turn', () => {
  const slots = createSlots({ slots: 1, perEndpoint: 8 });
  const { lanes, retries, suspects, strangers } = slots.share(0);
  assert.deepEqual(
    { lanes, retries, suspects, strangers },
    { lanes: 1, retries: 1, suspects: 1, strangers: 1 },
  );
});

test('of endpoints without end only the latest are remembered, and never less than those at work', () => {
  const slots = createSlots({ slots: 256, perEndpoint: 8 });
  const working = slots.take(lane('working'));
  for (let i = 0; i < 5_000; i++) {
    const slot = slots.take(lane(`failing_${i}`, { failures: 5 }));
    slot.free();
  }
  const { rooms } = slots.share(0);
  assert.ok(rooms.size <= 1_024);
  assert.ok(rooms.has('working') && rooms.has('failing_4999') && !rooms.has('failing_0'));
  working.free();
});
