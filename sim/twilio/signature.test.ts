import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import twilio from 'twilio';
import { signForm, signJson } from './signature.ts';

const TOKEN = 'token';
const URLS = fc.constantFrom(
  'https://a.example.com/callbacks',
  'https://a.example.com/callbacks?tenant=1&b=%20x',
  'https://a.example.com:8443/',
);
const FORMS = fc.array(fc.tuple(fc.constantFrom('a', 'B', 'Status', 'status', 'x y'), fc.string()), {
  maxLength: 8,
});

test('the official SDK accepts every signed form, repeated and blank parameters included', () => {
  fc.assert(
    fc.property(URLS, FORMS, (url, pairs) => {
      const form = new URLSearchParams(pairs);
      const params = Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name)]));
      const signature = signForm(TOKEN, `${url}#rc=2`, form);
      assert.ok(twilio.validateRequest(TOKEN, signature, url, params));
      assert.ok(!twilio.validateRequest('other', signature, url, params));
    }),
  );
});

test('the official SDK accepts every signed JSON body, and no other body', () => {
  fc.assert(
    fc.property(URLS, fc.jsonValue(), (url, value) => {
      const body = JSON.stringify(value);
      const signed = signJson(TOKEN, url, body);
      assert.ok(twilio.validateRequestWithBody(TOKEN, signed.signature, signed.url, body));
      assert.ok(!twilio.validateRequestWithBody(TOKEN, signed.signature, signed.url, `${body} `));
    }),
  );
});
