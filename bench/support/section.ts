// What a measurement is: each file bench/<name>.ts exports one as `section`, and bench/run.ts runs it.

export interface BenchOptions {
  /** Small numbers, all sections within two minutes: they show that it runs, not what is true. */
  readonly quick: boolean;
  /** How often each contender is measured, in turns: 3, or 1 when quick. */
  readonly rounds: number;
  /** What is going on, for whoever waits. */
  readonly log: (line: string) => void;
}

/** Bounds of a goal, inclusive; one of them is enough. */
export interface Goal {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Two contenders measured in the same rounds, by turns: one value a round each. */
export interface Figure {
  /** 'POST /v1/brands, requests a second' */
  readonly what: string;
  /** '/s', 'ms', 'MiB' */
  readonly unit: string;
  readonly ours: readonly number[];
  /** 'bare Fastify handler', 'without', '10,000 aggregates' */
  readonly against: string;
  readonly theirs: readonly number[];
  /** Of ours/theirs, round by round. */
  readonly goal?: Goal;
  readonly note?: string;
}

/** A figure with a goal of its own, without a peer. */
export interface Plain {
  readonly what: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly goal?: Goal;
  readonly note?: string;
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly (readonly [x: string, y: number])[];
  }[];
}

export interface SectionResult {
  readonly figures: readonly Figure[];
  readonly plain?: readonly Plain[];
  /** What was tuned, sizes, versions: one line each. */
  readonly setting: readonly string[];
  readonly chart?: Chart;
}

export interface Section {
  readonly name: string;
  readonly title: string;
  run(options: BenchOptions): Promise<SectionResult>;
}
