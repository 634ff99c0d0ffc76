import type { Received } from '../../src/client/webhooks/index.ts';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { columns, type Screen, type Tone } from './screen.ts';

interface Status {
  readonly phase: string;
  readonly conditions: readonly Schemas['Condition'][];
}

export interface Watch {
  /** An answer has told this phase already. */
  told(id: string, phase: string): void;
  /** Shows what has changed since this one was seen last: its phase, then its conditions. */
  status(of: string, id: string, status: Status): void;
  event(received: Received): void;
}

const ENDS_BADLY = ['REJECTED', 'FAILED', 'SUSPENDED'];
const ENDS_WELL = ['VETTED', 'ACTIVE', 'VERIFIED'];

/** Shows progress: each change of a status once, each event as it arrives. */
export function createWatch(screen: Screen): Watch {
  const phases = new Map<string, string>();
  const conditions = new Map<string, string>();
  return {
    told: (id, phase) => void phases.set(id, phase),
    status(of, id, { phase, conditions: now }) {
      const before = phases.get(id);
      if (before !== phase) {
        phases.set(id, phase);
        const text = before === undefined ? phase : `${before} → ${phase}`;
        screen.row({ what: 'phase', of, text, tone: toneOf(phase) });
      }
      for (const { type, status, reason, actor } of now) {
        const value = `${status} ${reason}`;
        if (conditions.get(`${id} ${type}`) === value) continue;
        conditions.set(`${id} ${type}`, value);
        const waits = status === 'False' && actor ? `${actor} acts next` : '';
        screen.row({
          what: 'condition',
          of,
          text: columns([type, 21], [status, 5], [reason, 17], [waits, 0]),
        });
      }
    },
    event({ event: { type, aggregateType, sequence }, families }) {
      const nmc = families.includes('v1') && families.includes('v2') ? '✓ X-NMC-Signature  ' : '';
      const standard = families.includes('standard') ? '✓ webhook-signature' : '';
      screen.row({
        what: 'event',
        of: aggregateType === 'binding' ? 'number' : aggregateType,
        text: columns([type, 21], [`#${sequence}`, 5], [nmc + standard, 0]),
        tone: /Rejected|Failed|Suspended|NotReady/.test(type) ? 'bad' : 'good',
      });
    },
  };
}

function toneOf(phase: string): Tone {
  if (ENDS_BADLY.includes(phase)) return 'bad';
  return ENDS_WELL.includes(phase) ? 'good' : 'plain';
}

/** A request and its answer, as a row; ids in paths are left out. */
export function showRequest(screen: Screen, of: string, request: string, status: number, told: string): void {
  screen.row({ what: 'request', of, text: columns([request, 32], [String(status), 3], [told, 0]) });
}
