import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeObject } from '../../src/registration/provider/fake/fake-provider.ts';
import type { ProviderControl } from './world.ts';

export interface ProviderServer extends ProviderControl {
  /** For TEST_WORLD_URL (test/support/world-server.ts). */
  readonly url: string;
  /** Everything ever created, by whatever process. */
  readonly created: readonly FakeObject[];
  close(): Promise<void>;
}

/**
 * The fake provider's objects behind HTTP, as test/support/world-server.ts has them, with faults that come and go. Its
 * client takes every answer for a good one, so what is refused here is a connection that breaks before anything is done.
 * @param random in [0, 1), decides which calls are hit.
 */
export async function startProvider(random: () => number): Promise<ProviderServer> {
  const created: FakeObject[] = [];
  const byTag = new Map<string, FakeObject>();
  const shares = { lost: 0, refused: 0, hung: 0 };
  let delayMs = 0;

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
    if (random() < shares.refused) return request.socket.destroy();
    if (request.method !== 'POST') {
      const tag = new URL(request.url ?? '/', 'http://provider').searchParams.get('tag') ?? '';
      if (random() < shares.hung) return;
      return response.end(JSON.stringify(byTag.get(tag) ?? null));
    }
    const object: FakeObject = JSON.parse(await textOf(request));
    created.push(object);
    byTag.set(object.tag, object);
    if (random() < shares.hung) return;
    return random() < shares.lost ? request.socket.destroy() : response.end('{}');
  };
  const server = createServer((request, response) => {
    // A caller that is gone in the middle of its request has ordered nothing.
    handle(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the provider has no address');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    created,
    loseAnswers(share) {
      shares.lost = share;
    },
    refuse(share) {
      shares.refused = share;
    },
    hang(share) {
      shares.hung = share;
    },
    slow(ms) {
      delayMs = ms;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
