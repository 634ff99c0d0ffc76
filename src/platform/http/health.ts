import type { FastifyBaseLogger } from 'fastify';
import type { Endpoints } from './bind.ts';

/** Something without which no request can be served. */
export interface ReadinessCheck {
  /** As `/readyz` names it, such as `database`. */
  readonly name: string;
  /** Rejects when it does not answer. */
  check(): Promise<void>;
}

export interface HealthOptions {
  readonly checks: readonly ReadinessCheck[];
  /** True from the moment a shutdown begins. */
  readonly draining: () => boolean;
  readonly deadlineMs?: number;
}

/** A dependency that needs longer than this to say anything is not there (design.md, failure). */
const CHECK_DEADLINE_MS = 2_000;

/**
 * `/health` and `/healthz` say that the process answers; `/readyz` that it can serve (C32, R130): 503 and the
 * names of what fails otherwise. Probes at the same time share one round of checks.
 */
export function healthEndpoints(options: HealthOptions): Endpoints {
  const { checks, draining, deadlineMs = CHECK_DEADLINE_MS } = options;
  let running: Promise<string[]> | undefined;

  const failing = (log: FastifyBaseLogger): Promise<string[]> => {
    running ??= Promise.all(checks.map((check) => passes(check, deadlineMs, log)))
      .then((passed) => checks.filter((_, index) => !passed[index]).map(({ name }) => name))
      .finally(() => {
        running = undefined;
      });
    return running;
  };

  return {
    getHealth: () => ({ handler: async () => ({ status: 'ok' }) }),
    getHealthz: () => ({ handler: async () => ({ ok: true }) }),
    getReadyz: () => ({
      async handler(request, reply) {
        const names = draining() ? ['draining'] : await failing(request.log);
        if (names.length === 0) return { ready: true };
        return reply.code(503).send({ ready: false, failing: names });
      },
    }),
  };
}

async function passes(check: ReadinessCheck, deadlineMs: number, log: FastifyBaseLogger): Promise<boolean> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  try {
    await Promise.race([check.check(), late]);
    return true;
  } catch (error) {
    log.warn({ check: check.name, err: error }, 'readiness check failed');
    return false;
  } finally {
    clearTimeout(timer);
  }
}
