export interface RunningService {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Set when this start made a development token: it is shown once. */
  readonly newToken: string | undefined;
  /** From now on /readyz says no. */
  drain(): void;
  /** Drains; work in hand is finished or released, then everything closes. */
  stop(): Promise<void>;
}

/** Above the drain times of loop, dispatcher and most requests; past it the process ends and leases do the rest. */
export const STOP_DEADLINE_MS = 10_000;
