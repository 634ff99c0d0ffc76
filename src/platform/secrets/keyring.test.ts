import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { generateKey, type Keyring, keyIdOf, parseKeyring, SealError, sealedPrefix } from './keyring.ts';

function keyring(text: string): Keyring {
  const parsed = parseKeyring(text);
  assert.ok('keyring' in parsed, inspect(parsed));
  return parsed.keyring;
}

function faultsOf(text: string): readonly string[] {
  const parsed = parseKeyring(text);
  assert.ok('faults' in parsed);
  return parsed.faults;
}

const reasonIs = (reason: SealError['reason']) => (error: unknown) =>
  error instanceof SealError && error.reason === reason;

const ring = keyring(`k1:${generateKey()}`);

test('what was sealed opens under the same context, byte for byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (plain, context) => {
      assert.ok(ring.open(ring.seal(plain, context), context).equals(Buffer.from(plain)));
    }),
  );
  assert.equal(ring.open(ring.seal('Ünïcode ☎', 'a/b'), 'a/b').toString('utf8'), 'Ünïcode ☎');
});

test('any other context refuses', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (plain, context, other) => {
      fc.pre(context !== other);
      assert.throws(() => ring.open(ring.seal(plain, context), other), reasonIs('notAuthentic'));
    }),
  );
});

test('any one byte changed, anywhere, refuses', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), fc.integer({ min: 1, max: 255 }), (plain, flip) => {
      const sealed = ring.seal(plain, 'c');
      for (let i = 0; i < sealed.length; i++) {
        const changed = Buffer.from(sealed);
        changed[i] = (changed[i] ?? 0) ^ flip;
        assert.throws(() => ring.open(changed, 'c'), SealError);
      }
    }),
    { numRuns: 30 },
  );
});

test('cut short or lengthened at either end refuses', () => {
  const sealed = ring.seal('plain text', 'c');
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(() => ring.open(sealed.subarray(0, length), 'c'), SealError);
    assert.throws(() => ring.open(sealed.subarray(sealed.length - length), 'c'), SealError);
  }
  assert.throws(() => ring.open(Buffer.concat([sealed, Buffer.from([0])]), 'c'), reasonIs('notAuthentic'));
});

test('arbitrary bytes are refused, never misread', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      assert.throws(() => ring.open(bytes, 'c'), SealError);
    }),
  );
});

test('the refusal does not carry what was sealed, nor the key', () => {
  const key = generateKey();
  const own = keyring(`k9:${key}`);
  const sealed = own.seal('12-3456789', 'brands/ten_1/brand_1');
  for (const attempt of [() => own.open(sealed, 'brands/ten_2/brand_1'), () => ring.open(sealed, 'x')]) {
    assert.throws(attempt, (error: unknown) => {
      const printed = inspect(error, { depth: 10, showHidden: true });
      return !printed.includes('3456789') && !printed.includes(key) && printed.includes('k9');
    });
  }
  assert.ok(!inspect(own, { depth: 10, showHidden: true }).includes(key));
});

test('the same text sealed twice is not the same bytes', () => {
  assert.notDeepEqual(ring.seal('same', 'c'), ring.seal('same', 'c'));
});

test('after a rotation the old key still opens, the new one seals, and dropping the old one is noticed', () => {
  const [oldKey, newKey] = [generateKey(), generateKey()];
  const before = keyring(`2025:${oldKey}`);
  const during = keyring(`2026:${newKey}, 2025:${oldKey}`);
  const after = keyring(`2026:${newKey}`);
  const sealed = before.seal('secret', 'c');
  assert.equal(keyIdOf(sealed), '2025');
  assert.equal(during.open(sealed, 'c').toString(), 'secret');
  assert.equal(keyIdOf(during.seal('secret', 'c')), '2026');
  assert.deepEqual([during.activeKeyId, during.keyIds], ['2026', ['2026', '2025']]);
  assert.throws(() => after.open(sealed, 'c'), reasonIs('unknownKey'));
  // The same id with other bytes: not taken for tampering with the text alone.
  assert.throws(() => keyring(`2025:${newKey}`).open(sealed, 'c'), reasonIs('notAuthentic'));
});

test('every sealed value begins with the prefix of its key, and of no other', () => {
  const other = keyring(`k11:${generateKey()}`).seal('x', 'c');
  assert.ok(ring.seal('x', 'c').subarray(0, sealedPrefix('k1').length).equals(sealedPrefix('k1')));
  assert.ok(!other.subarray(0, sealedPrefix('k1').length).equals(sealedPrefix('k1')));
});

test('bytes that are no sealed value have no key id', () => {
  for (const bytes of [[], [1], [2, 1, 65], [1, 0], [1, 200, 65]]) {
    assert.throws(() => keyIdOf(Uint8Array.from(bytes)), reasonIs('malformed'));
  }
});

test('faults are all told at once, by position, without repeating the text', () => {
  const key = generateKey();
  const short = Buffer.alloc(16, 7).toString('base64');
  const faults = faultsOf(
    `k1:${key},${key},bad id!:${generateKey()},k2:${short},k1:${generateKey()},k3:${key},`,
  );
  assert.deepEqual(faults, [
    'entry 2 is not of the form id:base64',
    'entry 3 needs an id of 1 to 64 letters, digits, ".", "_" or "-"',
    'entry 4 is not base64 of 32 bytes',
    'entry 5 repeats the id of an earlier entry',
    'entry 6 repeats the key of an earlier entry',
    'entry 7 is not of the form id:base64',
  ]);
  for (const fault of faults) assert.ok(!fault.includes(key) && !fault.includes(short));
});

test('keys are accepted with or without padding, in both base64 alphabets', () => {
  const bytes = Buffer.alloc(32, 0xfb);
  for (const encoded of [bytes.toString('base64'), bytes.toString('base64url')]) {
    assert.equal(keyring(`k:${encoded}`).activeKeyId, 'k');
  }
});
