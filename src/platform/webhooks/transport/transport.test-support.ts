import type { ResolvedAddress } from './lookup.ts';
import type { Receiver } from './receivers.test-support.ts';
import { createTransport, type DeliveryResult, type Transport, type TransportOptions } from './transport.ts';

/** Far below what the slow receivers here would take, far above what anything else does. */
export const DEADLINE_MS = 400;
/** Far above the deadline, and far below half a minute, for which the slow receivers would go on. */
export const SOON_MS = 5_000;
export const LOOPBACK: ResolvedAddress = { address: '127.0.0.1', family: 4 };
export const BODY = Buffer.from('{"eventId":"evt_1","note":"Zoë"}');

/** Opens what a test file needs, and closes all of it at its end. */
export function openings(after: (close: () => Promise<unknown>) => void) {
  const closers: (() => Promise<void>)[] = [];
  after(() => Promise.all(closers.map((close) => close())));
  return {
    transport(options: Partial<TransportOptions> = {}): Transport {
      const transport = createTransport({ allowPrivate: true, lookup: async () => [LOOPBACK], ...options });
      closers.push(transport.close);
      return transport;
    },
    async receiver(starting: Promise<Receiver>): Promise<Receiver> {
      const receiver = await starting;
      closers.push(receiver.close);
      return receiver;
    },
    async other<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
      const started = await starting;
      closers.push(() => started.close());
      return started;
    },
  };
}

export function send(transport: Transport, url: string, deadlineMs = SOON_MS, signal?: AbortSignal) {
  const headers = { 'content-type': 'application/json', 'X-NMC-Event': 'BrandVetted' };
  return transport.send({ url, headers, body: BODY, deadlineMs, ...(signal ? { signal } : {}) });
}

/** What became of an attempt, without the times that differ from run to run. */
export function outcome(result: DeliveryResult) {
  const { status, stage } = result.exchange;
  const { kind } = result;
  if (kind === 'delivered') return { kind, status };
  const { error, own } = result;
  return { kind, error, ...(own ? { own } : {}), ...(status === undefined ? {} : { status }), stage };
}
