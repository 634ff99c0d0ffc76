export interface LogEntry {
  /** Simulator time, milliseconds. */
  readonly at: number;
  readonly account: string | undefined;
  readonly method: string;
  /** With its product: `/messaging/v1/a2p/BrandRegistrations`. No query. */
  readonly path: string;
  /** Names of form and query parameters, never their values. */
  readonly params: readonly string[];
  /** Absent while the call runs, and for good when no answer was given. */
  status?: number;
  /** Twilio's code of an error answer. */
  code?: number;
  fault?: string;
  /** Real milliseconds since the account's last A2P call; only on A2P calls after the first. */
  readonly sinceLastMs?: number;
  /** Came sooner than one per second allows. */
  readonly tooSoon?: true;
  /** Why the call does not fit the OpenAPI files. */
  contract?: string;
  /** Why the simulator's own answer does not fit them: a fault of the simulator. */
  answerFault?: string;
}

export interface RequestLog {
  begin(call: Pick<LogEntry, 'at' | 'account' | 'method' | 'path' | 'params'>): LogEntry;
  /** Notes that a call, or the simulator's answer to it, does not fit the OpenAPI files. */
  misfit(entry: LogEntry, what: 'contract' | 'answerFault', why: string): void;
  entries(): readonly LogEntry[];
  counts(): {
    requests: number;
    a2pCalls: number;
    paceViolations: number;
    contractViolations: number;
    answerFaults: number;
  };
  clear(): void;
}

/** Twilio's limit for brand and campaign calls is one per second. */
const A2P_GAP_MS = 1000;
/** Two calls sent a second apart may arrive this much closer to each other. */
const PACE_TOLERANCE_MS = 100;
/** The log keeps the newest ones; counts go on. */
const MAX_ENTRIES = 20_000;

export const isA2pPath = (path: string): boolean =>
  /\/a2p\/BrandRegistrations|\/Compliance\/Usa2p/.test(path);

export function createRequestLog(realNow: () => number = () => performance.now()): RequestLog {
  let entries: LogEntry[] = [];
  let requests = 0;
  let a2pCalls = 0;
  let paceViolations = 0;
  const misfits = { contract: 0, answerFault: 0 };
  const lastA2p = new Map<string, number>();
  return {
    begin(call) {
      requests += 1;
      let pace: Pick<LogEntry, 'sinceLastMs' | 'tooSoon'> = {};
      if (isA2pPath(call.path) && call.account !== undefined) {
        a2pCalls += 1;
        const now = realNow();
        const last = lastA2p.get(call.account);
        lastA2p.set(call.account, now);
        if (last !== undefined) {
          const sinceLastMs = Math.round(now - last);
          const tooSoon = sinceLastMs < A2P_GAP_MS - PACE_TOLERANCE_MS;
          if (tooSoon) paceViolations += 1;
          pace = { sinceLastMs, ...(tooSoon && { tooSoon }) };
        }
      }
      const entry: LogEntry = { ...call, ...pace };
      entries.push(entry);
      if (entries.length > MAX_ENTRIES) entries = entries.slice(-MAX_ENTRIES / 2);
      return entry;
    },
    misfit(entry, what, why) {
      entry[what] = why;
      misfits[what] += 1;
    },
    entries: () => entries,
    counts: () => ({
      requests,
      a2pCalls,
      paceViolations,
      contractViolations: misfits.contract,
      answerFaults: misfits.answerFault,
    }),
    clear() {
      entries = [];
      requests = 0;
      a2pCalls = 0;
      paceViolations = 0;
      misfits.contract = 0;
      misfits.answerFault = 0;
      lastA2p.clear();
    },
  };
}
