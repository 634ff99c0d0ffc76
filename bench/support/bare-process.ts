// What the accept path is measured against: a Fastify handler that parses the body, executes the statements of one
// accepted request and answers. No validation, token, limit, idempotency, sealing, row-level security, log or metric.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fastify } from 'fastify';
import pg from 'pg';
import { type IdPrefix, newId } from '../../src/kernel/ids.ts';
import { AGGREGATE, INDEX, type Transaction, type Value } from './accept-statements.ts';

export interface BareOrder {
  /** As the superuser, whom no policy concerns. */
  readonly databaseUrl: string;
  /** Connections, as many as the service has. */
  readonly poolSize: number;
  readonly routes: readonly {
    readonly path: string;
    readonly prefix: IdPrefix;
    readonly transaction: Transaction;
  }[];
}

const INDEX_BYTES = 32;

const [order] = (await once(process, 'message')) as [BareOrder];
const pool = new pg.Pool({ connectionString: order.databaseUrl, max: order.poolSize });
const app = fastify({ logger: false });
for (const { path, prefix, transaction } of order.routes) {
  const answer = Buffer.from(transaction.answer);
  app.post(path, async (_request, reply) => {
    await carryOut(prefix, transaction);
    return reply.code(201).type('application/json; charset=utf-8').send(answer);
  });
}
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ url });
process.on('disconnect', () => process.exit(0));

async function carryOut(prefix: IdPrefix, { statements }: Transaction): Promise<void> {
  const aggregate = newId(prefix, new Date());
  const index = randomBytes(INDEX_BYTES);
  const filled = (value: Value) => {
    switch (value.is) {
      case 'text':
        return value.text;
      case 'bytes':
        return Buffer.from(value.hex, 'hex');
      case 'newIndex':
        return index;
      case 'new':
        return value.pattern.replaceAll(AGGREGATE, aggregate).replaceAll(INDEX, index.toString('hex'));
    }
  };
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const { sql, values } of statements) await client.query(sql, values.map(filled));
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
