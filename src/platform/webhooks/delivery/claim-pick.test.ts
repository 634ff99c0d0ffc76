import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pickLanes, type Ready } from './claim-pick.ts';
import { GROUP, type Group, type Share, wholeShare } from './slots.ts';

const names = (kind: string, count: number) => Array.from({ length: count }, (_, i) => `${kind}_${i}`);
const endpoint = (endpointId: string, over: Partial<Ready> = {}): Ready => ({
  endpointId,
  timeoutMs: 5_000,
  failures: 0,
  rateLimit: null,
  cap: 8,
  room: 8,
  group: GROUP.open,
  first: [],
  retries: [],
  atWork: { first: 0, retries: 0 },
  ...over,
});
const picked = (ready: readonly Ready[], share: Share) =>
  pickLanes(ready, share).map(({ endpoint: { endpointId }, aggregateId }) => `${endpointId} ${aggregateId}`);

test('every endpoint gets its first lane before one gets its second', () => {
  const ready = [
    endpoint('a', { first: names('x', 5) }),
    endpoint('b', { first: names('x', 1) }),
    endpoint('c', { first: names('x', 5) }),
  ];
  assert.deepEqual(picked(ready, wholeShare(5)), ['a x_0', 'b x_0', 'c x_0', 'a x_1', 'c x_1']);
});

test('first attempts and retries of one endpoint take turns, what is at work counted in', () => {
  const both = { first: names('new', 9), retries: names('old', 9) };
  assert.deepEqual(picked([endpoint('a', both)], wholeShare(3)), ['a new_0', 'a old_0', 'a new_1']);
  const busy = { ...both, room: 1, atWork: { first: 4, retries: 3 } };
  assert.deepEqual(picked([endpoint('a', busy)], wholeShare(3)), ['a old_0']);
});

test('whoever has run out of room, of its group or of retries leaves the places to others', () => {
  const ready = [
    endpoint('failing', { group: GROUP.suspect, first: names('x', 9) }),
    endpoint('new', { group: GROUP.stranger, first: names('x', 9) }),
    endpoint('back', { retries: names('x', 9) }),
    endpoint('well', { room: 3, first: names('x', 9) }),
  ];
  const share = { ...wholeShare(20), suspects: 2, strangers: 1, retries: 1 };
  const counts = Map.groupBy(pickLanes(ready, share), (pick) => pick.endpoint.endpointId);
  assert.deepEqual(
    ready.map(({ endpointId }) => counts.get(endpointId)?.length ?? 0),
    [2, 1, 1, 3],
  );
});

const anyReady: fc.Arbitrary<readonly Ready[]> = fc
  .array(
    fc.record({
      room: fc.integer({ min: -1, max: 9 }),
      group: fc.constantFrom<Group>(GROUP.open, GROUP.suspect, GROUP.stranger),
      firsts: fc.nat(9),
      retries: fc.nat(9),
      atWork: fc.record({ first: fc.nat(8), retries: fc.nat(8) }),
    }),
    { maxLength: 12 },
  )
  .map((list) =>
    list.map(({ firsts, retries, ...over }, i) =>
      endpoint(`whk_${i}`, { ...over, first: names('new', firsts), retries: names('old', retries) }),
    ),
  );
const anyShare = fc.record({
  lanes: fc.nat(30),
  retries: fc.nat(30),
  suspects: fc.nat(30),
  strangers: fc.nat(30),
});

test('no limit is ever passed, no lane is taken twice, and none is left that could be taken', () => {
  fc.assert(
    fc.property(anyReady, anyShare, (ready, limits) => {
      const share = { ...wholeShare(0), ...limits };
      const picks = pickLanes(ready, share);
      const inGroup = (group: Group) => picks.filter((pick) => pick.endpoint.group === group).length;
      const retries = picks.filter((pick) => pick.retrying).length;
      assert.equal(new Set(picks.map((p) => `${p.endpoint.endpointId} ${p.aggregateId}`)).size, picks.length);
      assert.ok(picks.length <= share.lanes && retries <= share.retries);
      assert.ok(inGroup(GROUP.suspect) <= share.suspects && inGroup(GROUP.stranger) <= share.strangers);
      for (const one of ready) {
        const mine = picks.filter((pick) => pick.endpoint === one);
        assert.ok(mine.length <= Math.max(0, one.room));
        assert.deepEqual(
          mine.map(({ nth }) => nth),
          mine.map((_, i) => i + 1),
        );
        const groupFull =
          (one.group === GROUP.suspect && inGroup(GROUP.suspect) === share.suspects) ||
          (one.group === GROUP.stranger && inGroup(GROUP.stranger) === share.strangers);
        const firstsLeft = mine.filter((pick) => !pick.retrying).length < one.first.length;
        if (picks.length < share.lanes && !groupFull && firstsLeft)
          assert.equal(mine.length, Math.max(one.room, 0));
      }
    }),
  );
});
