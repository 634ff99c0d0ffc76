import { sql } from 'kysely';
import type { Executor } from '../../database/database.ts';
import type { Stage } from '../transport/trace.ts';

/** What one attempt came to, as its tenant may read it. Times in whole milliseconds. */
export interface LoggedAttempt {
  /** Counts the attempts of the event at this endpoint, replays included. */
  readonly number: number;
  readonly attemptedAt: Date;
  readonly outcome: 'delivered' | 'retry' | 'dead';
  readonly status?: number;
  readonly error?: string;
  /** Where a failed one ended. */
  readonly stage?: Stage;
  readonly address?: string;
  readonly durationMs: number;
  /** A phase that was not needed or not reached is absent. */
  readonly phases: {
    readonly dnsMs?: number;
    readonly connectMs?: number;
    readonly tlsMs?: number;
    readonly firstByteMs?: number;
  };
  /** Beginning of the answer, made safe when it was kept. */
  readonly response?: string;
  readonly replayId?: string;
}

/** Twelve attempts, and seven replays of twelve; whoever has more of one event reads the newest. */
const SHOWN = 100;

/** The attempts of one event at one endpoint that are still kept, oldest first, the newest 100 at most. */
export async function listAttempts(
  on: Executor,
  endpointId: string,
  eventId: string,
): Promise<readonly LoggedAttempt[]> {
  const { rows } = await sql<AttemptRow>`
    select * from (
      select * from delivery_attempts where endpoint_id = ${endpointId} and event_id = ${eventId}
      order by attempted_at desc, number desc limit ${SHOWN}
    ) newest order by attempted_at, number`.execute(on);
  return rows.map(toAttempt);
}

interface AttemptRow {
  number: number;
  attempted_at: Date;
  outcome: LoggedAttempt['outcome'];
  status: number | null;
  error: string | null;
  stage: Stage | null;
  address: string | null;
  duration_ms: number;
  dns_ms: number | null;
  connect_ms: number | null;
  tls_ms: number | null;
  first_byte_ms: number | null;
  response: string | null;
  replay_id: string | null;
}

function toAttempt(row: AttemptRow): LoggedAttempt {
  return {
    number: row.number,
    attemptedAt: new Date(row.attempted_at),
    outcome: row.outcome,
    ...(row.status === null ? {} : { status: row.status }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.stage === null ? {} : { stage: row.stage }),
    ...(row.address === null ? {} : { address: row.address }),
    durationMs: row.duration_ms,
    phases: {
      ...(row.dns_ms === null ? {} : { dnsMs: row.dns_ms }),
      ...(row.connect_ms === null ? {} : { connectMs: row.connect_ms }),
      ...(row.tls_ms === null ? {} : { tlsMs: row.tls_ms }),
      ...(row.first_byte_ms === null ? {} : { firstByteMs: row.first_byte_ms }),
    },
    ...(row.response === null ? {} : { response: row.response }),
    ...(row.replay_id === null ? {} : { replayId: row.replay_id }),
  };
}
