import type { WebhookStore } from './store.ts';

export interface MemoryStoreOptions {
  /** Event ids that are remembered; the one not seen for longest is forgotten first. */
  readonly maxEvents?: number;
  /** Aggregates whose sequence is remembered. */
  readonly maxAggregates?: number;
}

/** About 15 MB. At three events a second, more than the 10.6 h over which an event is tried again at most. */
const MAX_EVENTS = 120_000;
/** About 10 MB. Whatever is forgotten is met again as on first contact, which is told. */
const MAX_AGGREGATES = 50_000;

/**
 * Remembers in this process, within bounds. For one process that may forget when it ends: a restart takes repeated
 * events for new ones. With several processes, or where handling twice does harm, keep it in a database.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): WebhookStore {
  const events = createRecent<true>(options.maxEvents ?? MAX_EVENTS);
  const sequences = createRecent<number>(options.maxAggregates ?? MAX_AGGREGATES);
  /** The last call of each aggregate that is at work; it never rejects. */
  const turns = new Map<string, Promise<unknown>>();

  return {
    async accept({ eventId, aggregateId, sequence }, work) {
      const before = turns.get(aggregateId);
      const mine = (async () => {
        await before;
        const known = sequences.get(aggregateId) ?? 0;
        const answer = await work({ duplicate: events.get(eventId) === true, sequence: known }, undefined);
        events.set(eventId, true);
        sequences.set(aggregateId, Math.max(known, sequence));
        return answer;
      })();
      const turn = mine.then(
        () => {},
        () => {},
      );
      turns.set(aggregateId, turn);
      try {
        return await mine;
      } finally {
        if (turns.get(aggregateId) === turn) turns.delete(aggregateId);
      }
    },
  };
}

/** A map that forgets what was not set for longest. */
function createRecent<V>(max: number) {
  if (!Number.isInteger(max) || max < 1) throw new RangeError('a store remembers at least one of each');
  const entries = new Map<string, V>();
  return {
    get: (key: string): V | undefined => entries.get(key),
    set(key: string, value: V): void {
      entries.delete(key);
      entries.set(key, value);
      for (const oldest of entries.keys()) {
        if (entries.size <= max) return;
        entries.delete(oldest);
      }
    },
  };
}
