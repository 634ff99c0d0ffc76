import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { canonicalHost, isShortener, linksIn, registrableDomain } from './hosts.ts';
import { SHORTENERS } from './shorteners.ts';

/** Text of every kind: any code unit, alone or amid what hosts and URLs are made of. */
const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.oneof(fc.constantFrom(...'aZ0.-_@:/?#[]%\\ \u0000。xn--'), fc.constantFrom('https://', 'bit.ly')),
    )
    .map((parts) => parts.join('')),
);

describe('canonicalHost', () => {
  const table: readonly (readonly [input: string, host: string | undefined, reason: string])[] = [
    ['example.com', 'example.com', 'a host stays'],
    ['  Example.COM ', 'example.com', 'lower case, trimmed'],
    ['https://www.example.com/book?x=1#y', 'www.example.com', 'a URL names its host'],
    ['http://example.com', 'example.com', 'http is a public page, too'],
    ['example.com/', 'example.com', 'a path is dropped'],
    ['example.com.', 'example.com', 'the root dot is dropped'],
    ['bücher.example.com', 'xn--bcher-kva.example.com', 'punycode'],
    ['ＥＸＡＭＰＬＥ。com', 'example.com', 'wide letters and dots are folded as browsers do'],
    ['rosa.example', 'rosa.example', 'reserved for documents (RFC 2606)'],
    ['shop.github.io', 'shop.github.io', 'a customer below a private suffix'],
    ['github.io', undefined, 'a private suffix itself belongs to no brand'],
    ['co.uk', undefined, 'nor does a public one'],
    ['com', undefined, 'nor a top-level domain'],
    ['localhost', undefined, 'no registrable domain'],
    ['printer.notatld', undefined, 'a top-level domain that does not exist'],
    ['127.0.0.1', undefined, 'IP literal'],
    ['0x7f.1', undefined, 'IP literal in disguise'],
    ['https://[::1]/', undefined, 'IPv6 literal'],
    ['https://example.com@evil.example/', undefined, 'user info hides where the link leads'],
    ['user@example.com', undefined, 'an e-mail address is no host'],
    ['https://example.com:8443', undefined, 'a port is no brand page'],
    ['example.com:443', undefined, 'not even the usual one'],
    ['ftp://example.com', undefined, 'not a web page'],
    ['javascript:alert(1)', undefined, 'not a web page'],
    ['//example.com', undefined, 'neither host nor URL'],
    ['https:\\\\example.com', undefined, 'browsers read backslashes as slashes; people do not'],
    ['exa mple.com', undefined, 'white space'],
    ['exam\tple.com', undefined, 'white space that URL parsers drop'],
    ['-example.com', undefined, 'no host name'],
    [`${'a'.repeat(64)}.com`, undefined, 'a label of more than 63 octets'],
    ['example..com', undefined, 'an empty label'],
    ['example.com..', undefined, 'two root dots'],
    ['', undefined, 'nothing'],
    ['https://', undefined, 'nothing'],
  ];
  for (const [input, host, reason] of table)
    test(`${JSON.stringify(input)} -> ${host}: ${reason}`, () => {
      assert.equal(canonicalHost(input), host);
    });

  test('never throws, is its own fixed point, and holds nothing but a host', () => {
    fc.assert(
      fc.property(oddText, (text) => {
        const host = canonicalHost(text);
        if (host === undefined) return;
        assert.equal(canonicalHost(host), host);
        assert.match(host, /^[^\s/?#@:[\]\\]+$/);
        assert.equal(host, host.toLowerCase());
        assert.ok(registrableDomain(host));
      }),
      { numRuns: 2000 },
    );
  });

  test('a URL of any host means that host', () => {
    fc.assert(
      fc.property(fc.domain(), fc.webPath(), (domain, path) => {
        assert.equal(canonicalHost(`https://${domain}${path}`), canonicalHost(domain));
      }),
    );
  });
});

describe('registrableDomain', () => {
  const table: readonly (readonly [host: string, domain: string | undefined])[] = [
    ['a.b.example.com', 'example.com'],
    ['a.example.co.uk', 'example.co.uk'],
    ['a.shop.github.io', 'shop.github.io'],
    ['notatld', undefined],
    ['10.0.0.1', undefined],
  ];
  for (const [host, domain] of table)
    test(`${host} -> ${domain}`, () => assert.equal(registrableDomain(host), domain));
});

describe('isShortener', () => {
  const table: readonly (readonly [host: string, is: boolean, reason: string])[] = [
    ['bit.ly', true, 'listed'],
    ['www.bit.ly', true, 'below a listed one'],
    ['rosa.app.link', true, 'every customer of a deep-link host'],
    ['rabbit.ly', false, 'ends alike, is another domain'],
    ['bit.ly.example.com', false, 'a listed name as a mere prefix'],
    ['example.com', false, 'not listed'],
  ];
  for (const [host, is, reason] of table)
    test(`${host} ${is ? 'is' : 'is not'} one: ${reason}`, () => assert.equal(isShortener(host), is));

  test('every listed shortener is a host that canonicalHost would keep, or a suffix', () => {
    assert.ok(SHORTENERS.size >= 60);
    for (const host of SHORTENERS)
      assert.equal(canonicalHost(`x.${host}`), `x.${host}`, `${host} is misspelt`);
  });
});

describe('linksIn', () => {
  const table: readonly (readonly [text: string, links: readonly string[], reason: string])[] = [
    ['Book at https://example.com/book.', ['https://example.com/book'], 'the full stop ends the sentence'],
    ['(see http://example.com/a)', ['http://example.com/a'], 'brackets are around it'],
    ['Book at example.com/book today', ['example.com'], 'a phone links bare hosts, too'],
    ['Here...bit.ly/x', ['bit.ly'], 'after an ellipsis'],
    ['Go to BIT.LY/x', ['BIT.LY'], 'any case'],
    ['b\u200bit.ly', ['bit.ly'], 'invisible characters do not hide it'],
    ['ｂｉｔ．ｌｙ/x', ['bit.ly'], 'nor do wide ones'],
    ['bit。ly', ['bit。ly'], 'nor an ideographic full stop'],
    ['a@example.com or call us', [], 'an e-mail address is no link'],
    ['we open at 9.am and close at 5.pm', [], 'clock times are not Armenian hosts'],
    ['Hi {first.name} of [Business.Name], {{booking.link}}', [], 'placeholders will be replaced'],
    ['[bit.ly/x]', ['bit.ly'], 'brackets with a path are a link'],
    ['Sorry, e.g. Rosa Inc. and p.m. are no hosts', [], 'abbreviations'],
    ['Version 1.2.3 costs 4.50', [], 'figures'],
    ['sorry.we missed you', [], 'no such suffix'],
    ['ftp://example.com/x', ['ftp://example.com/x'], 'any scheme'],
    [
      'https://example.com/?to=https://bit.ly/x',
      ['https://example.com/?to=https://bit.ly/x', 'https://bit.ly/x'],
      'a link in a link',
    ],
    ['https://a.example/ https://a.example/', ['https://a.example/'], 'each once'],
    ['', [], 'nothing'],
  ];
  for (const [text, links, reason] of table)
    test(`${JSON.stringify(text)}: ${reason}`, () => assert.deepEqual(linksIn(text), links));

  test('never throws', () => {
    fc.assert(
      fc.property(oddText, (text) => void linksIn(text)),
      { numRuns: 2000 },
    );
  });

  test('finds a link wherever it stands among words', () => {
    const words = fc.array(fc.constantFrom('sorry', 'we', 'missed', 'you!', '-', '("', 'call:'));
    fc.assert(
      fc.property(words, words, (before, after) => {
        const text = [...before, 'https://bit.ly/x', ...after].join(' ');
        assert.deepEqual(linksIn(text), ['https://bit.ly/x']);
      }),
    );
  });

  test('the time to scan a text grows with its length, not with its square', () => {
    // Ten times the text may take ten times as long; a quadratic scan would take a hundred times.
    for (const word of ['a', 'a.', 'a-', 'a@', 'a@a.', '{', 'http://', '...']) {
      const [short, long] = [20_000, 200_000].map((length) => {
        const text = word.repeat(length / word.length);
        const start = performance.now();
        linksIn(text);
        return performance.now() - start;
      });
      assert.ok((long ?? 0) < 40 * (short ?? 0) + 200, `${word}: ${short} ms, then ${long} ms`);
    }
  });
});
