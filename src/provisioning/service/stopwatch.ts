/** Begins to measure; answers how many milliseconds have passed since. */
export type Stopwatch = () => () => number;

/**
 * Goes by whichever clock saw more: one counts while the process stands still, the other has moved on when the whole
 * machine did. Set forward it makes a span look longer, never shorter.
 */
export const stopwatch: Stopwatch = () => {
  const steady = performance.now();
  const wall = Date.now();
  return () => Math.max(performance.now() - steady, Date.now() - wall);
};
