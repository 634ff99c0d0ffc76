import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyFailure, type FailureClass } from './failure.ts';

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
  { error: new Error('no code at all'), expected: 'network' },
  { error: 'not even an error', expected: 'network' },
];

for (const { error, expected } of CLASSES) {
  test(`${expected}: ${error instanceof Error && 'code' in error ? error.code : error}`, () => {
    assert.equal(classifyFailure(error), expected);
  });
}
