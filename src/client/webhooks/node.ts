import { ACCEPTED, type AdapterOptions, type Answer, answerTo } from './answer.ts';
import { type BodyStream, readBody } from './body.ts';
import { WebhookError } from './errors.ts';
import type { Receiver } from './receiver.ts';

/** The parts of Node's `IncomingMessage` that are needed. */
export interface NodeRequest extends BodyStream {
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The parts of Node's `ServerResponse` that are needed. */
export interface NodeResponse {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body?: string): unknown;
}

/** A listener for `http.createServer`, or for the one path of it where events arrive. Its promise rejects only when `onError` throws. */
export function nodeHandler<Tx>(receiver: Receiver<Tx>, options: AdapterOptions<Tx>) {
  return (request: NodeRequest, response: NodeResponse): Promise<void> =>
    respond(receiver, options, request, response, () => readBody(request, options));
}

/** Takes a request whose bytes `read` gives, and writes the answer. */
export async function respond<Tx>(
  receiver: Receiver<Tx>,
  { handle, onError }: AdapterOptions<Tx>,
  { method, headers }: NodeRequest,
  response: NodeResponse,
  read: () => Promise<Uint8Array | string>,
): Promise<void> {
  let answer: Answer = ACCEPTED;
  try {
    if (method !== 'POST') throw new WebhookError('method_not_allowed', 405, 'Events come by POST.');
    await receiver.receive(headers, await read(), handle);
  } catch (error) {
    answer = answerTo(error, onError);
  }
  response.writeHead(answer.status, { ...answer.headers });
  response.end(answer.body);
}
