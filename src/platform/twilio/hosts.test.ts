import assert from 'node:assert/strict';
import { test } from 'node:test';
import { productOf, twilioHosts } from './hosts.ts';

const BASE = 'http://127.0.0.1:4010/sim/';
const at = (base: string | undefined, url: string) => twilioHosts(base)(new URL(url))?.href;

test('without a base URL a request goes where it says, to the provider alone', () => {
  const own = 'https://trusthub.twilio.com/v1/EndUsers?Page=1';
  assert.equal(at(undefined, own), own);
});

test('below a base URL the core API lies at the root, every other product under its name', () => {
  assert.equal(
    at(BASE, 'https://api.twilio.com/2010-04-01/A.json?B=c'),
    'http://127.0.0.1:4010/sim/2010-04-01/A.json?B=c',
  );
  assert.equal(at(BASE, 'https://trusthub.twilio.com/v1/X'), 'http://127.0.0.1:4010/sim/trusthub/v1/X');
  assert.equal(at('https://sim.test', 'https://events.twilio.com/v1/X'), 'https://sim.test/events/v1/X');
});

test('an address below the base stays as it is, one beside it is refused', () => {
  const below = 'http://127.0.0.1:4010/sim/trusthub/v1/X?Page=2';
  assert.equal(at(BASE, below), below);
  assert.equal(at(BASE, 'http://127.0.0.1:4010/simulator/v1'), undefined);
  assert.equal(at(BASE, 'http://127.0.0.1:4011/sim/v1'), undefined);
});

test('a host that only looks like the provider’s is refused, with a base URL and without', () => {
  for (const url of [
    'http://api.twilio.com/v1',
    'https://api.twilio.com:8443/v1',
    'https://api.twilio.com.evil.test/v1',
    'https://evil.test/api.twilio.com',
    'https://apitwilio.com/v1',
    'https://twilio.com/v1',
    'https://other.twilio.com/v1',
    'https://api.dublin.ie1.twilio.com/v1',
    'https://169.254.169.254/v1',
  ]) {
    assert.equal(at(undefined, url), undefined, url);
    assert.equal(at(BASE, url), undefined, url);
  }
});

test('a product is known by its host or by its place below a base URL', () => {
  assert.equal(productOf(new URL('https://messaging.twilio.com/v1/Services')), 'messaging');
  assert.equal(productOf(new URL('http://127.0.0.1:4010/sim/events/v1/Sinks')), 'events');
  assert.equal(productOf(new URL('http://127.0.0.1:4010/2010-04-01/Accounts')), 'api');
});
