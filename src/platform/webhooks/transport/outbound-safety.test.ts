import assert from 'node:assert/strict';
import { createServer, isIP, Socket } from 'node:net';
import { after, mock, test } from 'node:test';
import fc from 'fast-check';
import { addressScope } from './address.ts';
import { dnsLookup, type Lookup, type ResolvedAddress } from './lookup.ts';
import { type NameAnswer, type Question, startNameServer } from './name-server.test-support.ts';
import { CORPUS, type CorpusRow, RESOLVED_ONLY } from './outbound-corpus.test-support.ts';
import { openings, outcome, SOON_MS, send } from './transport.test-support.ts';

const opened = openings(after);
const PUBLIC = '1.1.1.1';
const BLOCKED = { kind: 'failed', error: 'blocked_address', stage: 'dns' };

const resolved = (address: string): ResolvedAddress => ({ address, family: address.includes(':') ? 6 : 4 });
const closed = (lookup: Lookup) => opened.transport({ allowPrivate: false, lookup });
const nobody: Lookup = () => assert.fail('nobody was to be asked');

/**
 * Runs `work` and answers where sockets were connected to meanwhile, at the one method of the runtime through
 * which every connection goes, TLS or not, whoever asks for it. None but to loopback leaves this machine: it is
 * refused as if nobody were there.
 */
async function connectsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const connects: string[] = [];
  const real = Socket.prototype.connect;
  const watch = mock.method(Socket.prototype, 'connect', function (this: Socket, ...args: unknown[]) {
    const [first] = args.flat();
    const host = first instanceof Object && 'host' in first ? String(first.host) : 'a name';
    connects.push(host);
    if (/^127\.|^::1$/.test(host)) return Reflect.apply(real, this, args);
    process.nextTick(() => this.destroy(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })));
    return this;
  });
  try {
    await work();
  } finally {
    watch.mock.restore();
  }
  return connects;
}

/** The address that a URL with this host leads to, when it is one. */
function addressIn(host: string): string | undefined {
  const name = URL.parse(`https://${host}/`)?.hostname.replace(/[[\]]/g, '') ?? '';
  return isIP(name) ? name : undefined;
}

test(`the corpus has ${CORPUS.length} places, each of the scope that it says`, () => {
  assert.ok(CORPUS.length >= 60);
  assert.equal(new Set(CORPUS.map(({ host }) => host)).size, CORPUS.length);
  for (const { host, scope, because } of CORPUS) {
    const address = addressIn(host);
    const found =
      address === undefined
        ? URL.canParse(`https://${host}/`)
          ? 'itself'
          : 'nowhere'
        : addressScope(address);
    assert.equal(found, scope, `${host}: ${because}`);
  }
  for (const { host, scope, because } of RESOLVED_ONLY) assert.equal(addressScope(host), scope, because);
});

const refused = CORPUS.filter(({ scope }) => scope !== 'global');
const label = ({ host, because }: CorpusRow) => `${host}: ${because}`;

test('what is global is connected to, and to nothing else: the watch does see', async () => {
  for (const place of CORPUS.filter(({ scope }) => scope === 'global')) {
    const address = addressIn(place.host) ?? '';
    const written = await connectsOf(() => send(closed(nobody), `https://${place.host}/`));
    assert.deepEqual(written, [address], label(place));
    const named = await connectsOf(() =>
      send(
        closed(async () => [resolved(address)]),
        'https://hooks.example/',
      ),
    );
    assert.deepEqual(named, [address], label(place));
  }
});

test('no socket is ever connected for a place that is not global, as its URL writes it', async () => {
  const connects = await connectsOf(async () => {
    for (const place of refused) {
      for (const url of [
        `https://${place.host}/`,
        `https://${place.host}:8443/a?b`,
        `https:\\\\${place.host}`,
      ]) {
        assert.deepEqual(outcome(await send(closed(nobody), url)), BLOCKED, label(place));
      }
    }
  });
  assert.deepEqual(connects, []);
});

test('nor for a name that resolves to one, alone or anywhere among global addresses', async () => {
  const addresses = refused.flatMap(({ host }) => addressIn(host) ?? []);
  const connects = await connectsOf(async () => {
    for (const address of [...addresses, ...RESOLVED_ONLY.map(({ host }) => host)]) {
      const bad = resolved(address);
      const good = resolved(PUBLIC);
      for (const answer of [[bad], [good, bad], [bad, good], [good, good, good, good, good, bad]]) {
        const result = await send(
          closed(async () => answer),
          'https://hooks.example/',
        );
        assert.deepEqual(outcome(result), BLOCKED, address);
      }
    }
  });
  assert.deepEqual(connects, []);
});

test('development opens what is private and never what is forbidden', async () => {
  const forbidden = refused.filter(({ scope }) => scope === 'forbidden');
  const connects = await connectsOf(async () => {
    for (const place of forbidden) {
      const address = addressIn(place.host) ?? '';
      for (const url of [`https://${place.host}/`, `http://${place.host}:4000/`]) {
        assert.deepEqual(
          outcome(await send(opened.transport({ lookup: nobody }), url)),
          BLOCKED,
          label(place),
        );
      }
      const named = await send(
        opened.transport({ lookup: async () => [resolved(address)] }),
        'http://hooks.example/',
      );
      assert.deepEqual(outcome(named), BLOCKED, label(place));
    }
  });
  assert.deepEqual(connects, []);
});

