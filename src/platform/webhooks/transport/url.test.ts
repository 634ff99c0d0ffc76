import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkWebhookUrl } from './url.ts';

const ALLOWED = [
  'https://example.com',
  'https://example.com/hooks?tenant=1',
  'https://example.com:443/',
  'https://hooks.example.co.uk:8443/a/b',
  'https://8.8.8.8/hook',
  'https://[2606:4700:4700::1111]/hook',
  'https://bücher.example/',
];

const REFUSED: readonly { url: string; reason: string }[] = [
  { url: 'example.com/hook', reason: 'absolute URL' },
  { url: '', reason: 'absolute URL' },
  { url: 'http://example.com/', reason: 'https://' },
  { url: 'ftp://example.com/', reason: 'https://' },
  { url: 'file:///etc/passwd', reason: 'https://' },
  { url: 'https://user@example.com/', reason: 'user name' },
  { url: 'https://:secret@example.com/', reason: 'user name' },
  { url: 'https://example.com/#top', reason: 'fragment' },
  { url: 'https://example.com/#', reason: 'fragment' },
  { url: 'https://example.com:22/', reason: 'port' },
  { url: 'https://example.com:80/', reason: 'port' },
  { url: `https://example.com/${'a'.repeat(2048)}`, reason: '2048' },
  { url: 'https://localhost/', reason: 'public internet' },
  { url: 'https://LOCALHOST./', reason: 'public internet' },
  { url: 'https://api.localhost/', reason: 'public internet' },
  { url: 'https://127.0.0.1/', reason: 'public internet' },
  { url: 'https://2130706433/', reason: 'public internet' },
  { url: 'https://0x7f.1/', reason: 'public internet' },
  { url: 'https://0177.0.0.1/', reason: 'public internet' },
  { url: 'https://127.1/', reason: 'public internet' },
  { url: 'https://１２７.0.0.1/', reason: 'public internet' },
  { url: 'https://0/', reason: 'public internet' },
  { url: 'https://10.1.2.3/', reason: 'public internet' },
  { url: 'https://169.254.169.254/latest/meta-data', reason: 'public internet' },
  { url: 'https://[::1]/', reason: 'public internet' },
  { url: 'https://[::]/', reason: 'public internet' },
  { url: 'https://[::ffff:127.0.0.1]/', reason: 'public internet' },
  { url: 'https://[::127.0.0.1]/', reason: 'public internet' },
  { url: 'https://[64:ff9b::7f00:1]/', reason: 'public internet' },
  { url: 'https://[fe80::1]/', reason: 'public internet' },
  { url: 'https://[fd00:ec2::254]/', reason: 'public internet' },
];

test('public https URLs are allowed', () => {
  for (const url of ALLOWED) assert.deepEqual(checkWebhookUrl(url, { allowPrivate: false }), [], url);
});

for (const { url, reason } of REFUSED) {
  test(`refused because of its ${reason}: ${url.slice(0, 60)}`, () => {
    const faults = checkWebhookUrl(url, { allowPrivate: false });
    assert.ok(
      faults.some(({ field, message }) => field === 'url' && message.includes(reason)),
      JSON.stringify(faults),
    );
  });
}

test('every fault is told at once, and none repeats the URL', () => {
  const faults = checkWebhookUrl('http://u:hunter2@127.0.0.1:1234/#x', { allowPrivate: false });
  assert.equal(faults.length, 4);
  assert.ok(!JSON.stringify(faults).includes('hunter2'));
});

test('development may use http, any port and private hosts, but neither metadata nor user info', () => {
  for (const url of [
    'http://127.0.0.1:4000/',
    'http://localhost:1/',
    'https://[::1]:9/',
    'http://10.0.0.1/',
  ]) {
    assert.deepEqual(checkWebhookUrl(url, { allowPrivate: true }), [], url);
  }
  for (const url of [
    'http://169.254.169.254/',
    'http://0.0.0.0/',
    'http://u@localhost/',
    'gopher://localhost/',
  ]) {
    assert.notDeepEqual(checkWebhookUrl(url, { allowPrivate: true }), [], url);
  }
});
