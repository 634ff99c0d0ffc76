import { GROUP, type Group, type Share } from './slots.ts';

/** An endpoint that is locked until the transaction ends, and its longest due lanes. */
export interface Ready {
  readonly endpointId: string;
  readonly timeoutMs: number;
  /** Attempts in a row that failed. */
  readonly failures: number;
  /** Deliveries a second. */
  readonly rateLimit: number | null;
  /** Lanes of it that may be leased at once, by all processes together. */
  readonly cap: number;
  /** Lanes of it that this claim may lease. */
  readonly room: number;
  readonly group: Group;
  /** Aggregates whose oldest event was not tried yet ... */
  readonly first: readonly string[];
  /** ... and those whose oldest event failed before; the longest due first, in both. */
  readonly retries: readonly string[];
  /** Lanes that are leased already. */
  readonly atWork: { readonly first: number; readonly retries: number };
}

/** A lane to be leased. */
export interface Pick {
  readonly endpoint: Ready;
  readonly aggregateId: string;
  readonly retrying: boolean;
  /** Its number among those of its endpoint, from 1. */
  readonly nth: number;
}

/**
 * Which lanes a claim leases: in turns, so that every endpoint gets its first before one gets its second, within
 * what retries, suspects and strangers may have together. Of one endpoint first attempts and retries get half of
 * the places each as long as there are both, so neither waits behind a million of the other.
 */
export function pickLanes(ready: readonly Ready[], share: Share): readonly Pick[] {
  const left = {
    [GROUP.open]: share.lanes,
    [GROUP.suspect]: share.suspects,
    [GROUP.stranger]: share.strangers,
    retries: share.retries,
  };
  const picks: Pick[] = [];
  let turns = ready.map((endpoint) => ({
    endpoint,
    first: [...endpoint.first],
    retries: [...endpoint.retries],
    atWork: { ...endpoint.atWork },
  }));
  for (let nth = 1; turns.length > 0; nth++) {
    turns = turns.filter((turn) => {
      const { endpoint, first, retries, atWork } = turn;
      if (nth > endpoint.room || left[endpoint.group] === 0 || picks.length === share.lanes) return false;
      const retrying =
        retries.length > 0 && left.retries > 0 && (first.length === 0 || atWork.retries < atWork.first);
      const aggregateId = (retrying ? retries : first).shift();
      if (aggregateId === undefined) return false;
      picks.push({ endpoint, aggregateId, retrying, nth });
      atWork[retrying ? 'retries' : 'first'] += 1;
      left[endpoint.group] -= 1;
      if (retrying) left.retries -= 1;
      return true;
    });
  }
  return picks;
}
