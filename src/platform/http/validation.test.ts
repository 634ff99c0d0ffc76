import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Problem } from '#kernel/problem.ts';
import { things } from './http.test-support.ts';
import { createValidation, type RawRequest } from './validation.ts';

const validation = createValidation();
const byId = new Map(things.operations.map((operation) => [operation.id, validation.request(operation)]));

function validate(id: string, request: Partial<RawRequest>) {
  const run = byId.get(id);
  assert.ok(run);
  const json = { 'content-type': 'application/json; charset=utf-8' };
  return run({ params: {}, query: {}, headers: json, body: undefined, ...request });
}

/** Status and faults by field of a request that has to be refused. */
function refusal(
  id: string,
  request: Partial<RawRequest>,
): { status: number; fields: Record<string, string> } {
  try {
    validate(id, request);
  } catch (error) {
    assert.ok(error instanceof Problem);
    const fields = (error.details.fields ?? []) as { field: string; message: string }[];
    return { status: error.status, fields: Object.fromEntries(fields.map((f) => [f.field, f.message])) };
  }
  assert.fail('the request was not refused');
}

test('every fault of a body is told at once, by field, with what to send instead', () => {
  const { status, fields } = refusal('createThing', {
    body: {
      kind: 'HUGE',
      country: 'CA',
      mail: 'nobody',
      tags: ['ok', 'far too long', 7],
      place: {},
      colour: 'red',
    },
  });
  assert.equal(status, 422);
  assert.deepEqual(fields, {
    name: 'is required and must be one line of text',
    kind: 'must be one of: BIG, SMALL',
    country: 'must be US',
    mail: 'must be an e-mail address',
    'tags[1]': 'must have at most 5 characters',
    'tags[2]': 'must be a string',
    'place.city': 'is required and must be one line of text',
    colour: 'is not known; leave it out',
  });
});

test('the words of a fault say the fix', () => {
  const told = (body: unknown) => refusal('createThing', { body }).fields;
  assert.deepEqual(told({ Name: 'x' }), {
    name: 'is required and must be one line of text',
    Name: 'is not known; name is meant, it seems',
  });
  assert.deepEqual(told({ name: ' ' }), { name: 'must be one line of text' });
  assert.deepEqual(told({ name: 'x', tags: [] }), { tags: 'must have at least one item' });
  assert.deepEqual(told({ name: 'x', tags: ['a', 'a'] }), { tags: 'must not have the same item twice' });
  assert.deepEqual(told({ name: 'x', tags: ['a', 'b', 'c', 'd'] }), { tags: 'must have at most 3 items' });
  assert.deepEqual(told([]), { body: 'must be an object' });
  assert.deepEqual(told(null), { body: 'must be an object' });
  assert.deepEqual(told(undefined), { body: 'is required: send a JSON object' });
  assert.deepEqual(
    refusal('patchThing', {
      params: { thingId: 'a' },
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { mail: 5 },
    }).fields,
    { mail: 'must be a string or null' },
  );
});

test('faults of path, query, header and body come together; a malformed header makes it a 400', () => {
  const { status, fields } = refusal('patchThing', {
    params: { thingId: 'A B' },
    query: { x: '1' },
    headers: { 'content-type': 'application/merge-patch+json', 'if-match': 'abc' },
    body: { name: 'a\nb' },
  });
  assert.equal(status, 400);
  assert.deepEqual(fields, {
    'header.if-match': 'must be an ETag',
    'path.thingId': 'must be an id',
    'query.x': 'is not known; leave it out',
    name: 'must be one line of text',
  });
});

test('query parameters become what they are declared to be, defaults are filled in', () => {
  assert.deepEqual(validate('listThings', { query: { limit: '5' } }).query, { limit: 5 });
  assert.deepEqual(validate('listThings', {}).query, { limit: 20 });
  assert.deepEqual(validate('createThing', { body: { name: 'x' } }).body, { name: 'x', kind: 'BIG' });
  for (const limit of ['0', '101', '', 'ten', '1.5', '0x1f', 'NaN', '1e999', ' 5', '+5', '05']) {
    assert.deepEqual(refusal('listThings', { query: { limit } }).fields, {
      'query.limit': 'must be a whole number from 1 to 100',
    });
  }
  assert.deepEqual(refusal('listThings', { query: { kind: ['BIG', 'SMALL'] } }).fields, {
    'query.kind': 'must be given once',
  });
});

test('a body is never made to fit: a number is no string, a string no list', () => {
  assert.deepEqual(refusal('createThing', { body: { name: 5 } }).fields, { name: 'must be a string' });
  assert.deepEqual(refusal('createThing', { body: { name: 'x', tags: 'a' } }).fields, {
    tags: 'must be a list',
  });
});

test('a content type that the operation does not take is a 415, whatever the body', () => {
  const { status } = refusal('patchThing', { params: { thingId: 'a' }, body: { name: '' } });
  assert.equal(status, 415);
});

test('an operation without a body takes none, or an empty object', () => {
  validate('runThing', { params: { thingId: 'a' } });
  validate('runThing', { params: { thingId: 'a' }, body: {} });
  for (const body of [{ a: 1 }, [], 'x', null, 0]) {
    const { fields } = refusal('runThing', { params: { thingId: 'a' }, body });
    assert.deepEqual(Object.keys(fields), ['body']);
  }
});

test('NUL and half surrogate pairs are named beside other faults', () => {
  const { fields } = refusal('createThing', { body: { name: 'a\0', free: { x: '\udfff' }, more: 1 } });
  assert.deepEqual(Object.keys(fields).sort(), ['free.x', 'more', 'name']);
  assert.match(fields.name ?? '', /U\+0000/);
});

test('names of Object.prototype are fields like others', () => {
  const body: unknown = JSON.parse('{"name":"x","__proto__":{"kind":"SMALL"},"constructor":1,"toString":2}');
  const { fields } = refusal('createThing', { body });
  assert.deepEqual(Object.keys(fields).sort(), ['__proto__', 'constructor', 'toString']);
  assert.deepEqual(Object.keys(refusal('listThings', { query: JSON.parse('{"__proto__":"1"}') }).fields), [
    'query.__proto__',
  ]);
});

test('for any body: it is refused with fields, or stands; never a crash, never a value in the answer', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 }), fc.uuid(), (value, secret) => {
      const body = { name: 'x'.repeat(30), mail: secret, tags: [secret, value], free: value };
      const { status, fields } = refusal('createThing', { body });
      assert.equal(status, 422);
      assert.ok(!JSON.stringify(Object.values(fields)).includes(secret));
    }),
  );
});
