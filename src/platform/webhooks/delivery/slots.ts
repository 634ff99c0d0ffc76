/** Whose lanes a claim may take together: everyone's, those of suspects, those of strangers. Also the place in SQL. */
export const GROUP = { open: 0, suspect: 1, stranger: 2 } as const;
export type Group = (typeof GROUP)[keyof typeof GROUP];

/** What the next claim may take, as this process sees the endpoints. */
export interface Share {
  /** Lanes in all. */
  readonly lanes: number;
  /** Of them, lanes whose oldest event failed before ... */
  readonly retries: number;
  /** ... lanes of endpoints that were found slow or failing ... */
  readonly suspects: number;
  /** ... and lanes of endpoints of which nothing is known. */
  readonly strangers: number;
  /** Lanes of each endpoint that is not named in `rooms`; it counts as a stranger. */
  readonly strangerRoom: number;
  readonly rooms: ReadonlyMap<string, { readonly lanes: number; readonly group: Group }>;
}

export interface Slot {
  /** A request of the lane begins. */
  sending(nowMs: number): void;
  /** It has ended; `unknown` when that says nothing of the endpoint. */
  answered(how: 'good' | 'failed' | 'unknown', nowMs: number): void;
  /**
   * The lane is let go.
   * @returns whether another lane may have waited for just this place, by all shares that were given before; not
   * by one under which a claim is still at work.
   */
  free(): boolean;
}

export interface Slots {
  readonly inUse: number;
  share(nowMs: number): Share;
  /**
   * @param lane.failures of its endpoint in a row, as the database knows them.
   * @param lane.full it took the last place that its endpoint has in all processes together.
   */
  take(lane: {
    readonly endpointId: string;
    readonly retrying: boolean;
    readonly failures: number;
    readonly full: boolean;
  }): Slot;
}

export interface SlotOptions {
  /** Requests at once. */
  readonly slots: number;
  /** Requests to one endpoint at once. */
  readonly perEndpoint: number;
}

/** An endpoint is slow when a request takes longer than this, or has taken longer already. */
export const SLOW_MS = 1_000;
/** Failures in a row that make an endpoint a suspect. One alone happens to anybody. */
const FAILING = 3;
/** What strangers and failing endpoints may have at once: enough to show that they are well. */
const ON_TRIAL = 2;
/**
 * A claim looks at every endpoint with a backlog, which costs the more the fewer lanes it brings; more than these
 * make it long, and wait for each other.
 */
const CLAIM_LANES = 128;
/** A claim may take so many beyond the point from which on one endpoint may have less. */
const BEYOND = 32;
/** So many endpoints are all named to a claim: they alone could not fill it with what strangers may have. */
const FEW = CLAIM_LANES / ON_TRIAL;
/** Endpoints that are remembered while nothing of theirs is under way. */
const REMEMBERED = 1_024;

interface Known {
  readonly held: Set<Held>;
  answered: boolean;
  failures: number;
  slow: boolean;
}

interface Held {
  /** Others of its endpoint could not have what they asked for, when it was taken or until it was answered. */
  awaited: boolean;
  retrying: boolean;
  since?: number;
}

/**
 * The budget of one process: who may have its slots, so that receivers that hang, drip or fail keep nobody else
 * waiting (webhooks 6.8). Retries get three quarters at most, which leaves room for first attempts; suspects get
 * a quarter; suspects and strangers together three quarters, so that a quarter is left to those that are known to be
 * well, even while every other endpoint hangs. And the fuller it is, the less one endpoint may have: two slow
 * requests never take a place that a third endpoint needs.
 */
