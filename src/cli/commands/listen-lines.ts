import type { Received, WebhookError } from '../../client/webhooks/index.ts';
import { jsonLine, printable } from '../render.ts';

/** One request as it is shown: what came, what the receiver kit says of it, what it was answered. */
export interface Shown {
  readonly at: Date;
  readonly status: number;
  readonly said: Received | WebhookError;
}

/** A line for people: time, answer, event, families that verified, and what is remarkable. */
export function lineOf({ at, status, said }: Shown): string {
  if (said instanceof Error) {
    return printable(`${at.toISOString()}  ${status}  refused: ${said.code}. ${said.message}`);
  }
  const { event, families } = said;
  const parts = [
    at.toISOString(),
    status,
    event.type,
    `${event.aggregateId} #${event.sequence}`,
    event.eventId,
    `verified ${families.join(' ')}`,
    ...remarks(said),
  ];
  return printable(parts.join('  '));
}

/** The same as JSON, with the event itself. */
export function jsonOf({ at, status, said }: Shown): string {
  const time = at.toISOString();
  if (said instanceof Error) return jsonLine({ time, status, refused: said.code, message: said.message });
  return jsonLine({ time, status, ...said });
}

function remarks({ duplicate, firstContact, gap, gapsTold, late, disorder, replay }: Received): string[] {
  return [
    ...(duplicate ? ['duplicate'] : []),
    // Whatever came before this listener was there is no loss.
    ...(gap && firstContact ? [`first seen here, #${gap.through} came before`] : []),
    ...(gap && !firstContact ? [`GAP: #${gap.through} is missing, #${gap.after} was the last`] : []),
    ...(gapsTold ? [] : ['without v2: gaps cannot be told']),
    ...(disorder ? [`DISORDER: #${disorder.accepted} was here before`] : []),
    ...(late && !disorder ? ['late'] : []),
    ...(replay === undefined ? [] : [`replay ${replay}`]),
  ];
}
