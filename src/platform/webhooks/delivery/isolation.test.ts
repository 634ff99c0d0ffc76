import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../../../../test/support/random.ts';
import { pickLanes, type Ready } from './claim-pick.ts';
import { createSlots, GROUP, type Share, type Slot } from './slots.ts';

// One process against a fleet of receivers, in simulated time: the real budget (slots.ts), claims by the rules of
// claim.ts in memory, no database and no breaker, so that it is the worst that receivers can do before one opens.

const SLOTS = { slots: 256, perEndpoint: 8 };
const DEADLINE_MS = 5_000;
const CLAIM_EVERY_MS = 5;
const RUN_MS = 60_000;

type Kind = 'healthy' | 'hangs' | 'drips';

interface Receiver {
  readonly id: string;
  readonly kind: Kind;
  /** Arrival times of events that wait, each in a lane of its own. */
  readonly waiting: number[];
  readonly random: () => number;
  inFlight: number;
}

/** Healthy ones answer in 10 to 60 ms; the others take until the deadline, one of them with bytes, and fail. */
function receivers(count: number, kindOf: (i: number) => Kind): Receiver[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `whk_${String(i).padStart(4, '0')}`,
    kind: kindOf(i),
    waiting: [],
    random: seeded(i + 1),
    inFlight: 0,
  }));
}

/** Milliseconds from arrival to answer of every event of the healthy receivers, sorted. */
function simulate(fleet: readonly Receiver[], eventsPerSecond: number): number[] {
  const slots = createSlots(SLOTS);
  const latencies: number[] = [];
  const ends: { at: number; end: () => void }[] = [];
  let cursor = 0;
  for (let now = 0; now < RUN_MS; now += CLAIM_EVERY_MS) {
    for (const receiver of fleet) {
      const arrives = receiver.random() < (eventsPerSecond * CLAIM_EVERY_MS) / 1_000;
      if (arrives) receiver.waiting.push(now + receiver.random() * CLAIM_EVERY_MS);
      // Whoever fails has a backlog that is due without end.
      else if (receiver.kind !== 'healthy' && receiver.waiting.length < 20) receiver.waiting.push(now);
    }
    for (const { end } of ends.filter(({ at }) => at <= now)) end();
    ends.splice(0, ends.length, ...ends.filter(({ at }) => at > now));

    // As the dispatcher does: places that are left are asked for again at once, of those not looked at yet.
    for (let looked = 0; looked < fleet.length; ) {
      const share = slots.share(now);
      const { taken, next, more } = claim(fleet, share, cursor);
      looked += ((next - cursor + fleet.length - 1) % fleet.length) + 1;
      cursor = next;
      for (const { receiver, arrivedAt } of taken) start(receiver, arrivedAt, now);
      if (!more) break;
    }
  }
  return latencies.sort((a, b) => a - b);

  function start(receiver: Receiver, arrivedAt: number, now: number): void {
    const slot: Slot = slots.take({ endpointId: receiver.id, retrying: false, failures: 0, full: false });
    const healthy = receiver.kind === 'healthy';
    const at = now + (healthy ? 10 + 50 * receiver.random() ** 2 : DEADLINE_MS);
    receiver.inFlight += 1;
    slot.sending(now);
    ends.push({
      at,
      end: () => {
        slot.answered(healthy ? 'good' : 'failed', at);
        slot.free();
        receiver.inFlight -= 1;
        if (healthy) latencies.push(at - arrivedAt);
      },
    });
  }
}

