import { describe, test } from 'node:test';
import { conformance } from '../../src/provisioning/ledger/conformance.ts';
import { REDIS_SERVER } from '../support/redis-server.ts';
import {
  memorySubject,
  pgliteSubjects,
  postgresSubjects,
  redisSubjects,
} from './ledger-stores.test-support.ts';

conformance('the ledger in memory', memorySubject);

describe('embedded PostgreSQL', () => {
  // One session, so they only queue up.
  conformance('the ledger in PGlite', pgliteSubjects(), 10);
});

describe('a PostgreSQL server', () => {
  conformance('the ledger in PostgreSQL', postgresSubjects());
});

describe('a Redis server', () => {
  if (REDIS_SERVER === undefined) {
    test('keeps the promises of the ledger', (t) => t.skip('redis-server is not installed'));
    return;
  }
  conformance('the ledger in Redis', redisSubjects());
});
