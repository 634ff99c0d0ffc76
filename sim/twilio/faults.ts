/** What goes wrong with a call. */
export type Fault =
  /** Answers `status` (and `code`) without doing anything; `retryAfter` in seconds goes into the header. */
  | 'status'
  /** Never answers, and does nothing. */
  | 'hang'
  /** Cuts the connection, and does nothing. */
  | 'reset'
  /** Does what was asked, then cuts the connection. */
  | 'lostAnswer'
  /** Does what was asked, then answers with half a JSON document. */
  | 'brokenAnswer'
  /** Waits `delayMs` of real time before it does what was asked. */
  | 'slow';

export const FAULTS: readonly Fault[] = ['status', 'hang', 'reset', 'lostAnswer', 'brokenAnswer', 'slow'];

export interface FaultRule {
  readonly match: {
    readonly method?: string;
    /** Regular expression on the path with its product: `/trusthub/v1/EndUsers`, `/2010-04-01/Accounts/...`. */
    readonly path?: string;
    /** Regular expression on the raw form body. */
    readonly body?: string;
  };
  readonly fault: Fault;
  /** How many calls it hits; 1 when not given. */
  readonly times?: number;
  /** How many matching calls pass before the first hit. */
  readonly skip?: number;
  readonly status?: number;
  readonly code?: number;
  readonly message?: string;
  readonly retryAfter?: number;
  readonly delayMs?: number;
}

export interface Faults {
  add(rule: FaultRule): void;
  clear(): void;
  /** The rule that hits this call, if any; counts it. Rules are asked in the order they were added. */
  take(call: { method: string; path: string; body: string }): FaultRule | undefined;
  /** How often rules hit so far. */
  hits(): number;
}

export function createFaults(): Faults {
  let rules: { rule: FaultRule; path: RegExp; body: RegExp; skip: number; left: number }[] = [];
  let hits = 0;
  return {
    add(rule) {
      rules.push({
        rule,
        path: new RegExp(rule.match.path ?? ''),
        body: new RegExp(rule.match.body ?? ''),
        skip: rule.skip ?? 0,
        left: rule.times ?? 1,
      });
    },
    clear() {
      rules = [];
      hits = 0;
    },
    take(call) {
      for (const entry of rules) {
        const { rule } = entry;
        if (rule.match.method !== undefined && rule.match.method !== call.method) continue;
        if (!entry.path.test(call.path) || !entry.body.test(call.body)) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.left -= 1;
        if (entry.left <= 0) rules = rules.filter((other) => other !== entry);
        hits += 1;
        return rule;
      }
      return undefined;
    },
    hits: () => hits,
  };
}
