import { lookup as askSystem, Resolver } from 'node:dns/promises';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a name. Rejects, or answers none, when there is none; rejects when nothing was answered. */
export type Lookup = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** Of the first try; the second waits twice as long. 3 s in all, so that there is an answer before 5 s are over. */
const FIRST_TRY_MS = 1_000;
const TRIES = 2;

/** What resolvers say of a name that has no address, and of one that cannot be a name at all. */
const NO_ADDRESS: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

/** Whether the resolver did answer and said that there is no address; false when it failed to answer. */
export function saysNoAddress(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NO_ADDRESS.has(String(error.code));
}

/**
 * Asks name servers, and nothing else: what the hosts file or the local network says of a name is no place for
 * a webhook. It holds no thread of the runtime's small pool, so names whose servers hang delay no other's.
 * @param options.servers `address:port` of the servers to ask; those of resolv.conf when absent.
 */
export function dnsLookup(options: { readonly servers?: readonly string[] } = {}): Lookup {
  const open = () => {
    const resolver = new Resolver({ timeout: FIRST_TRY_MS, tries: TRIES });
    if (options.servers) resolver.setServers(options.servers);
    return resolver;
  };
  let resolver = open();
  return sharingQuestions(async (hostname) => {
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const [four, six] = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const addresses = inTurns(four ?? [], six ?? []);
    if (addresses.length > 0) return addresses;
    const reasons = answers.map((answer) => (answer.status === 'rejected' ? answer.reason : undefined));
    const unanswered = reasons.find((reason) => reason !== undefined && !saysNoAddress(reason));
    if (unanswered === undefined) return [];
    // It may be that resolv.conf names other servers by now: it is read when a resolver is opened.
    resolver = open();
    throw unanswered;
  });
}

/** The resolver of the operating system, hosts file included: for development, where names are often local. */
export function systemLookup(): Lookup {
  return sharingQuestions(async (hostname) => {
    const found = await askSystem(hostname, { all: true, order: 'verbatim' });
    return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
  });
}

/** Questions for a name that is being asked for already wait for that answer; no answer is kept. */
function sharingQuestions(ask: Lookup): Lookup {
  const asking = new Map<string, Promise<readonly ResolvedAddress[]>>();
  return (hostname) => {
    const already = asking.get(hostname);
    if (already) return already;
    const answer = ask(hostname).finally(() => asking.delete(hostname));
    asking.set(hostname, answer);
    return answer;
  };
}

/** One of each family by turns, so that a family that leads nowhere costs one try (RFC 8305, 4). */
function inTurns(four: readonly string[], six: readonly string[]): readonly ResolvedAddress[] {
  const turns = Array.from({ length: Math.max(four.length, six.length) }, (_, i) => [
    { address: four[i], family: 4 } as const,
    { address: six[i], family: 6 } as const,
  ]);
  return turns.flat().flatMap(({ address, family }) => (address === undefined ? [] : [{ address, family }]));
}
