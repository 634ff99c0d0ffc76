import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { dereference, readDocument } from './document.ts';

const directory = mkdtempSync(join(tmpdir(), 'document-'));
after(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

test('what stands in other files stands in the document afterwards, without its dialect and id', () => {
  file('b.json', '{"$schema":"x","$id":"y","type":"string","items":{"$ref":"./c.json"}}');
  file('c.json', '{"type":"number"}');
  const document = readDocument(file('a.yaml', 'one: { $ref: ./b.json }\ntwo: [{ $ref: "#/one" }]\n'));
  assert.deepEqual(document, {
    one: { type: 'string', items: { type: 'number' } },
    two: [{ $ref: '#/one' }],
  });
});

test('a missing file and a file that holds no object are errors', () => {
  assert.throws(() => readDocument(file('d.yaml', 'one: { $ref: ./none.json }')), /ENOENT/);
  assert.throws(() => readDocument(file('e.yaml', '[1, 2]')), /does not hold an object/);
});

test('references are replaced by what they name, and keys beside them are added', () => {
  const resolved = dereference({
    a: { $ref: '#/parts/x~1y', maxLength: 5, description: 'here' },
    parts: { 'x/y': { type: 'string', description: 'there' } },
  });
  assert.deepEqual(resolved.a, { type: 'string', maxLength: 5, description: 'here' });
});

test('a reference that leads nowhere, to itself, or beside a key that it says too is an error', () => {
  assert.throws(() => dereference({ a: { $ref: '#/b' } }), /#\/b leads nowhere/);
  assert.throws(() => dereference({ a: { $ref: '#/constructor' } }), /leads nowhere/);
  assert.throws(() => dereference({ a: { $ref: '#/b' }, b: { c: { $ref: '#/b' } } }), /refers to itself/);
  assert.throws(
    () => dereference({ a: { $ref: '#/b', maxLength: 1 }, b: { maxLength: 2 } }),
    /maxLength stands beside/,
  );
});
