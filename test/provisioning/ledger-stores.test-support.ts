import { randomBytes } from 'node:crypto';
import { after, before } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '../../src/platform/database/database.ts';
import { migrateUp } from '../../src/platform/database/migrate.ts';
import { openPglite } from '../../src/platform/database/pglite.ts';
import { openPostgres, openPostgresOwner } from '../../src/platform/database/postgres.ts';
import type { Subject } from '../../src/provisioning/ledger/conformance-subject.ts';
import { createMemoryLedger } from '../../src/provisioning/ledger/memory-ledger.ts';
import { migrations } from '../../src/provisioning/ledger/migrations/index.ts';
import { createPostgresLedger } from '../../src/provisioning/ledger/postgres-ledger.ts';
import { createRedisLedger } from '../../src/provisioning/ledger/redis-ledger.ts';
import type { Ledger } from '../../src/provisioning/ports.ts';
import { type TestClock, testClock } from '../support/database.ts';
import { databaseUrl, type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';

/** Pools over one database, as of so many processes. */
const POOLS = 3;

/** Runs on every ledger alike: empty, with a clock that is told to move. */
export async function memorySubject(): Promise<Subject> {
  const clock = testClock();
  const ledger = createMemoryLedger({ now: () => clock.current().getTime() });
  return { ledgers: [ledger], advance: clock.advance };
}

/** For use inside `describe`: a PGlite with the ledger's schema, emptied for each subject. */
export function pgliteSubjects(): () => Promise<Subject> {
  let database: Awaited<ReturnType<typeof openPglite>> | undefined;
  before(async () => {
    database = await openPglite('memory://');
    await migrateUp(database.owner, migrations);
  });
  after(async () => database?.close());
  return async () => {
    if (!database) throw new Error('only inside a test');
    return subjectOver([database], testClock());
  };
}

/** For use inside `describe`: a database on a real server with the ledger's schema, reached over several pools. */
export function postgresSubjects(): () => Promise<Subject> {
  const pools: Database[] = [];
  let own: PostgresServer | undefined;
  before(async () => {
    const shared = process.env.TEST_POSTGRES_URL;
    if (!shared) own = await startPostgres();
    const url = await freshLedgerDatabase(shared ?? own?.url ?? '');
    const owner = openPostgresOwner(url);
    await migrateUp(owner, migrations);
    await owner.destroy();
    for (let n = 0; n < POOLS; n += 1) pools.push(openPostgres(url, { onError: () => {} }));
  });
  after(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await own?.stop();
  });
  return async () => subjectOver(pools, testClock());
}

/** For use inside `describe`: a Redis of its own, reached over several connections. Only with `REDIS_SERVER`. */
export function redisSubjects(): () => Promise<Subject> {
  let server: RedisServer | undefined;
  const opened: Ledger[] = [];
  before(async () => {
    server = await startRedis();
  });
  after(async () => {
    await Promise.all(opened.map((ledger) => ledger.close()));
    await server?.stop();
  });
  return async () => {
    const { url = '' } = server ?? {};
    const clock = testClock();
    const prefix = `{${randomBytes(6).toString('hex')}}`;
    const connect = async () => {
      const now = () => clock.current().getTime();
      const ledger = await createRedisLedger({ url, prefix, now, onError: () => {} });
      opened.push(ledger);
      return ledger;
    };
    return { ledgers: [await connect(), await connect(), await connect()], advance: clock.advance };
  };
}

/** Creates an empty database on the server; answers its URL. */
export async function freshLedgerDatabase(serverUrl: string): Promise<string> {
  const name = `ledger_${randomBytes(6).toString('hex')}`;
  const admin = openPostgresOwner(serverUrl);
  await sql`create database ${sql.id(name)}`.execute(admin);
  await admin.destroy();
  return databaseUrl(serverUrl, name);
}

async function subjectOver(databases: readonly Database[], clock: TestClock): Promise<Subject> {
  const [first, ...others] = databases.map((database) =>
    createPostgresLedger({ database, clock, close: async () => {} }),
  );
  const [database] = databases;
  if (!first || !database) throw new Error('only inside a test');
  await sql`delete from idempotency_keys`.execute(database.executor);
  return { ledgers: [first, ...others], advance: clock.advance };
}
