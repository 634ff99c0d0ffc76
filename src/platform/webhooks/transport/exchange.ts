import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import { connectionReset } from './connector.ts';
import { type EndSignal, untilAbort } from './deadline.ts';
import { misbehaved } from './failure.ts';
import { RESPONSE_WINDOW_BYTES } from './response-text.ts';
import type { Answer, Trace } from './trace.ts';

/** From the first byte of an answer to the end of its head, interim answers included. */
const MAX_HEAD_BYTES = 16 * 1024;
const MAX_BODY_BYTES = 16 * 1024;
/** Of everything a receiver sends for one answer: chunk extensions and trailers have no bound of their own. */
const MAX_WIRE_BYTES = 128 * 1024;
/** Below the 5 s after which many servers close an idle connection, so that the race is seldom run. */
const KEEP_ALIVE_MS = 4_000;

/** A connection that serves one request at a time. */
export interface Connection {
  readonly origin: string;
  readonly address: string;
  readonly socket: Socket;
  readonly client: Client;
}

export interface Post {
  /** `HEAD`, with an empty body, asks whether anybody is there. */
  readonly method?: 'POST' | 'HEAD';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Speaks HTTP/1.1 over a socket that is open. The client never opens one itself. */
export function speakOver(socket: Socket, origin: string, address: string): Connection {
  let given = false;
  const client = new Client(origin, {
    pipelining: 1,
    allowH2: false,
    // Never reached. The parser would make an error of each header beyond its bound, with a stack: for a header
    // bomb half a second of work, during which nobody's deliveries move. Ours are `watch` and `headBytes`.
    maxHeaderSize: 2 * MAX_WIRE_BYTES,
    // The deadline of the attempt is the only one.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    connect: (_options, callback) =>
      // Not at once: the client looks for its socket only after this returns.
      queueMicrotask(() => {
        if (given) return callback(connectionReset(), null);
        given = true;
        callback(null, socket);
      }),
  });
  return { origin, address, socket, client };
}

/**
 * Posts, and reads the answer to its end or to where it has said enough; then the connection is cut. No
 * redirect is followed and nothing is unpacked. Rejects with the connection's fault or with the signal's
 * reason, and the connection is closed then.
 */
export async function post(
  connection: Connection,
  request: Post,
  trace: Trace,
  signal: EndSignal,
): Promise<Answer> {
  const { client, socket } = connection;
  const readBefore = socket.bytesRead;
  let stopWatching = () => {};
  try {
    return await untilAbort(signal, (resolve, reject) => {
      const cut = () => void client.destroy();
      const watch = () => {
        const limit = trace.answer ? MAX_WIRE_BYTES : MAX_HEAD_BYTES;
        if (socket.bytesRead - readBefore <= limit) return;
        reject(misbehaved('an answer without end'));
        cut();
      };
      stopWatching = () => socket.off('readable', watch);
      client.dispatch(
        {
          method: request.method ?? 'POST',
          path: request.path,
          headers: { ...request.headers },
          body: request.body,
        },
        // Behind the parser's own, so that it judges what the parser has made of the bytes.
        { onRequestStart: () => void socket.on('readable', watch), ...reader(trace, resolve, reject, cut) },
      );
      return cut;
    });
  } catch (error) {
    void client.destroy();
    // Should the client have had no need of it yet, it does not know of it either.
    socket.destroy();
    throw error;
  } finally {
    stopWatching();
  }
}

function reader(
  trace: Trace,
  resolve: (answer: Answer) => void,
  reject: (error: unknown) => void,
  cut: () => void,
): Dispatcher.DispatchHandler {
  let answer: Answer | undefined;
  return {
    onResponseStarted() {
      if (trace.stage === 'request') trace.enter('response');
    },
    onResponseStart(_controller, status, headers) {
      // Interim answers tell nothing of this one.
      if (status < 200) return;
      if (headBytes(headers) > MAX_HEAD_BYTES) throw misbehaved('a head without end');
      answer = { status, headers, start: [], bytes: 0 };
      trace.answer = answer;
    },
    onResponseData(_controller, chunk) {
      if (!answer) return;
      if (answer.bytes < RESPONSE_WINDOW_BYTES) {
        answer.start.push(chunk.subarray(0, RESPONSE_WINDOW_BYTES - answer.bytes));
      }
      answer.bytes += chunk.length;
      if (answer.bytes <= MAX_BODY_BYTES) return;
      resolve(answer);
      cut();
    },
    onResponseEnd() {
      if (answer) resolve(answer);
      else reject(misbehaved('an answer without a head'));
    },
    onResponseError(_controller, error) {
      reject(error);
    },
  };
}

/** About as many as were on the wire: names, values, and what stands between. */
function headBytes(headers: IncomingHttpHeaders): number {
  let bytes = 0;
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values ?? ''].flat()) bytes += name.length + value.length + 4;
  }
  return bytes;
}