export function createSlots({ slots, perEndpoint }: SlotOptions): Slots {
  const endpoints = new Map<string, Known>();
  const all = new Set<Held>();
  const quarter = Math.ceil(slots / 4);
  const half = Math.ceil(slots / 2);
  const threeQuarters = Math.ceil((slots * 3) / 4);

  return {
    get inUse() {
      return all.size;
    },
    share(nowMs) {
      const views = [...endpoints].map(([endpointId, known]) => ({
        endpointId,
        known,
        group: groupOf(known, nowMs),
      }));
      const inGroup = (group: Group) =>
        views.reduce((sum, view) => sum + (view.group === group ? view.known.held.size : 0), 0);
      const retrying = [...all].filter((held) => held.retrying).length;
      const suspects = inGroup(GROUP.suspect);
      const lanes = Math.min(CLAIM_LANES, slots - all.size, Math.max(BEYOND, untilTighter()));
      const strangers = threeQuarters - suspects - inGroup(GROUP.stranger);
      const most = mostEach();
      // Unless they are few, who is well and idle needs no mention: he counts as a stranger until he has a lane.
      const mentioned = views.filter(
        ({ known, group }) =>
          views.length <= FEW || known.held.size > 0 || group === GROUP.suspect || strangers < lanes,
      );
      return {
        lanes,
        retries: Math.max(0, threeQuarters - retrying),
        suspects: Math.max(0, quarter - suspects),
        strangers: Math.max(0, strangers),
        strangerRoom: Math.min(ON_TRIAL, most),
        rooms: new Map(
          mentioned.map(({ endpointId, known, group }) => {
            const limit = onTrial(known) ? Math.min(ON_TRIAL, most) : most;
            return [endpointId, { lanes: Math.max(0, limit - known.held.size), group }];
          }),
        ),
      };
    },
    take({ endpointId, retrying, failures, full }) {
      const known = endpoints.get(endpointId) ?? {
        held: new Set(),
        answered: false,
        failures: 0,
        slow: false,
      };
      // Another process, or this one before it began anew, has learnt it already.
      if (!known.answered && failures >= FAILING) Object.assign(known, { answered: true, failures });
      const held: Held = { awaited: full || onTrial(known), retrying };
      known.held.add(held);
      all.add(held);
      remember(endpointId, known);
      return {
        sending(nowMs) {
          held.since = nowMs;
        },
        answered(how, nowMs) {
          const took = nowMs - (held.since ?? nowMs);
          delete held.since;
          if (how === 'unknown') return;
          held.awaited ||= onTrial(known);
          known.answered = true;
          known.slow = took > SLOW_MS;
          known.failures = how === 'good' ? 0 : known.failures + 1;
          if (how === 'good') held.retrying = false;
        },
        free() {
          // Below a quarter in use no share of the whole is used up.
          const awaited =
            held.awaited || onTrial(known) || known.held.size >= perEndpoint || all.size >= quarter;
          known.held.delete(held);
          all.delete(held);
          return awaited;
        },
      };
    },
  };

  /** What one endpoint may have at once. */
  function mostEach(): number {
    if (all.size < half) return perEndpoint;
    return Math.ceil(perEndpoint / (all.size < threeQuarters ? 2 : 4));
  }

  /** Lanes that may be added until `mostEach` is less. */
  function untilTighter(): number {
    if (all.size < half) return half - all.size;
    return (all.size < threeQuarters ? threeQuarters : slots) - all.size;
  }

  function remember(endpointId: string, known: Known): void {
    endpoints.delete(endpointId);
    endpoints.set(endpointId, known);
    for (const [id, { held }] of endpoints) {
      if (endpoints.size <= REMEMBERED) return;
      if (held.size === 0) endpoints.delete(id);
    }
  }
}

/** A share without any view of the endpoints: each may have all that the claim may lease of one. */
export function wholeShare(lanes: number): Share {
  return { lanes, retries: lanes, suspects: lanes, strangers: lanes, strangerRoom: lanes, rooms: new Map() };
}

function groupOf(known: Known, nowMs: number): Group {
  if (known.slow || known.failures >= FAILING) return GROUP.suspect;
  for (const { since } of known.held) if (nowMs - (since ?? nowMs) > SLOW_MS) return GROUP.suspect;
  return known.answered ? GROUP.open : GROUP.stranger;
}

const onTrial = ({ answered, failures }: Known): boolean => !answered || failures >= FAILING;
