import { randomUUID } from 'node:crypto';
import type { SimWorld } from './world.ts';

/** One request to a receiver, signed and ready. */
export interface Delivery {
  readonly kind: 'status' | 'events';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One attempt, for GET /_sim/callbacks. */
export interface Attempt {
  readonly at: number;
  readonly kind: Delivery['kind'];
  readonly url: string;
  readonly body: string;
  readonly attempt: number;
  readonly outcome: 'delivered' | 'refused' | 'noAnswer' | 'dropped';
  readonly status?: number;
}

/** What happens to the next deliveries; each number counts down. */
export interface Disturbance {
  /** Never sent. */
  drop: number;
  /** Sent twice, with the same body. */
  duplicate: number;
  /** So many are held back and then sent in reverse. */
  reorder: number;
}

export interface Courier {
  /** Queues a delivery; it goes out on the simulator's clock, after what was queued before. */
  send(delivery: Delivery): void;
  disturb(change: Partial<Disturbance>): Disturbance;
  attempts(): readonly Attempt[];
}

/** A receiver must answer in so long, in real time (docs/twilio.md 10.2). */
const DEADLINE_MS = { status: 15_000, events: 5_000 } as const;
/** Events are tried again for this long on the simulator's clock, callbacks once. */
const EVENTS_RETRY_FOR_MS = 4 * 60 * 60 * 1000;
const STATUS_ATTEMPTS = 2;
/** The log keeps the newest. */
const LOG_LIMIT = 1000;

export function createCourier(world: SimWorld): Courier {
  const disturbance: Disturbance = { drop: 0, duplicate: 0, reorder: 0 };
  const log: Attempt[] = [];
  let held: Delivery[] = [];

  function note(delivery: Delivery, attempt: number, result: Pick<Attempt, 'outcome' | 'status'>): void {
    const { kind, url, body } = delivery;
    log.push({ at: world.now(), kind, url, body, attempt, ...result });
    if (log.length > LOG_LIMIT) log.shift();
  }

  function queue(delivery: Delivery): void {
    const token = randomUUID();
    const firstAt = world.now();
    const run = async (attempt: number): Promise<void> => {
      const result = await post(delivery, token);
      note(delivery, attempt, result);
      if (result.outcome === 'delivered') return;
      // Growing waits; what is still refused after hours is lost, as at Twilio.
      const wait = world.delays.callbackRetryMs * 2 ** (attempt - 1);
      const again =
        delivery.kind === 'status'
          ? attempt < STATUS_ATTEMPTS
          : world.now() + wait - firstAt <= EVENTS_RETRY_FOR_MS;
      if (again) world.schedule(Math.max(1, wait), () => run(attempt + 1));
    };
    world.schedule(0, () => run(1));
  }

  return {
    send(delivery) {
      if (disturbance.drop > 0) {
        disturbance.drop -= 1;
        note(delivery, 0, { outcome: 'dropped' });
        return;
      }
      const copies = disturbance.duplicate > 0 ? 2 : 1;
      if (copies === 2) disturbance.duplicate -= 1;
      if (disturbance.reorder > 0) {
        disturbance.reorder -= 1;
        for (let copy = 0; copy < copies; copy += 1) held.unshift(delivery);
        if (disturbance.reorder > 0) return;
        for (const one of held) queue(one);
        held = [];
        return;
      }
      for (let copy = 0; copy < copies; copy += 1) queue(delivery);
    },
    disturb(change) {
      Object.assign(disturbance, change);
      if (disturbance.reorder === 0) {
        for (const one of held) queue(one);
        held = [];
      }
      return disturbance;
    },
    attempts: () => log,
  };
}

/** Any 2xx is delivered. The answer's body is thrown away, redirects are not followed. */
async function post(delivery: Delivery, token: string): Promise<Pick<Attempt, 'outcome' | 'status'>> {
  const target = new URL(delivery.url);
  const headers: Record<string, string> = { ...delivery.headers, 'i-twilio-idempotency-token': token };
  if (target.username !== '') {
    const credentials = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    target.username = '';
    target.password = '';
  }
  try {
    const response = await fetch(target, {
      method: 'POST',
      headers,
      body: delivery.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(DEADLINE_MS[delivery.kind]),
    });
    await response.body?.cancel();
    return { outcome: response.ok ? 'delivered' : 'refused', status: response.status };
  } catch {
    // Refused, cut or too slow: all the same to the sender.
    return { outcome: 'noAnswer' };
  }
}
