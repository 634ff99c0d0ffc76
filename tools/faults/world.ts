import type { TcpProxy } from './tcp-proxy.ts';

/** What the harness runs, as injectors reach it. `openFleet` (fleet.ts) starts it. */
export interface World {
  /** Of both services; the same objects for the whole run, whatever happens to what they stand for. */
  processes(): readonly FleetProcess[];
  readonly postgres: PostgresControl;
  /** Between every process and PostgreSQL; `resume` after each fault. */
  readonly proxy: TcpProxy;
  /** The telephony provider: a process of its own. */
  readonly sim: SimControl;
  /** The registration provider of most businesses: objects behind HTTP, in the harness. */
  readonly provider: ProviderControl;
  readonly receiver: ReceiverControl;
  /** Undefined when the ledger of this run is in PostgreSQL. */
  readonly redis?: RedisControl;
  log(line: string): void;
}

/** `api`, `reconcile` and `dispatch` of the registration service; `twilio` is all three on the simulator. */
export type FleetRole = 'api' | 'reconcile' | 'dispatch' | 'twilio' | 'provisioning';

export interface FleetProcess {
  readonly role: FleetRole;
  /** `reconcile-2`. */
  readonly name: string;
  /** 0 while it is down. */
  readonly pid: number;
  readonly running: boolean;
  /**
   * How many milliseconds the process' clock is ahead, as decimal text: read by the preload module
   * (clock-preload.ts, in NODE_OPTIONS of every process) whose A2P_TEST_CLOCK_FILE it is. Survives a restart.
   */
  readonly clockFile: string;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP. */
  stop(): void;
  /** SIGCONT. */
  cont(): void;
  /** Starts it after `kill`; a start that fails is repeated, as a supervisor does, for a minute. */
  restart(): Promise<void>;
}

export interface PostgresControl {
  /** Of the server itself, not through the proxy; database `postgres`. */
  readonly url: string;
  /** SIGQUIT: no checkpoint, every backend dies where it is. Resolves when it is gone. */
  stop(): Promise<void>;
  /** On the same data and port; resolves when it takes connections. */
  start(): Promise<void>;
}

export interface SimControl {
  readonly url: string;
  /** POST `/_sim/<path>`, and DELETE when there is no body; answers the parsed body. */
  control(path: string, body?: unknown): Promise<unknown>;
}

/** Each holds until it is set back to 0. */
export interface ProviderControl {
  /** Share of creates that are done and whose answer is lost, 0 to 1. */
  loseAnswers(share: number): void;
  /** Share of calls whose connection breaks, and which are not done. */
  refuse(share: number): void;
  /** Share of calls that are done and never answered. */
  hang(share: number): void;
  /** Every call waits so long. Milliseconds. */
  slow(ms: number): void;
}

export interface ReceiverControl {
  /** Answers 500 for so long; of one event no more than twice. Milliseconds. */
  fail(ms: number): void;
}

export interface RedisControl {
  /** It has kept nothing. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  suspend(): void;
  goOn(): void;
}

/** One kind of fault. */
export interface Injector {
  readonly name: string;
  /** How long it holds before it is undone, at least and at most. Without: 0.5 to 2 s. Milliseconds. */
  readonly holdMs?: readonly [number, number];
  /** False: not in this world (no Redis, say). */
  applies?(world: World): boolean;
  /**
   * Begins the fault, all choices from `random` in [0, 1). Resolves when it holds, with what ends it: that resolves
   * when nothing of the fault is left, a killed process being up again.
   */
  inject(world: World, random: () => number): Promise<() => Promise<void>>;
}
