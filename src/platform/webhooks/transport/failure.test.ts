import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors } from 'undici';
import { classifyFailure, type FailureClass, isOwnFault, misbehaved } from './failure.ts';

const coded = (code: string, cause?: unknown) =>
  Object.assign(new Error('secret detail', { cause }), { code });

const CLASSES: readonly { error: unknown; expected: FailureClass }[] = [
  { error: new DOMException('deadline', 'TimeoutError'), expected: 'timeout' },
  { error: new DOMException('given up', 'AbortError'), expected: 'aborted' },
  { error: coded('ECONNREFUSED'), expected: 'refused' },
  { error: coded('ECONNRESET'), expected: 'reset' },
  { error: coded('UND_ERR_SOCKET'), expected: 'reset' },
  { error: coded('UND_ERR_CONNECT_TIMEOUT'), expected: 'timeout' },
  { error: coded('ENETUNREACH'), expected: 'unreachable' },
  { error: coded('EAI_AGAIN'), expected: 'dns' },
  { error: coded('DEPTH_ZERO_SELF_SIGNED_CERT'), expected: 'tls' },
  { error: coded('CERT_HAS_EXPIRED'), expected: 'tls' },
  { error: coded('ERR_TLS_CERT_ALTNAME_INVALID'), expected: 'tls' },
  { error: coded('ERR_SSL_WRONG_VERSION_NUMBER'), expected: 'tls' },
  { error: coded('UND_ERR_HEADERS_OVERFLOW'), expected: 'protocol' },
  { error: coded('WHATEVER', coded('ECONNRESET')), expected: 'reset' },
  { error: new AggregateError([coded('EHOSTUNREACH'), coded('ECONNREFUSED')]), expected: 'unreachable' },
  { error: new AggregateError([coded('ENETUNREACH'), coded('ECONNREFUSED')]), expected: 'refused' },
  { error: new AggregateError([coded('ENETUNREACH'), coded('ENETUNREACH')]), expected: 'unreachable' },
  { error: coded('UND_ERR_RES_CONTENT_LENGTH_MISMATCH'), expected: 'protocol' },
  { error: new errors.HTTPParserError('Expected HTTP/'), expected: 'protocol' },
  { error: new errors.SocketError('bad upgrade'), expected: 'protocol' },
  { error: new errors.SocketError('other side closed'), expected: 'reset' },
  { error: misbehaved('an answer without end'), expected: 'protocol' },
  { error: coded('EMFILE'), expected: 'network' },
  { error: new Error('no code at all'), expected: 'network' },
  { error: 'not even an error', expected: 'network' },
];

for (const { error, expected } of CLASSES) {
  test(`${expected}: ${error instanceof Error && 'code' in error ? error.code : error}`, () => {
    assert.equal(classifyFailure(error), expected);
  });
}

test('what this process lacks is its own fault', () => {
  for (const code of ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'ENETUNREACH', 'ENETDOWN']) {
    assert.equal(isOwnFault(coded(code)), true, code);
    assert.equal(isOwnFault(coded('WHATEVER', coded(code))), true, code);
  }
});

test('what the receiver or its network does is not', () => {
  for (const code of [
    'ECONNREFUSED',
    'ECONNRESET',
    'EHOSTUNREACH',
    'ETIMEDOUT',
    'EPIPE',
    'CERT_HAS_EXPIRED',
  ]) {
    assert.equal(isOwnFault(coded(code)), false, code);
  }
  for (const error of [undefined, 'EMFILE', new Error('EMFILE'), new AggregateError([])]) {
    assert.equal(isOwnFault(error), false);
  }
});

test('of several addresses, all must have failed by our fault', () => {
  const ours = coded('ENETUNREACH');
  const theirs = coded('ECONNREFUSED');
  assert.equal(isOwnFault(new AggregateError([ours, ours])), true);
  assert.equal(isOwnFault(new AggregateError([ours, theirs])), false);
  assert.equal(isOwnFault(new AggregateError([theirs, ours])), false);
});
