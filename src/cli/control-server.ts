import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import timers from 'node:timers/promises';
import type { CommandResult, RunCommand } from './command.ts';
import { controlAddress, makePrivate } from './control-address.ts';

export interface ControlServer {
  readonly path: string;
  /** Takes no more commands, tells those under way to stop, and waits for them a few seconds at most. */
  close(): Promise<void>;
}

export interface ControlOptions {
  /** Whose lock the caller holds: a socket file found there is a dead process's. */
  readonly directory: string;
  readonly runCommand: RunCommand;
  /** From the connection until the command is told to stop; a tenth of it more, and its caller is let go. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 30_000;
const CLOSE_DEADLINE_MS = 5_000;
const LINGER_MS = 5_000;
/** A command line; a thousand times what any of ours needs would still be less. */
const MAX_REQUEST_BYTES = 64 * 1024;
/** Operators and their scripts; the service's own work comes first. */
const MAX_COMMANDS = 4;

/**
 * Lets the CLI work while this process holds the embedded database: one JSON line `{argv}` in, one JSON line
 * `{exitCode, stdout, stderr}` out, on a Unix socket that only the owner of the directory can open.
 * Rejects when the socket cannot be made.
 */
export async function startControl(options: ControlOptions): Promise<ControlServer> {
  const { path, parent } = controlAddress(options.directory);
  makePrivate(parent, options.directory);
  rmSync(path, { force: true });
  const sockets = new Set<Socket>();
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const served = serve(socket, options, stopping.signal, running.size >= MAX_COMMANDS);
    running.add(served);
    void served.finally(() => running.delete(served));
  });
  await listen(server, path);
  chmodSync(path, 0o600);
  return {
    path,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      stopping.abort();
      const timer = new AbortController();
      const deadline = timers.setTimeout(CLOSE_DEADLINE_MS, undefined, { signal: timer.signal });
      await Promise.race([Promise.all(running), deadline]);
      timer.abort();
      await deadline.catch(() => 'the wait was cut short');
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve());
  });
}

interface Signals {
  /** Tells the command to stop; one that can says how far it came. */
  readonly stop: AbortSignal;
  /** Nobody waits any longer. */
  readonly end: AbortSignal;
}

/** One request, one answer, whatever happens; never rejects. */
async function serve(
  socket: Socket,
  options: ControlOptions,
  stop: AbortSignal,
  busy: boolean,
): Promise<void> {
  const { deadlineMs = DEADLINE_MS } = options;
  const gone = new AbortController();
  const signals: Signals = {
    stop: AbortSignal.any([stop, gone.signal, AbortSignal.timeout(deadlineMs)]),
    end: AbortSignal.any([gone.signal, AbortSignal.timeout(Math.ceil(deadlineMs * 1.1))]),
  };
  socket.on('close', () => gone.abort());
  // Whoever asked went away in the middle: there is nobody left to tell.
  socket.on('error', () => gone.abort());
  const result = busy
    ? { ...failed('too many commands at once: try again'), passing: true as const }
    : await answer(socket, options, signals);
  if (socket.destroyed) return;
  socket.end(`${JSON.stringify(result)}\n`);
  // What is left unread would turn into a reset that overtakes the answer; but nobody may go on sending for ever.
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

async function answer(
  socket: Socket,
  { runCommand }: ControlOptions,
  { stop, end }: Signals,
): Promise<CommandResult> {
  try {
    const argv = parseRequest(await orAbort(readLine(socket), stop));
    if (!argv) return failed('not a request of this CLI');
    return await orAbort(runCommand(argv, stop), end);
  } catch (error) {
    if (stop.aborted) {
      return { ...failed('no answer in time; the command may have been carried out'), passing: true };
    }
    return failed(error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'unknown error');
  }
}

/** The first line. Rejects when it is longer than allowed; waits for ever when it does not come. */
function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf('\n');
      if (end === -1 && received.length <= MAX_REQUEST_BYTES) return;
      socket.removeAllListeners('data');
      if (end === -1 || end > MAX_REQUEST_BYTES) reject(new Error('the request is too long'));
      else resolve(received.toString('utf8', 0, end));
    });
  });
}

function parseRequest(line: string): readonly string[] | undefined {
  try {
    const request: unknown = JSON.parse(line);
    if (typeof request !== 'object' || request === null || !('argv' in request)) return undefined;
    const { argv } = request;
    return Array.isArray(argv) && argv.every((word) => typeof word === 'string') ? argv : undefined;
  } catch {
    return undefined;
  }
}

/** Waits no longer than the signal; what is waited for may still finish. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const aborted = () => reject(new Error('aborted'));
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}

function failed(message: string): CommandResult {
  return { exitCode: 1, stdout: '', stderr: `${message}\n` };
}
