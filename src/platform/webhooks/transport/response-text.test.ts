import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RESPONSE_WINDOW_BYTES, responseText } from './response-text.ts';

const read = (text: string, more = false) => responseText(Buffer.from(text), more);

test('plain text stays as it is', () => {
  for (const text of [
    '',
    'ok',
    '{"error":"campaign cmp_01 is unknown","code":422}',
    'Grüße, 株式会社, مرحبا',
    'at 2026-01-05T12:00:30Z in 2.5 s, try 3 of 12',
    'the token has expired, ask for a new secret',
  ]) {
    assert.equal(read(text), text);
  }
});

const REDACTED: readonly { readonly what: string; readonly secret: string; readonly text: string }[] = [
  {
    what: 'an e-mail address',
    secret: 'jane.doe+x@mail.example',
    text: 'no user jane.doe+x@mail.example here',
  },
  { what: 'an e-mail address in quotes', secret: 'jane@mail.example', text: '{"to":"jane@mail.example"}' },
  {
    what: 'an e-mail address, escaped in a URL',
    secret: 'jane%40mail.example',
    text: 'see /u/jane%40mail.example/x',
  },
  {
    what: 'an e-mail address, escaped in JSON',
    secret: 'jane\\u0040mail.example',
    text: '"jane\\u0040mail.example"',
  },
  {
    what: 'an e-mail address, escaped in HTML',
    secret: 'jane&#64;mail.example',
    text: '<p>jane&#64;mail.example',
  },
  { what: 'an e-mail address in another script', secret: 'юля@почта.example', text: 'нет юля@почта.example' },
  { what: 'a phone number', secret: '+14155550123', text: 'call +14155550123 now' },
  { what: 'a phone number, set apart', secret: '(415) 555-0123', text: 'call (415) 555-0123 now' },
  { what: 'a phone number with dots', secret: '415.555.0123', text: 'call 415.555.0123 now' },
  { what: 'a phone number from elsewhere', secret: '+49 30 901820-0', text: 'call +49 30 901820-0 now' },
  {
    what: 'a phone number with no-break spaces',
    secret: '415\u00a0555\u00a00123',
    text: 'call 415\u00a0555\u00a00123',
  },
  { what: 'a phone number in other digits', secret: '٤١٥٥٥٥٠١٢٣', text: 'call ٤١٥٥٥٥٠١٢٣ now' },
  { what: 'an EIN', secret: '12-3456789', text: '{"taxId":"12-3456789"}' },
  { what: 'an EIN without its dash', secret: '123456789', text: 'EIN 123456789 was refused' },
  { what: 'a social security number', secret: '078-05-1120', text: 'ssn 078-05-1120' },
  { what: 'a bearer token', secret: 'abc.DEF-123_~+/=', text: 'got Bearer abc.DEF-123_~+/= instead' },
  { what: 'an echoed header', secret: 'Basic dXNlcjpwYXNz', text: 'Authorization: Basic dXNlcjpwYXNz' },
  {
    what: 'an echoed header in JSON',
    secret: 'Basic dXNlcjpwYXNz',
    text: '{"authorization":"Basic dXNlcjpwYXNz"}',
  },
  {
    what: 'a JSON web token',
    secret: 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl',
    text: 'jwt eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl',
  },
  {
    what: 'a webhook secret',
    secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    text: 'key whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  },
  { what: 'a private key', secret: 'whsk_C2FVsBQIhrsc', text: 'whsk_C2FVsBQIhrsc' },
  { what: 'a password', secret: 'hunter two', text: '{"user":"x","password":"hunter two"}' },
  { what: 'a password in a URL', secret: 'hunter2', text: 'GET /x?password=hunter2&y=1' },
  {
    what: 'a key in JSON within JSON',
    secret: 'sk_live_1',
    text: '{"log":"{\\"api_key\\":\\"sk_live_1\\"}"}',
  },
  {
    what: 'a secret with invisible characters in it',
    secret: 'jane@mail.example',
    text: 'ja\u200bne@ma\u00adil.example',
  },
];

for (const { what, secret, text } of REDACTED) {
  test(`${what} is taken out`, () => {
    const kept = read(text);
    assert.ok(kept.includes('[redacted]'), kept);
    assert.ok(!kept.includes(secret), kept);
    for (const part of secret.split(/[\s()@%&\\]+/).filter((piece) => piece.length > 5)) {
      assert.ok(!kept.includes(part), `${part} in ${kept}`);
    }
  });
}

test('what stands around a secret stays', () => {
  assert.equal(read('{"to":"jane@mail.example","ok":false}'), '{"to":"[redacted]","ok":false}');
  assert.equal(read('GET /x?token=abc&y=1 by whsec_abc.'), 'GET /x?token=[redacted]&y=1 by [redacted].');
});

test('bytes that are no UTF-8 are replaced, and control characters are out', () => {
  assert.equal(responseText(Buffer.from([0x61, 0xff, 0xfe, 0x62]), false), 'a\ufffd\ufffdb');
  assert.equal(read('a\r\n\tb\u0000c\u001b[31md\u007fe\u0085f'), 'a b c [31md e f');
  assert.equal(read('safe\u202eelif.exe\u2066\ufeff'), 'safeelif.exe');
});

test('at most 1 KiB is kept, of whole characters', () => {
  assert.equal(Buffer.byteLength(read('x'.repeat(2_000))), 1_024);
  assert.equal(read('é'.repeat(2_000)), 'é'.repeat(512));
  assert.equal(read(`a${'株'.repeat(2_000)}`), `a${'株'.repeat(341)}`);
  assert.equal(read(`abc${'😀'.repeat(300)}`), `abc${'😀'.repeat(255)}`);
});

test('half a secret at the end of what was read is not shown', () => {
  const secret = 'whsec_C2FVsBQIhrscChlQIMV';
  for (let cut = 1; cut < secret.length; cut++) {
    assert.equal(read(`key ${secret.slice(0, cut)}`, true), 'key ');
  }
  // Redaction makes the text shorter, so that its end moves up into what is kept.
  const long = `${`whsec_${'a'.repeat(500)} `.repeat(8)}jane@mail.exam`;
  assert.ok(!read(long.padEnd(RESPONSE_WINDOW_BYTES + 1, 'p')).includes('jane'));
});

test('whatever a receiver writes, what is kept is short, has no control characters and none of the secrets', () => {
  const secret = fc.oneof(
    fc.emailAddress(),
    fc
      .tuple(fc.emailAddress(), fc.constantFrom('', '+', '.', '@', '/'), fc.emailAddress())
      .map((parts) => parts.join('')),
    fc.integer({ min: 100_000_000, max: 999_999_999 }).map((ein) => String(ein).replace(/^../, '$&-')),
    fc.stringMatching(/^\+1[2-9]\d{9}$/),
    fc.stringMatching(/^whsec_[A-Za-z0-9+/]{20,40}$/),
  );
  const filler = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 1_500 }));
  fc.assert(
    fc.property(filler, secret, filler, (before, hidden, behind) => {
      const kept = read(`${before} ${hidden} ${behind}`);
      assert.ok(Buffer.byteLength(kept) <= 1_024);
      assert.ok(!/\p{C}/u.test(kept.replace(/\ufffd/g, '')));
      assert.ok(!kept.includes(hidden), kept);
    }),
    { numRuns: 500 },
  );
});

test('a text made to be slow takes no time', () => {
  const hostile = [
    'a',
    '1',
    '1-',
    '(',
    'eyJ',
    'eyJaaaa.',
    'token',
    'password:',
    'Bearer ',
    '%40',
    '.@',
    'authorization="',
    ' ',
  ];
  const startedAt = performance.now();
  for (const piece of hostile) read(piece.repeat(RESPONSE_WINDOW_BYTES), true);
  assert.ok((performance.now() - startedAt) / hostile.length < 50);
});
