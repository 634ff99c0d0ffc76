import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { verifySignature } from './signature.ts';
import { signedForm, signedJson } from './signing.test-support.ts';

const TOKEN = '0123456789abcdef0123456789abcdef';
const OTHER = 'fedcba9876543210fedcba9876543210';
const URL_OF_FORM = 'https://a2p.example.com/provider/twilio/callbacks';
const URL_OF_JSON = 'https://a2p.example.com/provider/twilio/events';

const signForm = (url: string, form: URLSearchParams, token = TOKEN) => signedForm(url, form, token);
const signJson = (body: Uint8Array) => signedJson(URL_OF_JSON, body, TOKEN);

const form = () =>
  new URLSearchParams('AccountSid=AC1&BundleSid=BU1&Status=in-review&FailureReason=&New=a&New=b');
const json = Buffer.from('[ {"id":"EV1", "note":"\u00e9"} ]');
const tokens = [TOKEN];

test('a form signed with the token is accepted, blank, repeated and unknown parameters included', () => {
  const header = signForm(URL_OF_FORM, form());
  assert.equal(verifySignature({ url: URL_OF_FORM, header, form: form(), tokens }), true);
});

test('any form that is signed is accepted, and none with another value or another name', () => {
  const pairs = fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(pairs, fc.string({ minLength: 1 }), (entries, more) => {
      const signed = new URLSearchParams(entries);
      const header = signForm(URL_OF_FORM, signed);
      assert.equal(verifySignature({ url: URL_OF_FORM, header, form: signed, tokens }), true);
      const forged = new URLSearchParams([...signed, ['Zz', more]]);
      assert.equal(verifySignature({ url: URL_OF_FORM, header, form: forged, tokens }), false);
    }),
    { numRuns: 200 },
  );
});

test('a form whose value, name, URL or token is another is refused', () => {
  const header = signForm(URL_OF_FORM, form());
  const forged = form();
  forged.set('Status', 'twilio-approved');
  assert.equal(verifySignature({ url: URL_OF_FORM, header, form: forged, tokens }), false);
  const renamed = form();
  renamed.delete('New');
  assert.equal(verifySignature({ url: URL_OF_FORM, header, form: renamed, tokens }), false);
  const url = 'https://elsewhere.example.com/provider/twilio/callbacks';
  assert.equal(verifySignature({ url, header, form: form(), tokens }), false);
  assert.equal(verifySignature({ url: URL_OF_FORM, header, form: form(), tokens: [OTHER] }), false);
  assert.equal(verifySignature({ url: URL_OF_FORM, header: '', form: form(), tokens }), false);
});

test('while tokens are rotated either signs, and when none is known nobody does', () => {
  const request = { url: URL_OF_FORM, form: form() };
  for (const token of [TOKEN, OTHER]) {
    const header = signForm(URL_OF_FORM, form(), token);
    assert.equal(verifySignature({ ...request, header, tokens: [TOKEN, OTHER] }), true);
    assert.equal(verifySignature({ ...request, header, tokens: [] }), false);
  }
});

test('a form of a hundred thousand parameters is looked at in a moment', () => {
  const many = new URLSearchParams(Array.from({ length: 100_000 }, (_, i) => `n${i}=`).join('&'));
  const began = performance.now();
  assert.equal(verifySignature({ url: URL_OF_FORM, header: 'x', form: many, tokens }), false);
  assert.ok(performance.now() - began < 10_000);
});

test('an empty token signs nothing', () => {
  const header = signForm(URL_OF_FORM, form(), '');
  assert.equal(verifySignature({ url: URL_OF_FORM, header, form: form(), tokens: [''] }), false);
});

test('JSON is accepted as its very bytes, and refused re-serialised, truncated or not UTF-8', () => {
  const signed = signJson(json);
  assert.equal(verifySignature({ ...signed, rawJson: json, tokens }), true);
  const again = Buffer.from(JSON.stringify(JSON.parse(json.toString())));
  assert.equal(verifySignature({ ...signed, rawJson: again, tokens }), false);
  assert.equal(verifySignature({ ...signed, rawJson: json.subarray(0, -1), tokens }), false);
  const noText = Buffer.from([0x22, 0xff, 0x22]);
  assert.equal(verifySignature({ ...signJson(noText), rawJson: noText, tokens }), false);
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), json]);
  assert.equal(verifySignature({ ...signJson(marked), rawJson: marked, tokens }), true);
});

test('JSON without the hash of its body in the URL is refused, whoever signed that URL', () => {
  const header = createHmac('sha1', TOKEN).update(URL_OF_JSON).digest('base64');
  assert.equal(verifySignature({ url: URL_OF_JSON, header, rawJson: json, tokens }), false);
  // The hash of another body, added by whoever forges.
  const { url } = signJson(Buffer.from('[]'));
  assert.equal(verifySignature({ url, header, rawJson: Buffer.from('[]'), tokens }), false);
});

test('the default port may be written in the signed URL or left out', () => {
  const header = signForm(URL_OF_FORM.replace('.com/', '.com:443/'), form());
  assert.equal(verifySignature({ url: URL_OF_FORM, header, form: form(), tokens }), true);
});
