import { createServer, type IncomingMessage } from 'node:http';
import { type Outcome, ok, unknown } from '../../src/kernel/outcome.ts';
import type { ExternalRefs } from '../../src/registration/domain/types.ts';
import type { FakeObject, FakeWorld } from '../../src/registration/provider/fake/fake-provider.ts';

export interface WorldServer {
  readonly url: string;
  /** Everything ever created, by whatever process. */
  readonly created: readonly FakeObject[];
  close(): Promise<void>;
}

export interface WorldFaults {
  /** Every call takes this long. */
  readonly delayMs?: number;
  /** Of a create: done, but the answer is lost. */
  readonly loseAnswer?: (object: FakeObject) => boolean;
}

/** The fake provider's objects behind HTTP, so that several processes, and those that die, share one world. */
export async function startWorldServer({ delayMs = 0, loseAnswer }: WorldFaults = {}): Promise<WorldServer> {
  const created: FakeObject[] = [];
  const server = createServer(async (request, response) => {
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
    if (request.method === 'POST') {
      const object: FakeObject = JSON.parse(await textOf(request));
      created.push(object);
      if (loseAnswer?.(object)) return request.socket.destroy();
      return response.end('{}');
    }
    const tag = new URL(request.url ?? '/', 'http://world').searchParams.get('tag');
    return response.end(JSON.stringify(created.find((object) => object.tag === tag) ?? null));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the world has no address');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    created,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The client side: what a process that shares that world is given. A call that fails may have been done. */
export function remoteWorld(url: string): FakeWorld {
  return {
    async create(object): Promise<Outcome<ExternalRefs>> {
      try {
        await fetch(url, {
          method: 'POST',
          body: JSON.stringify(object),
          signal: AbortSignal.timeout(7_000),
        });
        return ok(object.refs);
      } catch {
        return unknown('the answer was lost');
      }
    },
    async find(tag) {
      const answer = await fetch(`${url}?tag=${encodeURIComponent(tag)}`, {
        signal: AbortSignal.timeout(7_000),
      });
      const object = (await answer.json()) as FakeObject | null;
      return object ?? undefined;
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