test('whatever a resolver answers, sockets are connected to nothing but what it answered, and only if all of it is global', async () => {
  const wrapped = fc
    .tuple(fc.constantFrom('::ffff:', '::', '64:ff9b::', '64:ff9b:1::', '2002:'), fc.ipV4())
    .map(([prefix, four]) => {
      const [a = 0, b = 0, c = 0, d = 0] = four.split('.').map(Number);
      const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
      return prefix === '2002:' ? `2002:${hex}::1` : `${prefix}${hex}`;
    });
  const address = fc.oneof(fc.ipV4(), fc.ipV6(), wrapped, fc.constantFrom(PUBLIC, '2606:4700::1'));
  await fc.assert(
    fc.asyncProperty(fc.array(address, { minLength: 1, maxLength: 6 }), async (answer) => {
      const connects = await connectsOf(() =>
        send(
          closed(async () => answer.map(resolved)),
          'https://hooks.example/',
        ),
      );
      const allowed = answer.every((one) => addressScope(one) === 'global');
      assert.equal(connects.length > 0, allowed);
      assert.ok(connects.every((host) => answer.includes(host)));
    }),
    { numRuns: 300 },
  );
});

/** A listener that nobody must reach, at a port that the policy allows, and a name server that tries to lead there. */
async function privateListener() {
  // Every address of 127/8 is this machine on Linux, so two runs beside each other do not meet; elsewhere one is.
  const part = () => 1 + Math.floor(Math.random() * 254);
  const address = process.platform === 'linux' ? `127.${part()}.${part()}.1` : '127.0.0.1';
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(8443, address, resolve));
  return {
    address,
    connections: () => connections,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function rebinding(answer: (asked: number, question: Question, hidden: string) => NameAnswer) {
  const listener = await opened.other(privateListener());
  const asked = { A: 0, AAAA: 0 };
  const server = await opened.other(
    startNameServer((_name, question) => answer(++asked[question], question, listener.address)),
  );
  const transport = closed(dnsLookup({ servers: [server.address] }));
  return { listener, asked, attempt: () => send(transport, 'https://rebind.example:8443/hook', SOON_MS) };
}

test('the private listener can be reached, by whoever does not look', async () => {
  const listener = await opened.other(privateListener());
  const reached = Promise.withResolvers<void>();
  assert.deepEqual(
    await connectsOf(async () => {
      new Socket().connect({ host: listener.address, port: 8443 }).on('close', () => reached.resolve());
      await reached.promise;
    }),
    [listener.address],
  );
  assert.equal(listener.connections(), 1);
});

test('a name that is public at first and private at the next attempt is refused there', async () => {
  const { listener, attempt } = await rebinding((asked, question, hidden) =>
    question === 'AAAA' ? [] : asked === 1 ? [PUBLIC] : [hidden],
  );
  const connects = await connectsOf(async () => {
    assert.deepEqual(outcome(await attempt()), { kind: 'failed', error: 'refused', stage: 'connect' });
    for (let i = 0; i < 3; i++) assert.deepEqual(outcome(await attempt()), BLOCKED);
  });
  assert.deepEqual(connects, [PUBLIC]);
  assert.equal(listener.connections(), 0);
});

test('an answer that changes between check and connect changes nothing: nobody asks twice', async () => {
  const { listener, asked, attempt } = await rebinding((times, question, hidden) =>
    question === 'AAAA' ? [] : times === 1 ? [PUBLIC] : [hidden],
  );
  const connects = await connectsOf(attempt);
  assert.deepEqual(connects, [PUBLIC]);
  assert.deepEqual(asked, { A: 1, AAAA: 1 });
  assert.equal(listener.connections(), 0);
});

for (const [what, answer] of [
  ['both in one answer', (_asked, _question, hidden) => [PUBLIC, hidden]],
  [
    'public in one family, private in the other',
    (_asked, question) => (question === 'A' ? [PUBLIC] : ['::1']),
  ],
  [
    'v4-mapped in the other family',
    (_asked, question, hidden) => (question === 'A' ? [PUBLIC] : [`::ffff:${hidden}`]),
  ],
  ['private from the start', (_asked, _question, hidden) => [hidden]],
] as [string, (asked: number, question: Question, hidden: string) => NameAnswer][]) {
  test(`a name that is ${what} is refused without a socket`, async () => {
    const { listener, attempt } = await rebinding(answer);
    const connects = await connectsOf(async () => assert.deepEqual(outcome(await attempt()), BLOCKED));
    assert.deepEqual(connects, []);
    assert.equal(listener.connections(), 0);
  });
}

test('a name that changes its answer all the time never leads to the private listener', async () => {
  const { listener, attempt } = await rebinding((asked, question, hidden) =>
    question === 'AAAA' ? [] : ([[PUBLIC], [hidden], [hidden, PUBLIC], 'servfail' as const][asked % 4] ?? []),
  );
  const connects = await connectsOf(async () => {
    const running = Array.from({ length: 40 }, (_, i) => (i % 5 === 0 ? undefined : attempt()));
    await Promise.all(running);
    for (let i = 0; i < 40; i++) await attempt();
  });
  assert.ok(connects.length > 0 && connects.every((host) => host === PUBLIC));
  assert.equal(listener.connections(), 0);
});