/** A claim without a database: who is looked at is the claim's own order, what is leased its own choice. */
function claim(fleet: readonly Receiver[], share: Share, cursor: number) {
  const round = [...fleet.slice(cursor), ...fleet.slice(0, cursor)];
  const byId = new Map(fleet.map((receiver) => [receiver.id, receiver]));
  const waits = round
    .filter((receiver) => receiver.waiting.length > 0)
    .map((receiver) => readyOf(receiver, share));
  const ready = waits.filter(({ room }) => room > 0);
  const looked = ready.slice(0, share.lanes);
  const picks = pickLanes(looked, share);
  const taken = picks.flatMap(({ endpoint }) => {
    const receiver = byId.get(endpoint.endpointId);
    const arrivedAt = receiver?.waiting.shift();
    return receiver && arrivedAt !== undefined ? [{ receiver, arrivedAt }] : [];
  });
  const last = byId.get(looked.at(-1)?.endpointId ?? '');
  const next = last ? (fleet.indexOf(last) + 1) % fleet.length : cursor;
  return { taken, next, more: ready.length > looked.length && taken.length < share.lanes };
}

function readyOf({ id, waiting, inFlight }: Receiver, share: Share): Ready {
  const room = share.rooms.get(id) ?? { lanes: share.strangerRoom, group: GROUP.stranger };
  return {
    endpointId: id,
    timeoutMs: DEADLINE_MS,
    failures: 0,
    rateLimit: null,
    cap: SLOTS.perEndpoint,
    room: Math.min(room.lanes, SLOTS.perEndpoint - inFlight),
    group: room.group,
    first: waiting.slice(0, SLOTS.perEndpoint).map(String),
    retries: [],
    atWork: { first: inFlight, retries: 0 },
  };
}

const p99 = (sorted: readonly number[]) => sorted[Math.floor(sorted.length * 0.99)] ?? 0;

for (const { count, perSecond, reason } of [
  { count: 100, perSecond: 4, reason: 'a hundred endpoints' },
  { count: 300, perSecond: 2, reason: 'three hundred endpoints' },
]) {
  test(`beside a fifth that hangs and a tenth that drips, p99 of the healthy moves by less than 10 %: ${reason}`, () => {
    const bad = (i: number): Kind => (i % 10 < 2 ? 'hangs' : i % 10 === 2 ? 'drips' : 'healthy');
    const alone = simulate(
      receivers(count, bad).filter(({ kind }) => kind === 'healthy'),
      perSecond,
    );
    const beside = simulate(receivers(count, bad), perSecond);
    assert.ok(
      alone.length > 10_000 && Math.abs(alone.length - beside.length) < 100,
      `${alone.length} ${beside.length}`,
    );
    const shift = p99(beside) / p99(alone) - 1;
    assert.ok(shift < 0.1, `p99 ${p99(alone).toFixed(1)} ms alone, ${p99(beside).toFixed(1)} ms beside them`);
  });
}

test('receivers that all hang at once, after they were well, leave the others their places', () => {
  const fleet = receivers(100, () => 'healthy');
  const slots = createSlots(SLOTS);
  for (const { id } of fleet) {
    const slot = slots.take({ endpointId: id, retrying: false, failures: 0, full: false });
    slot.sending(0);
    slot.answered('good', 20);
    slot.free();
  }
  const hanging = fleet.slice(0, 40);
  for (const receiver of hanging) receiver.waiting.push(...Array.from({ length: 50 }, () => 0));
  const taken = new Map<string, number>();
  for (let now = 0, cursor = 0; now < DEADLINE_MS; now += CLAIM_EVERY_MS) {
    const claimed = claim(fleet, slots.share(now), cursor);
    cursor = claimed.next;
    for (const { receiver } of claimed.taken) {
      receiver.inFlight += 1;
      taken.set(receiver.id, (taken.get(receiver.id) ?? 0) + 1);
      slots.take({ endpointId: receiver.id, retrying: false, failures: 0, full: false }).sending(now);
    }
  }
  const { lanes, rooms } = slots.share(DEADLINE_MS);
  assert.ok(slots.inUse <= (SLOTS.slots * 3) / 4, `${slots.inUse} slots hang`);
  assert.ok(lanes > 0 && (rooms.get(fleet[99]?.id ?? '')?.group ?? GROUP.open) === GROUP.open);
  assert.ok(Math.max(...taken.values()) <= SLOTS.perEndpoint);
});
