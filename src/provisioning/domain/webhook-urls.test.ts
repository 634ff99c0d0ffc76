import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { webhookFaults } from './webhook-urls.ts';

const ALLOWED = ['example.com', 'Bücher.example.', 'hooks.other.test'];
const faultsOf = (url: string, allowed: readonly string[] | 'any' = ALLOWED) =>
  webhookFaults({ smsWebhookUrl: url }, allowed, '').map(({ message }) => message);

const good = [
  'https://example.com',
  'https://example.com/sms?tenant=5&keyword=a',
  'https://deep.below.example.com/',
  'https://EXAMPLE.com./sms',
  'https://example.com:443/',
  'https://bücher.example/',
  'https://xn--bcher-kva.example/',
  'https://hooks.other.test/#rc=3&rp=all',
  `https://example.com/${'a'.repeat(2048 - 20)}`,
];
for (const url of good) {
  test(`a webhook may point to ${url.slice(0, 60)}`, () => assert.deepEqual(faultsOf(url), []));
}

const HTTPS = 'must be an absolute URL that starts with https://';
const DOMAIN = 'must point to one of the allowed domains';
const PUBLIC = 'must name a host on the public internet';
const INVISIBLE = 'must not contain spaces, control or invisible characters';
const bad: readonly [url: string, ...faults: string[]][] = [
  ['http://example.com/', HTTPS],
  ['ftp://example.com/', HTTPS],
  ['example.com/sms', HTTPS],
  ['/sms', HTTPS],
  ['', HTTPS],
  ['https:example.com', HTTPS],
  ['https:///example.com', HTTPS],
  ['https://', HTTPS],
  ['https:\\\\example.com', HTTPS],
  ['https://exa mple.com/', INVISIBLE, HTTPS],
  ['https://example.com/a\tb', INVISIBLE],
  ['\u0000https://example.com/', INVISIBLE, HTTPS],
  ['https://example.com/ ', INVISIBLE],
  ['https://example.com/a\u200bb', INVISIBLE],
  ['https://example.com/\ud800', INVISIBLE],
  [`https://example.com/${'a'.repeat(2048 - 19)}`, 'must have at most 2048 characters'],
  ['https://user@example.com/', 'must not contain a user name or password'],
  ['https://user:pass@example.com/', 'must not contain a user name or password'],
  ['https://@example.com/', 'must not contain a user name or password'],
  ['https://example.com:8443/', 'must use port 443'],
  ['https://example.com:80/', 'must use port 443'],
  ['https://notexample.com/', DOMAIN],
  ['https://example.com.evil.test/', DOMAIN],
  ['https://other.test/', DOMAIN],
  ['https://com/', PUBLIC],
  ['https://localhost/', PUBLIC],
  ['https://api.localhost/', PUBLIC],
  ['https://example.com../', PUBLIC],
  ['https://ex%61mple.com/', PUBLIC],
  ['https://evil.test\\.example.com/', DOMAIN],
  ['https://93.184.216.34/', 'must name a host, not an IP address'],
  ['https://0x7f.1/', 'must name a host, not an IP address'],
  ['https://2130706433/', 'must name a host, not an IP address'],
  ['https://127.0.0.1./', 'must name a host, not an IP address'],
  ['https://[::1]/', 'must name a host, not an IP address'],
  ['https://[::ffff:10.0.0.1]/', 'must name a host, not an IP address'],
  ['https://example.com/?token=1', 'must not carry a secret: a parameter of its query is named like one'],
];
for (const [url, ...faults] of bad) {
  test(`a webhook may not point to ${JSON.stringify(url).slice(0, 60)}`, () => {
    assert.deepEqual(faultsOf(url), faults);
  });
}

test('without an allowlist any public host will do, and still no other scheme, port or secret', () => {
  assert.deepEqual(faultsOf('https://anywhere.test/', 'any'), []);
  assert.equal(faultsOf('https://u@anywhere.test:1/?api_key=1', 'any').length, 3);
  assert.deepEqual(faultsOf('https://localhost/', 'any'), [PUBLIC]);
});

test('an empty allowlist, or one of no domains, allows nothing', () => {
  assert.deepEqual(faultsOf('https://example.com/', []), [DOMAIN]);
  assert.deepEqual(faultsOf('https://example.com/', ['exa mple']), [DOMAIN]);
});

test('all faults of all URLs are told at once, each at its place', () => {
  const webhooks = {
    smsWebhookUrl: 'http://example.com',
    voiceUrl: 'https://user@example.com:1/',
    statusCallbackUrl: 'https://10.0.0.1/',
    voiceAppSid: 'not looked at here',
  };
  assert.deepEqual(
    webhookFaults(webhooks, ALLOWED, 'webhooks').map(({ field }) => field),
    ['webhooks.smsWebhookUrl', 'webhooks.voiceUrl', 'webhooks.voiceUrl', 'webhooks.statusCallbackUrl'],
  );
});

test('what has not the form of a URL is passed over: the contract refuses it', () => {
  for (const webhooks of [undefined, null, 5, 'text', [], { smsWebhookUrl: 5, voiceUrl: null }]) {
    assert.deepEqual(webhookFaults(webhooks, ALLOWED, 'webhooks'), []);
  }
});

test('whatever is let through goes to an allowed host, by https, without user info and secrets', () => {
  const piece = fc.constantFrom(
    'https://',
    'https:',
    '//',
    '/',
    '\\',
    '@',
    ':',
    '443',
    '8443',
    '.',
    'example.com',
    'evil.test',
    'EXAMPLE.COM',
    '%2e',
    '%40',
    '?',
    '#',
    '&',
    ';',
    'token',
    '=',
    'a',
    '127.0.0.1',
    '[::1]',
    '\t',
    '\u200b',
    '。',
  );
  let passed = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const url = `https://${pieces.join('')}`;
      if (faultsOf(url, ['example.com']).length > 0) return;
      passed += 1;
      const parsed = new URL(url);
      assert.match(parsed.hostname, /^(.+\.)?example\.com\.?$/);
      assert.deepEqual(
        [parsed.protocol, parsed.username, parsed.password, parsed.port],
        ['https:', '', '', ''],
      );
      assert.ok(!parsed.searchParams.has('token'));
    }),
    { numRuns: 5_000 },
  );
  assert.ok(passed > 0);
});
