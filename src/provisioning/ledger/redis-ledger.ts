import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { reasonOf } from '#platform/database/open.ts';
import type { Claimed, Hold, Intent, KeyScope, Ledger, StoredAnswer } from '../ports.ts';
import { STORE_DEADLINE_MS, within } from './deadline.ts';
import { keyIdOf } from './key-id.ts';
import { SCRIPTS, type Script } from './redis-scripts.ts';
import { LedgerUnavailable } from './unavailable.ts';

/** In braces: all records are of one slot, as the scripts need. */
const DEFAULT_PREFIX = '{a2p-provisioning}';
/** A connection without a word for so long is dead, since it is asked for one in half of that time. */
const SILENCE_MS = 10_000;
const MAX_RECONNECT_MS = 1_000;

/**
 * Ledger in Redis: each step is one script. Redis must not evict (`maxmemory-policy noeviction`) and should sync
 * each write (`appendfsync always`): of what it loses, only the tags on the numbers know.
 * Throws LedgerUnavailable when it cannot be reached now; later on it reconnects by itself.
 * @param prefix of all records' names; one for all processes of the service.
 * @param now milliseconds; without it the server's own time, the same for all processes.
 * @param onError told of failures of the connection.
 * @param deadlineMs by when each method answers or rejects.
 */
export async function createRedisLedger({
  url,
  prefix = DEFAULT_PREFIX,
  now,
  onError,
  deadlineMs = STORE_DEADLINE_MS,
}: {
  url: string;
  prefix?: string;
  now?: () => number;
  onError: (error: unknown) => void;
  deadlineMs?: number;
}): Promise<Ledger> {
  const client = await connect(url, onError, deadlineMs);

  const run = async (step: keyof typeof SCRIPTS, ...args: readonly string[]): Promise<unknown> => {
    const time = now ? String(Math.trunc(now())) : '';
    return within(deadlineMs, runScript(client, SCRIPTS[step], [prefix, time, ...args]));
  };
  const runWith = (
    step: 'renew' | 'unreserve' | 'bought' | 'answer' | 'letGo',
    { scope, holdId }: Hold,
    ...args: readonly string[]
  ) => run(step, keyIdOf(scope), holdId, ...args).then((reply) => reply === '1');

  return {
    async claim(scope, fingerprint) {
      const holdId = randomUUID();
      const { caller, method, path, key } = scope;
      const reply = await run('claim', keyIdOf(scope), fingerprint, holdId, caller, method, path, key);
      return claimedFrom(textsIn(reply), { scope, holdId });
    },
    renew: (hold) => runWith('renew', hold),
    async reserve(hold, e164) {
      const reply = await run('reserve', keyIdOf(hold.scope), hold.holdId, e164);
      if (reply === 'reserved' || reply === 'taken' || reply === 'lost') return reply;
      throw unreadable();
    },
    unreserve: (hold) => runWith('unreserve', hold),
    bought: (hold, sid) => runWith('bought', hold, sid),
    answer: (hold, { status, headers, body }) =>
      runWith('answer', hold, String(status), JSON.stringify(headers), body),
    async letGo(hold) {
      await runWith('letGo', hold);
    },
    async forget(e164) {
      await run('forget', e164);
    },
    async unfinished(limit) {
      return purchasesIn(textsIn(await run('unfinished', String(limit))));
    },
    async check() {
      await within(deadlineMs, client.ping());
    },
    async close() {
      await within(deadlineMs, client.close()).catch(() => client.destroy());
    },
  };
}

type Client = ReturnType<typeof newClient>;

/** By its digest, as Redis knows it once it has run; told in full to a server that was started since. */
async function runScript(client: Client, { text, digest }: Script, args: string[]): Promise<unknown> {
  try {
    return await client.evalSha(digest, { arguments: args });
  } catch (error) {
    // Then it certainly has not run.
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return client.eval(text, { arguments: args });
  }
}

function newClient(url: string, deadlineMs: number) {
  return createClient({
    url,
    socket: {
      connectTimeout: deadlineMs,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, MAX_RECONNECT_MS),
    },
    pingInterval: SILENCE_MS / 2,
    // What waits for a connection is given up with its caller: nobody is left to use what it would take.
    commandOptions: { timeout: deadlineMs },
  });
}

async function connect(url: string, onError: (error: unknown) => void, deadlineMs: number): Promise<Client> {
  const client = newClient(url, deadlineMs);
  let last: unknown;
  let connected = false;
  client.on('error', (error: unknown) => {
    last = error;
    if (connected) onError(error);
  });
  try {
    await within(deadlineMs, client.connect());
    connected = true;
    return client;
  } catch (error) {
    client.destroy();
    const message = `cannot use Redis at ${new URL(url).host}: ${reasonOf(last ?? error)}`;
    throw new LedgerUnavailable('store', message, last ?? error);
  }
}

function claimedFrom(parts: readonly string[], hold: Hold): Claimed {
  const [kind, first = '', second = '', third = ''] = parts;
  switch (kind) {
    case 'held':
      return { kind, hold, resumed: first === '1', ...intentFrom(second, third) };
    case 'answered':
      return { kind, answer: { status: Number(first), headers: headersFrom(second), body: third } };
    case 'running':
      return { kind, retryAfterMs: Number(first) };
    case 'otherBody':
      return { kind };
    default:
      throw unreadable();
  }
}

function intentFrom(e164: string, sid: string): { intent?: Intent } {
  if (e164 === '') return {};
  return { intent: sid === '' ? { e164 } : { e164, sid } };
}

function headersFrom(json: string): StoredAnswer['headers'] {
  const headers: unknown = JSON.parse(json);
  if (typeof headers !== 'object' || headers === null) throw unreadable();
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function purchasesIn(parts: readonly string[]): { scope: KeyScope; intent: Intent }[] {
  const found: { scope: KeyScope; intent: Intent }[] = [];
  for (let at = 0; at < parts.length; at += 6) {
    const [caller = '', method = '', path = '', key = '', e164 = '', sid = ''] = parts.slice(at, at + 6);
    const { intent } = intentFrom(e164, sid);
    if (intent) found.push({ scope: { caller, method, path, key }, intent });
  }
  return found;
}

function textsIn(reply: unknown): string[] {
  if (!Array.isArray(reply)) throw unreadable();
  return reply.map(String);
}

/** Somebody else's records are under our prefix, or another build wrote them. */
function unreadable(): Error {
  return new Error('Redis holds what this ledger has not written');
}
