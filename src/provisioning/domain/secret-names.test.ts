import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesSecret } from './secret-names.ts';

const secret = [
  '?token=1',
  '?key',
  '?a=1&secret=2',
  '?password=',
  '?passwd=1',
  '?pwd=1',
  '?auth=1',
  '?apikey=1',
  '?access_token=1',
  '?signature=1',
  '?sig=1',
  '?credential=1',
  '?credentials=1',
  '?api-key=1',
  '?apiKey=1',
  '?APIKey=1',
  '?x.API_KEY.y=1',
  '?authToken=1',
  '?TOKEN=1',
  '?%74oken=1',
  '?to%6ben=1',
  '?a;key=1',
  '?key1=1',
  '?my+secret=1',
  '?tokens=1',
  '?data[key]=1',
  '?X-Amz-Signature=1',
  '?accesstoken=1',
  '?AuTh=1',
  '?ｔｏｋｅｎ=1',
  'token=1',
  '?secret%00=1',
];
for (const query of secret) {
  test(`a query may not have ${query}`, () => assert.equal(namesSecret(query), true));
}

const plain = [
  '',
  '?',
  '?monkey=1',
  '?keyword=1',
  '?keyboard=a',
  '?author=1',
  '?authored=1',
  '?signal=1',
  '?design=1',
  '?secretary=1',
  '?tokenize=1',
  '?a=token',
  '?a=1&b=key%3D2',
  '?tenant=5',
  '?turkey=1',
  '?%E0%A4%A=1',
];
for (const query of plain) {
  test(`a query may have ${query || 'nothing'}`, () => assert.equal(namesSecret(query), false));
}
