import { createLogger } from '#platform/telemetry/log.ts';
import type { PurchaseOrder, Webhooks } from '../domain/types.ts';
import { createMemoryLedger } from '../ledger/memory-ledger.ts';
import type { CallScope, Hold, Intent, KeyScope, PortResult } from '../ports.ts';
import { createCalls, type Step } from './calls.ts';
import type { ServiceDeps } from './deps.ts';
import { createService } from './service.ts';
import { createSimulatedPort, createWorld, type World } from './simulated-provider.test-support.ts';

export const WEBHOOKS: Webhooks = {
  smsWebhookUrl: 'https://hooks.example.com/sms',
  voiceUrl: 'https://hooks.example.com/voice',
};
export const A = '+14155550101';
export const B = '+14155550102';
export const C = '+14155550103';
export const silent = createLogger({ level: 'silent', service: 'provisioning', role: 'test' });

export const keyScope = (key: string): KeyScope => ({ caller: 'app', method: 'POST', path: '/numbers', key });
export const orderOf = (wish: { e164: string } | { areaCode: string }): PurchaseOrder => ({
  ...wish,
  capabilities: ['sms', 'voice'],
  webhooks: WEBHOOKS,
});
export const scopeOf = (signal = new AbortController().signal): CallScope => ({
  signal,
  correlationId: 'cor-1',
});

/** What a call is to come to: done as asked, done with its answer lost, or not done and answered so. */
export type Reply = 'done' | 'done, answer lost' | PortResult<never>;

export const LOST: PortResult<never> = { kind: 'unknown', reason: 'timeout', sent: true };
export const NOT_SENT: PortResult<never> = { kind: 'unknown', reason: 'refused', sent: false };
export const THROTTLED: PortResult<never> = { kind: 'throttled' };
export const OPEN: PortResult<never> = { kind: 'open', retryAfterMs: 7_000 };
export const REFUSED: PortResult<never> = {
  kind: 'refused',
  fault: { code: '21631', message: 'needs an address' },
};
export const GONE: PortResult<never> = {
  kind: 'unavailable',
  fault: { code: '21422', message: 'not available' },
};
export const BARRED: PortResult<never> = {
  kind: 'credentials',
  fault: { code: '20003', message: 'who are you' },
};

export interface Bench {
  readonly world: World;
  readonly service: ReturnType<typeof createService>;
  readonly deps: ServiceDeps;
  /** Steps asked of the provider, in order. */
  readonly asked: Step[];
  readonly slept: number[];
  /** Lets the clock pass. */
  pass(ms: number): void;
  /** What the next calls of a step come to; afterwards all are done. */
  script(step: Step, ...replies: Reply[]): void;
  /** Done right before the next calls of a step, one after the other. */
  before(step: Step, ...deeds: (() => void | Promise<void>)[]): void;
  claim(key: string): Promise<{ hold: Hold; intent: Intent | undefined }>;
  /** A purchase by a key that nobody holds; the key is let go afterwards, whatever came of it. */
  buy(key: string, order: PurchaseOrder, signal?: AbortSignal): ReturnType<Bench['service']['purchase']>;
}

export function createBench(forSale: readonly string[], extra: Partial<ServiceDeps> = {}): Bench {
  const world = createWorld(forSale);
  const asked: Step[] = [];
  const slept: number[] = [];
  const scripts = new Map<Step, Reply[]>();
  const deeds = new Map<Step, (() => void | Promise<void>)[]>();
  let now = 1_000_000;

  const port = createSimulatedPort(world, async (step, call) => {
    asked.push(step);
    await deeds.get(step)?.shift()?.();
    const reply = scripts.get(step)?.shift() ?? 'done';
    if (reply === 'done') return call();
    if (reply !== 'done, answer lost') return reply;
    call();
    return LOST;
  });
  const calls = createCalls({
    attempts: 3,
    random: () => 0.5,
    async sleep(ms) {
      slept.push(ms);
      now += ms;
    },
  });
  const ledger = createMemoryLedger({ now: () => now });
  const stopwatch = () => {
    const from = now;
    return () => now - from;
  };
  const deps: ServiceDeps = {
    ...{ port, ledger, calls, stopwatch, allowedDomains: ['example.com'], log: silent },
    ...extra,
  };
  const service = createService(deps);

  async function claim(key: string) {
    const claimed = await ledger.claim(keyScope(key), 'fingerprint');
    if (claimed.kind !== 'held') throw new Error(`the key is ${claimed.kind}`);
    return { hold: claimed.hold, intent: claimed.intent };
  }

  return {
    world,
    service,
    deps,
    asked,
    slept,
    pass(ms) {
      now += ms;
    },
    script: (step, ...replies) => void scripts.set(step, replies),
    before: (step, ...acts) => void deeds.set(step, acts),
    claim,
    async buy(key, order, signal) {
      const { hold, intent } = await claim(key);
      try {
        return await service.purchase(order, hold, intent, scopeOf(signal));
      } finally {
        await ledger.letGo(hold);
      }
    },
  };
}

/** What a purchase was answered with: its state, or the code and reason of its Problem. */
export async function answerOf(work: Promise<{ readonly state: string }>): Promise<string> {
  return work.then(
    ({ state }) => state,
    (error: unknown) => {
      if (!(error instanceof Error)) throw error;
      if (!('status' in error)) return error.name;
      const details = 'details' in error ? error.details : {};
      const reason =
        typeof details === 'object' && details !== null && 'reason' in details ? details.reason : '';
      return `${error.status} ${reason}`.trim();
    },
  );
}
