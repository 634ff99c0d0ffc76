import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { buildHeaders } from '../../src/platform/webhooks/endpoints/signature.ts';
import { createTransport } from '../../src/platform/webhooks/transport/transport.ts';

/** One event as a peer's job carries it. */
export interface PeerJob {
  readonly url: string;
  readonly eventId: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly sequence: number;
  /** The bytes that our own contender sends, as text. */
  readonly body: string;
}

/** What a process of a peer is told when it starts. */
export interface PeerSettings {
  /** Where its jobs are. */
  readonly store: string;
  readonly concurrency: number;
  /** Of the one endpoint secret, base64; ours opens a sealed one for each attempt. */
  readonly key: string;
}

export const QUEUE = 'deliveries';
const DEADLINE_MS = 5_000;
const STOP_DEADLINE_MS = 10_000;

/** What every peer does with a job: our client and our signature; a job that was not delivered fails. */
export function peerSender({ key }: PeerSettings): (job: PeerJob) => Promise<void> {
  const transport = createTransport({ allowPrivate: true });
  const keys = [Buffer.from(key, 'base64')];
  return async ({ url, body: text, ...event }) => {
    const body = Buffer.from(text);
    const headers = buildHeaders({ ...event, body }, keys, Math.floor(Date.now() / 1_000), {
      previousSequence: event.sequence - 1,
    });
    const result = await transport.send({ url, headers, body, deadlineMs: DEADLINE_MS });
    if (result.kind !== 'delivered') throw new Error(`not delivered: ${result.error}`);
  };
}

/** In a peer's process: what it was started with. */
export function peerSettings(): PeerSettings {
  return JSON.parse(process.argv[2] ?? '{}') as PeerSettings;
}

/** Starts a peer's worker process and waits until it works; answers how to end it. */
export async function startPeer(file: URL, settings: PeerSettings): Promise<() => Promise<void>> {
  const child = fork(file, [JSON.stringify(settings)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const working = once(child, 'message').then(() => true);
  if (!(await Promise.race([working, ended.then(() => false)]))) {
    throw new Error(`${fileURLToPath(file)} ended before it worked`);
  }
  return async () => {
    // It ends in good order, so that nothing is left for the next one to do.
    child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
    await ended;
    clearTimeout(timer);
  };
}
