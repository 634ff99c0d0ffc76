import type { DeliveryRequest, DeliveryResult, Transport } from '../transport/transport.ts';

/** One request as a scripted receiver got it. */
export interface Sent extends DeliveryRequest {
  readonly aggregateId: string;
  readonly eventId: string;
  readonly sequence: number;
}

/** What it says: a status, with what goes with it, or why there is none; `own` faults never left this process. */
export type Script =
  | number
  | 'timeout'
  | 'own'
  | {
      readonly status: number;
      readonly retryAfterMs?: number;
      readonly directive?: 'disable' | 'abort-message';
    };

const PHASES = { dnsMs: 1, connectMs: 2, tlsMs: 3, firstByteMs: 4, totalMs: 10 };

/** A transport that opens no socket and answers by the script. */
export function scripted(answer: (sent: Sent) => Script | Promise<Script> = () => 200) {
  const sent: Sent[] = [];
  const transport: Transport = {
    async send(request) {
      const { aggregateId, eventId, sequence } = JSON.parse(request.body.toString());
      const one = { ...request, aggregateId, eventId, sequence };
      sent.push(one);
      return resultOf(await answer(one));
    },
    close: async () => {},
  };
  return { transport, sent };
}

function resultOf(script: Script): DeliveryResult {
  if (script === 'own') {
    return { kind: 'failed', error: 'dns', own: true, exchange: { phases: { totalMs: 10 }, stage: 'dns' } };
  }
  if (script === 'timeout') {
    const exchange = { phases: PHASES, stage: 'response', address: '192.0.2.1' } as const;
    return { kind: 'failed', error: 'timeout', own: false, exchange };
  }
  const { status, ...asked } = typeof script === 'number' ? { status: script } : script;
  const exchange = { phases: PHASES, address: '192.0.2.1', status };
  if (status >= 200 && status < 300) return { kind: 'delivered', exchange };
  const failed = { ...exchange, stage: 'response', response: 'no' } as const;
  return { kind: 'failed', error: 'status', own: false, exchange: failed, ...asked };
}
