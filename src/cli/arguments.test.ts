import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flag, integer, list, moment, required, text, texts } from './arguments.ts';
import { BadUsage, type CommandArguments } from './command.ts';

const given = (value?: CommandArguments['options'][string]): CommandArguments => ({
  words: [],
  options: { it: value },
});

test('what is not given is undefined, and an empty value is a mistake', () => {
  for (const read of [text, moment]) assert.equal(read(given(), 'it'), undefined);
  assert.equal(integer(given(), 'it', 0, 9), undefined);
  assert.equal(list(given(), 'it', ['a']), undefined);
  assert.deepEqual(texts(given(), 'it'), []);
  assert.equal(flag(given(), 'it'), false);
  assert.equal(flag(given(true), 'it'), true);
  assert.throws(() => required(given(), 'it'), new BadUsage('--it is missing'));
  assert.throws(() => text(given(' '), 'it'), BadUsage);
  assert.throws(() => texts(given(['a', ' ']), 'it'), BadUsage);
  assert.deepEqual(texts(given([' a', 'b']), 'it'), ['a', 'b']);
});

test('a number is whole, within its bounds and nothing else', () => {
  assert.equal(integer(given('9'), 'it', 0, 9), 9);
  for (const value of ['10', '-1', '1.0', '1e0', '0x1', 'x', '']) {
    assert.throws(() => integer(given(value), 'it', 0, 9), BadUsage, value);
  }
});

test('a list holds known words alone, each once', () => {
  assert.deepEqual(list(given('b, a,b'), 'it', ['a', 'b', 'c']), ['a', 'b']);
  for (const value of ['a,', 'a,d', 'A', ',']) assert.throws(() => list(given(value), 'it', ['a']), BadUsage);
});

test('a time has its offset: without one it would be another moment elsewhere', () => {
  const noon = new Date('2026-01-05T12:00:00.000Z');
  for (const value of ['2026-01-05T12:00Z', '2026-01-05T12:00:00.000Z', '2026-01-05T13:00:00+01:00']) {
    assert.deepEqual(moment(given(value), 'it'), noon, value);
  }
  for (const value of ['2026-01-05', '2026-01-05T12:00:00', '2026-02-30T25:00:00Z', 'noon', '1767614400']) {
    assert.throws(() => moment(given(value), 'it'), BadUsage, value);
  }
});
