import fc from 'fast-check';

/* Values that have broken programs before, and words for every part of a request that holds text. */

/** A word that no message of ours contains: if an answer has it, the answer repeats a value. */
export const MARK = 'zqxjkv';

/** What PostgreSQL cannot store: NUL, and halves of surrogate pairs. */
const UNSAFE = ['\0', 'a\0b', '\ud800', 'a\udfffb', '\udc00\ud800'];
const SCRIPTS =
  '\u202egnp.exe \u200b \ufeffx e\u0301\u0301\u0301 👩‍👩‍👧‍👦 𝔘𝔫𝔦 ﷺ עברית \u0085 \u001b[31m'.split(' ');
const PLAIN = '0 null undefined [object%20Object] ../.. %00 US +12025550123 12-3456789 example.com'.split(
  ' ',
);
const ODD_TEXTS = [
  ...['', ' ', '\t\n', '\u00a0', '\u2028', "'; drop table brands; --", `${MARK} STOP HELP`],
  ...SCRIPTS,
  ...PLAIN,
  ...[`https://${MARK}.com/`, `${MARK}@${MARK}.com`, `${MARK}${'a.'.repeat(2_500)}`],
  ...['x'.repeat(65), 'x'.repeat(256), 'é'.repeat(1_025), '👩'.repeat(2_049)],
];
const ODD_NUMBERS = [0, -0, -1, 0.5, 1e308, -1e308, 5e-324, 2 ** 53, 1e21];
const ODD_LISTS = [[], [[]], [{}], [null], [''], [MARK]];
const ODD_OBJECTS = [{}, { '': '' }, { length: 1 }, nested(10), nested(40), nested(3_000)];

/** Names that no object of the contract has; some of them every JavaScript object has. */
export const ODD_NAMES: readonly string[] = [
  ...'zzz __proto__ constructor toString hasOwnProperty TaxId tax_id legalname a.b a[0] é $ref'.split(' '),
  ...['', ' ', '\0', '\ud800', 'x'.repeat(300)],
];

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

export const junkText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 1, arbitrary: fc.constantFrom(...UNSAFE) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);

/** Anything that JSON can say. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: junkText },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(null, true, false, ...ODD_NUMBERS, ...ODD_LISTS, ...ODD_OBJECTS),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

const ADDRESSES = '% %zz %c0%af %ff %00 .. . %2e%2e %2f %5c ;a=b + %2B1 @ ~ & ='.split(' ');

/** One part of a path as it goes over the wire, well-formed or not. */
export const pathPart: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...ADDRESSES), junkText.map(encoded));

const QUERY_NAMES = [
  '',
  ...'limit cursor phase brandId campaignId aggregateId after types Limit limit[] __proto__ q'.split(' '),
];
const QUERY_VALUES =
  '1 100 101 0 -1 1e2 0x10 1.0 99999999999999999999 DRAFT draft none latest A2PReady,A2PReady , A2PReady,x'.split(
    ' ',
  );
const FOREIGN_CURSOR = Buffer.from('{"after":"zzzz"}').toString('base64url');
const QUERIES = '% && = ? limit limit=% limit=1&limit=1 a[b]=1 limit=%00'.split(' ');

export const queryString: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(
        fc.tuple(
          fc.constantFrom(...QUERY_NAMES),
          fc.oneof(fc.constantFrom(...QUERY_VALUES, FOREIGN_CURSOR), junkText),
        ),
        { maxLength: 4 },
      )
      .map((pairs) => pairs.map(([name, text]) => `${encoded(name)}=${encoded(text)}`).join('&')),
  },
  fc.constantFrom(...QUERIES, `q=${'x'.repeat(9_000)}`),
);

const HEADER_NAMES = (
  'idempotency-key if-match correlation-id accept accept-encoding if-none-match range expect content-encoding ' +
  'x-http-method-override x-forwarded-for forwarded traceparent prefer cookie'
).split(' ');
const HEADER_VALUES = '* "1" W/"1" "1 "a","b" 1 gzip k'.split(' ');

/** Headers that say something, as far as a client can put them on the wire: no control character but the tab. */
export const someHeaders: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(...HEADER_NAMES),
  fc.oneof(
    fc.constantFrom('', ...HEADER_VALUES, 'x'.repeat(300), ','.repeat(900), '"'.repeat(99)),
    junkText.map((text) => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, 'ÿ')),
  ),
  { minKeys: 1, maxKeys: 3 },
);

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
