import type { DatabaseClock } from '#platform/database/clock.ts';
import type { Database } from '#platform/database/database.ts';
import type { ReadinessCheck } from '#platform/http/health.ts';
import { queueFigures } from '#platform/queue/figures.ts';
import type { WorkerHealth } from '#platform/supervisor.ts';
import { checkSchema, ping } from './store/figures.ts';

/** Work this old means that the workers of this process are not getting through. */
const READY_LAG_SECONDS = 300;

/** The API stays ready while workers lag: accepting writes does not depend on them. */
export function readinessChecks(options: {
  readonly database: Database;
  readonly clock: DatabaseClock;
  /** Whether passes are run here: then due work must not wait for long. */
  readonly reconciles: boolean;
  readonly workers: () => readonly WorkerHealth[];
}): ReadinessCheck[] {
  const { clock, workers } = options;
  const { executor } = options.database;
  return [
    { name: 'database', check: () => ping(executor) },
    { name: 'migrations', check: () => checkSchema(executor) },
    {
      name: 'workers',
      check: async () => {
        const failing = workers().filter((worker) => worker.failing);
        if (failing.length > 0) throw new Error(`crashing: ${failing.map(({ name }) => name).join(', ')}`);
      },
    },
    ...(options.reconciles
      ? [
          {
            name: 'queue',
            check: async () => {
              const { lagSeconds } = await queueFigures(executor, clock);
              if (lagSeconds > READY_LAG_SECONDS)
                throw new Error(`due work waits ${Math.round(lagSeconds)} s`);
            },
          },
        ]
      : []),
  ];
}
