import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { Problem } from '#kernel/problem.ts';
import { HoldLost } from '../domain/errors.ts';
import { type Claimed, type Hold, LEASE_MS, type Ledger, type StoredAnswer } from '../ports.ts';
import { answerOnce, type HeldWork } from './answer-once.ts';

/* What the ledger may say at a bad moment; what it says as a rule is in test/provisioning/api-once.test.ts. */

const scope = { caller: 'shop', method: 'POST', path: '/numbers', key: 'k-1' };
const hold: Hold = { scope, holdId: 'h-1' };
const HELD: Claimed = { kind: 'held', hold, resumed: false };
const answerOf = (status: number, body = '{}'): StoredAnswer => ({ status, headers: {}, body });
const OTHERS = answerOf(201, '{"by":"another"}');
const turn = () => new Promise((resolve) => setImmediate(resolve));

interface SceneOptions {
  readonly claims: readonly Claimed[];
  readonly ledger?: Partial<Ledger>;
  readonly signal?: AbortSignal;
}

function start({ claims, ledger = {}, signal = new AbortController().signal }: SceneOptions, work: HeldWork) {
  const said: string[] = [];
  const fingerprints: string[] = [];
  const left = [...claims];
  let now = 0;
  const result = answerOnce(
    {
      ledger: {
        claim: async (_, fingerprint) => {
          fingerprints.push(fingerprint);
          return left.shift() ?? { kind: 'running', retryAfterMs: 1 };
        },
        renew: async () => true,
        answer: async (_, { status }) => {
          said.push(`answer ${status}`);
          return true;
        },
        letGo: async () => {
          said.push('letGo');
        },
        ...ledger,
      },
      nowMs: () => now,
      wait: async (ms) => {
        now += ms;
        await turn();
      },
    },
    {
      scope,
      body: { b: 1, a: { d: 2, c: 3 } },
      signal,
      warn: () => {},
      write: ({ status }) => answerOf(status),
    },
    work,
  );
  return { result, said, fingerprints };
}

const mockTimers = (t: TestContext) => t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });

test('a body is known by the SHA-256 of its content, whatever the order of its members', async () => {
  const { result, fingerprints } = start({ claims: [HELD] }, async () => answerOf(200));
  await result;
  const sorted = '{"a":{"c":3,"d":2},"b":1}';
  assert.deepEqual(fingerprints, [createHash('sha256').update(sorted).digest('hex')]);
});

test('which answers are for good, and which leave the key to its repetition', async () => {
  for (const status of [200, 201, 204, 207, 400, 401, 404, 408, 409, 429, 500, 502, 503]) {
    const kept = ![207, 401, 408, 429].includes(status) && status < 500;
    const expected = [kept ? `answer ${status}` : 'letGo'];
    const given = start({ claims: [HELD] }, async () => answerOf(status));
    assert.equal((await given.result).answer.status, status);
    assert.deepEqual(given.said, expected, `given ${status}`);
    const thrown = start({ claims: [HELD] }, async () => {
      throw new Problem('Internal', 'x', { status });
    });
    if (kept) assert.equal((await thrown.result).answer.status, status);
    else await assert.rejects(thrown.result, { status });
    assert.deepEqual(thrown.said, expected, `thrown ${status}`);
  }
});

test('whose key is taken from him while he works is stopped, says nothing, and gives the other one’s answer', async (t) => {
  mockTimers(t);
  let stopped: unknown;
  const { result, said } = start(
    {
      claims: [HELD, { kind: 'running', retryAfterMs: 1 }, { kind: 'answered', answer: OTHERS }],
      ledger: { renew: async () => false },
    },
    async (_, signal) => {
      t.mock.timers.tick(LEASE_MS / 2);
      if (!signal.aborted) await once(signal, 'abort');
      stopped = signal.reason;
      // What he would have said.
      return answerOf(201, '{"by":"me"}');
    },
  );
  assert.deepEqual(await result, { answer: OTHERS, replayed: true });
  assert.ok(stopped instanceof HoldLost);
  assert.deepEqual(said, []);
});

test('whose key was taken is known by the work or by the ledger as well, and when free again it is worked for again', async () => {
  let works = 0;
  const { result, said } = start(
    {
      claims: [HELD, HELD, HELD],
      ledger: {
        answer: async () => works > 2,
      },
    },
    async () => {
      works += 1;
      if (works === 1) throw new HoldLost();
      return answerOf(201);
    },
  );
  assert.deepEqual([(await result).replayed, works, said], [false, 3, []]);
});

test('work that does not stop when its time is over is a 502, and keeps its lease until that ends', async (t) => {
  mockTimers(t);
  const time = new AbortController();
  const { result, said } = start(
    { claims: [HELD], signal: time.signal },
    () => new Promise<StoredAnswer>(() => {}),
  );
  await turn();
  time.abort();
  t.mock.timers.tick(2_000);
  await assert.rejects(result, { status: 502, code: 'ProviderError' });
  assert.deepEqual(said, []);
});

test('whoever waits for another one does so for 5 seconds, and is then told when to come back', async () => {
  const { result } = start({ claims: [] }, async () => answerOf(200));
  await assert.rejects(result, { status: 409, retryAfterSeconds: 1 });
});

test('who lost the key waits as long for the other one as anybody does', async () => {
  const running: Claimed = { kind: 'running', retryAfterMs: 1 };
  // 4 seconds before he has it, 3 after he lost it.
  const claims = [...Array(40).fill(running), HELD, ...Array(30).fill(running)];
  const { result } = start({ claims: [...claims, { kind: 'answered', answer: OTHERS }] }, () =>
    Promise.reject(new HoldLost()),
  );
  assert.deepEqual(await result, { answer: OTHERS, replayed: true });
});

test('a request whose time is over before it has the key is a 409, and does nothing', async () => {
  const time = new AbortController();
  time.abort();
  const { result } = start({ claims: [HELD], signal: time.signal }, async () => answerOf(200));
  await assert.rejects(result, { status: 409 });
});

test('a key that cannot be let go does not hide why', async () => {
  const { result } = start(
    { claims: [HELD], ledger: { letGo: () => Promise.reject(new Error('away')) } },
    () => Promise.reject(new Error('bug')),
  );
  await assert.rejects(result, /bug/);
});
