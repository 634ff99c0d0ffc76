import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, type TestContext, test } from 'node:test';
import { buildHeaders, formatSecret, nmcSignature } from '#platform/webhooks/endpoints/signature.ts';
import { freshPglite, type TestDatabase } from '../../../test/support/database.ts';
import { cliOver, type Followed } from '../cli.test-support.ts';

const KEY = randomBytes(32);
const SECRET = formatSecret(KEY);
const START = Date.parse('2026-01-05T12:00:00.000Z') / 1_000;

interface Sending {
  readonly sequence?: number;
  readonly previousSequence?: number;
  readonly replayId?: string;
  readonly key?: Buffer;
  readonly timestamp?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends an event as the service would; answers the status. */
async function send(url: string, eventId: string, sending: Sending = {}): Promise<number> {
  const { sequence = 1, previousSequence = sequence - 1, replayId, key = KEY, timestamp = START } = sending;
  const event = { eventId, type: 'BrandVetted', aggregateId: 'brand_1', sequence };
  const whole = {
    ...event,
    tenantId: 'ten_1',
    aggregateType: 'brand',
    timestamp: '2026-01-05T12:00:00.000Z',
  };
  const body = Buffer.from(JSON.stringify({ ...whole, data: { brandId: 'brand_1' } }));
  const options = { previousSequence, ...(replayId === undefined ? {} : { replayId }) };
  const headers = { ...buildHeaders({ ...event, body }, [key], timestamp, options), ...sending.headers };
  const answer = await fetch(url, { method: 'POST', headers, body });
  await answer.arrayBuffer();
  return answer.status;
}

/** A listener under way, and its address. */
async function listening(t: TestContext, followed: Followed): Promise<string> {
  t.after(() => followed.stop());
  const note = await followed.said(/^listening at /);
  return /http:\S+/.exec(note)?.[0] ?? assert.fail(note);
}

let db: TestDatabase;
before(async () => {
  db = await freshPglite();
});
after(() => db.close());
/** A CLI that must not ask for its database. */
const alone = () => cliOver(db, { open: () => assert.fail('the database was opened') });
const listen = (...options: string[]) => ['listen', '--port', '0', ...options];
/** A line without its time. */
const rest = (line: string) => line.split('  ').slice(1).join('  ');

test('every request is shown with its answer, what verified, and where it stands', async (t) => {
  const followed = alone().follow(listen('--secret', SECRET));
  const url = await listening(t, followed);
  assert.equal(new URL(url).hostname, '127.0.0.1');
  assert.equal(await send(url, 'evt_1'), 204);
  assert.equal(await send(url, 'evt_1'), 204);
  assert.equal(await send(url, 'evt_4', { sequence: 4 }), 204);
  assert.equal(await send(url, 'evt_2', { sequence: 2, replayId: 'job_1' }), 204);
  assert.equal(await send(url, 'evt_3', { sequence: 3 }), 204);
  followed.stop();
  assert.equal(await followed.ended, 0);
  const verified = 'verified v2 standard v1';
  assert.deepEqual(followed.lines.map(rest), [
    `204  BrandVetted  brand_1 #1  evt_1  ${verified}`,
    `204  BrandVetted  brand_1 #1  evt_1  ${verified}  duplicate`,
    `204  BrandVetted  brand_1 #4  evt_4  ${verified}  GAP: #3 is missing, #1 was the last`,
    `204  BrandVetted  brand_1 #2  evt_2  ${verified}  late  replay job_1`,
    `204  BrandVetted  brand_1 #3  evt_3  ${verified}  DISORDER: #4 was here before`,
  ]);
  assert.equal(followed.notes.at(-1), '5 of 5 requests accepted');
  await assert.rejects(fetch(url));
});

test('what came before the listener is no gap, and v1 alone cannot tell one', async (t) => {
  const followed = alone().follow(listen('--secret', SECRET));
  const url = await listening(t, followed);
  assert.equal(await send(url, 'evt_7', { sequence: 7 }), 204);
  assert.match(followed.lines.at(-1) ?? '', /first seen here, #6 came before$/);
  const body = JSON.stringify({
    ...{ eventId: 'evt_9', type: 'BrandVetted', aggregateId: 'brand_1', sequence: 9, tenantId: 'ten_1' },
    ...{ aggregateType: 'brand', timestamp: '2026-01-05T12:00:00.000Z', data: {} },
  });
  const headers = {
    'X-NMC-Timestamp': String(START),
    'X-NMC-Signature': nmcSignature([KEY], START, Buffer.from(body)),
  };
  assert.equal((await fetch(url, { method: 'POST', headers, body })).status, 204);
  assert.match(followed.lines.at(-1) ?? '', /verified v1 {2}without v2: gaps cannot be told$/);
});

test('what does not verify is refused as a receiver should, and said why', async (t) => {
  const followed = alone().follow(listen('--secret', SECRET));
  const url = await listening(t, followed);
  assert.equal(await send(url, 'evt_1', { key: randomBytes(32) }), 401);
  assert.equal(await send(url, 'evt_1', { timestamp: START - 301 }), 401);
  assert.equal(await send(url, 'evt_1', { headers: { 'X-NMC-Sequence': '2' } }), 401);
  assert.equal((await fetch(url, { method: 'POST', body: '{}' })).status, 401);
  assert.equal((await fetch(url)).status, 405);
  assert.equal((await fetch(url, { method: 'POST', body: 'x'.repeat(300_000) })).status, 413);
  followed.stop();
  assert.equal(await followed.ended, 0);
  assert.deepEqual(
    followed.lines.map((line) => rest(line).split('.')[0]),
    [
      '401  refused: signature_invalid',
      '401  refused: timestamp_out_of_tolerance',
      '401  refused: signature_invalid',
      '401  refused: signature_missing',
      '405  refused: method_not_allowed',
      '413  refused: body_too_large',
    ],
  );
  assert.equal(followed.notes.at(-1), '0 of 6 requests accepted');
});

test('--status tries the retries: the same event comes again and is no duplicate', async (t) => {
  const followed = alone().follow(listen('--secret', SECRET, '--status', '503'));
  const url = await listening(t, followed);
  assert.equal(await send(url, 'evt_1'), 503);
  assert.equal(await send(url, 'evt_1'), 503);
  assert.deepEqual(
    followed.lines.map(rest),
    Array(2).fill('503  BrandVetted  brand_1 #1  evt_1  verified v2 standard v1'),
  );
});

test('any of several secrets will do, and standard input keeps them off the command line', async (t) => {
  const other = randomBytes(32);
  const runs: [options: string[], input: string][] = [
    [['--secret', formatSecret(other), '--secret', SECRET], ''],
    [['--secret', '-'], `${SECRET}\n${formatSecret(other)}\n`],
  ];
  for (const [options, input] of runs) {
    const followed = alone().follow(listen(...options), { input });
    const url = await listening(t, followed);
    assert.equal(await send(url, 'evt_1'), 204);
    assert.equal(await send(url, 'evt_2', { key: other, sequence: 2 }), 204);
  }
});

test('as JSON each request is a line with its event', async (t) => {
  const followed = alone().follow(listen('--secret', SECRET, '--json'));
  const url = await listening(t, followed);
  await send(url, 'evt_1');
  await send(url, 'evt_2', { key: randomBytes(32) });
  const [good, bad] = followed.lines.map((line) => JSON.parse(line));
  assert.equal(good.status, 204);
  assert.deepEqual(good.families, ['v2', 'standard', 'v1']);
  assert.deepEqual(good.event.data, { brandId: 'brand_1' });
  assert.deepEqual([bad.status, bad.refused], [401, 'signature_invalid']);
});

test('a command line that cannot be meant opens nothing, and no secret is ever said again', async () => {
  const lines = [
    listen(),
    listen('--secret', SECRET, '--tenant', 'one'),
    listen('--secret', 'whsec_c2hvcnQ='),
    listen('--secret', SECRET.slice(6)),
    listen('--secret', '-'),
    listen('--secret', SECRET, '--type', 'BrandVetted'),
    listen('--tenant', 'one', '--type', 'Brand'),
    listen('--secret', SECRET, '--status', '204'),
    listen('--secret', SECRET, '--port', '65536'),
    listen(SECRET),
    listen(`--secert=${SECRET}`),
    listen(`--${SECRET}`),
  ];
  for (const line of lines) {
    const followed = alone().follow(line);
    assert.equal(await followed.ended, 2, line.join(' '));
    assert.match(followed.notes.join('\n'), /^.+\nUsage: npm run cli -- listen /);
    assert.ok(!followed.notes.join('\n').includes(SECRET.slice(6)), line.join(' '));
  }
});

test('a port that is taken ends with a line that says so', async (t) => {
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const address = other.address();
  assert.ok(typeof address === 'object' && address !== null);
  const followed = alone().follow(['listen', '--port', String(address.port), '--secret', SECRET]);
  assert.equal(await followed.ended, 2);
  assert.match(followed.notes[0] ?? '', new RegExp(`^port ${address.port} is taken: give another --port\n`));
});
