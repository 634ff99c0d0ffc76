import { randomUUID } from 'node:crypto';
import { type Courier, createCourier, type Disturbance } from './callback-delivery.ts';
import { type SinkRecord, sinks, subscriptions } from './resources/event-records.ts';
import { signForm, signJson, withoutFragment } from './signature.ts';
import type { SimEvent, SimWorld } from './world.ts';

/**
 * Tells receivers what happens: status callbacks of bundles as signed forms (docs/twilio.md 10.3), events of
 * brands, campaigns and numbers to the sinks that subscribed to them as signed JSON (10.4).
 */
export function installCallbackDelivery(world: SimWorld): void {
  const courier = createCourier(world);
  const stream = createStream(world, courier);
  world.on((event) => {
    if (event.kind === 'bundle') sendStatus(world, courier, event);
    else if (typeof event.payload.type === 'string') stream(event);
  });
  // POST {drop?, duplicate?, reorder?: number or true}, GET the attempts made so far.
  world.control('callbacks', ({ method, body }) => {
    if (method === 'GET') return { status: 200, body: { attempts: courier.attempts() } };
    const change = disturbanceOf(body);
    if (!change) return { status: 400, body: { error: 'drop, duplicate and reorder take a number or true' } };
    return { status: 200, body: courier.disturb(change) };
  });
}

function sendStatus(world: SimWorld, courier: Courier, event: SimEvent): void {
  const { sid, status, statusCallback, failureReason } = event.payload;
  // Twilio tells of a submission and what follows, not of a return to draft.
  if (typeof statusCallback !== 'string' || typeof sid !== 'string' || status === 'draft') return;
  const token = world.accounts.get(event.account)?.token;
  if (token === undefined) return;
  const form = new URLSearchParams({ AccountSid: event.account, BundleSid: sid, Status: String(status) });
  if (typeof failureReason === 'string') form.set('FailureReason', failureReason);
  courier.send({
    kind: 'status',
    url: withoutFragment(statusCallback),
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-twilio-signature': signForm(token, statusCallback, form),
      'user-agent': 'TwilioProxy/1.1',
    },
    body: form.toString(),
  });
}

/** Answers a function that brings one event to every active sink which wants it. */
function createStream(world: SimWorld, courier: Courier): (event: SimEvent) => void {
  const waiting = new Map<string, Record<string, unknown>[]>();

  function flush(sink: SinkRecord): void {
    const events = waiting.get(sink.sid) ?? [];
    waiting.delete(sink.sid);
    const token = world.accounts.get(sink.account)?.token;
    if (events.length === 0 || token === undefined) return;
    const body = JSON.stringify(events);
    const { url, signature } = signJson(token, sink.destination, body);
    const headers = { 'content-type': 'application/json', 'x-twilio-signature': signature };
    courier.send({ kind: 'events', url, headers, body });
  }

  return (event) => {
    const message = cloudEvent(world, event);
    for (const sink of receivers(world, event)) {
      const events = waiting.get(sink.sid) ?? [];
      waiting.set(sink.sid, [...events, message]);
      if (!sink.batch) flush(sink);
      // What comes up in the same moment shares a request.
      else if (events.length === 0) world.schedule(0, () => flush(sink));
    }
  };
}

/** A test event goes to its sink alone, whatever the sink's status. */
function receivers(world: SimWorld, event: SimEvent): readonly SinkRecord[] {
  const { type, sinkSid } = event.payload;
  if (typeof sinkSid === 'string') return [sinks.of(world).get(sinkSid)].filter((sink) => sink !== undefined);
  const wanting = subscriptions
    .of(world)
    .all()
    .filter((entry) => entry.account === event.account && entry.types.some((known) => known.type === type));
  return [...new Set(wanting.map((entry) => entry.sinkSid))]
    .flatMap((sid) => sinks.of(world).get(sid) ?? [])
    .filter((sink) => sink.status === 'active');
}

function cloudEvent(world: SimWorld, event: SimEvent): Record<string, unknown> {
  const { type, data } = event.payload;
  return {
    specversion: '1.0',
    type,
    source: `/simulator/${event.kind}`,
    // Not out of the world's sequence: events come with time, and sids shall depend on the calls alone.
    id: `EZ${randomUUID().replaceAll('-', '')}`,
    dataschema: `https://events-schemas.twilio.com/${event.kind}/1`,
    datacontenttype: 'application/json',
    time: new Date(world.now()).toISOString(),
    data,
  };
}

const NAMES: readonly (keyof Disturbance)[] = ['drop', 'duplicate', 'reorder'];

/** `true` disturbs everything from now on; for `reorder` it swaps the next two. */
function disturbanceOf(body: Readonly<Record<string, unknown>>): Partial<Disturbance> | undefined {
  const change: Partial<Disturbance> = {};
  for (const [key, value] of Object.entries(body)) {
    const name = NAMES.find((known) => known === key);
    const all = name === 'reorder' ? 2 : Number.MAX_SAFE_INTEGER;
    const count = value === true ? all : value === false ? 0 : value;
    if (!name || typeof count !== 'number' || !Number.isInteger(count) || count < 0) return undefined;
    change[name] = count;
  }
  return change;
}
