import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../test/support/child-environment.ts';

type Named = 'pg-boss' | 'graphile';

/** What a worker process is told; reconcile-peer.ts says what each is. */
export type PeerJob =
  | { readonly do: 'prepare' | 'drain'; readonly peer: Named; readonly url: string }
  | { readonly do: 'schedule'; readonly peer: Named | 'ours'; readonly url: string; readonly count: number }
  | { readonly do: 'idle'; readonly peer: Named | 'ours'; readonly url: string; readonly polls: number }
  | { readonly do: 'hot'; readonly peer: Named | 'ours'; readonly url: string; readonly bursts: number }
  | { readonly do: 'drainWithOurPass'; readonly url: string; readonly encryptionKeys: string }
  | { readonly do: 'sendOne'; readonly url: string }
  | { readonly do: 'hang'; readonly url: string; readonly askedUrl: string };

const ENTRY = fileURLToPath(new URL('./reconcile-process.ts', import.meta.url));
/** Storing a million runs is the longest. */
const DEADLINE_MS = 5 * 60_000;

export interface Child {
  readonly pid: number;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
}

/** A process that works until it is killed. */
export function startJob(job: PeerJob): Child {
  const child = spawned(job);
  const exited = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Runs one job in a process of its own; answers what it answered. */
export async function runJob<T = void>(job: PeerJob): Promise<T> {
  const child = spawned(job);
  const ended = new AbortController();
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  const failed = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`${job.do} of ${'peer' in job ? job.peer : 'pg-boss'} ended with ${code}`);
  });
  // Only one of the two is waited for.
  failed.catch(() => {});
  try {
    const [message] = await Promise.race([once(child, 'message', { signal: ended.signal }), failed]);
    return (message as { answer: T }).answer;
  } finally {
    clearTimeout(timer);
    ended.abort();
  }
}

function spawned(job: PeerJob): ChildProcess {
  const child = fork(ENTRY, [], {
    env: childEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.send(job);
  return child;
}
