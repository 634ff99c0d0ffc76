import { connect } from 'node:net';
import type { CommandResult } from './command.ts';
import { checkPrivate, controlAddress } from './control-address.ts';

/** Above the instance's own deadline: it says better than we what happened. */
const DEADLINE_MS = 35_000;
/** Above the longest list a command answers. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * Has a command carried out by the instance that holds this directory.
 * @param signal aborts when the answer is of no use any more; the instance hears that its caller went away.
 * @returns its result, or nothing when no instance listens there.
 * Rejects with one line when it does not answer, or not as one of ours.
 */
export async function askInstance(
  directory: string,
  argv: readonly string[],
  deadlineMs = DEADLINE_MS,
  signal?: AbortSignal,
): Promise<CommandResult | undefined> {
  const { path, parent } = controlAddress(directory);
  try {
    checkPrivate(parent, directory);
    return parseAnswer(await exchange(path, `${JSON.stringify({ argv })}\n`, deadlineMs, signal));
  } catch (error) {
    // No file, or one that a dead process left behind.
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ECONNREFUSED')) return undefined;
    throw error;
  }
}

function exchange(
  path: string,
  request: string,
  deadlineMs: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const socket = connect(path, () => socket.write(request));
    const timer = setTimeout(
      () => socket.destroy(new Error('the running instance does not answer')),
      deadlineMs,
    );
    const aborted = () => socket.destroy(new Error('stopped'));
    if (signal?.aborted) aborted();
    signal?.addEventListener('abort', aborted, { once: true });
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES)
        socket.destroy(new Error('the answer of the running instance is too long'));
    });
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
}

function parseAnswer(text: string): CommandResult {
  const answer: unknown = text.endsWith('\n') ? JSON.parse(text) : undefined;
  if (typeof answer === 'object' && answer !== null && 'exitCode' in answer) {
    const { exitCode, stdout, stderr, passing }: Partial<Record<string, unknown>> = answer;
    if (typeof exitCode === 'number' && typeof stdout === 'string' && typeof stderr === 'string') {
      return { exitCode, stdout, stderr, ...(passing === true ? { passing } : {}) };
    }
  }
  throw new Error('the running instance ended before it answered');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
