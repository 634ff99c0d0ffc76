import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { eachDatabase } from '../../../test/support/database.ts';
import { setUpWebhooks } from '../../platform/webhooks/delivery/dispatch.test-support.ts';
import { refuse, type WebhookError } from './errors.ts';
import { nodeHandler } from './node.ts';
import { createReceiver, type Received } from './receiver.ts';

// The kit behind a real server, the service's own dispatcher in front of it: what is sent is what is verified.

/** By sequence, in each of the aggregates; the kit refuses these for good, so the dispatcher parks them. */
const POISONED = [3, 4, 8];
const LAST = 9;
const AGGREGATES = ['thing_1', 'thing_2', 'thing_3'];

eachDatabase('delivered to the receiver kit', (open) => {
  test('everything verifies, comes in order and once; every event that was parked is told as a gap', async () => {
    const { clock, addEndpoint, emit, settleAll, conserved } = await setUpWebhooks(open);
    const received: Received[] = [];
    const errors: WebhookError[] = [];
    let secrets: readonly string[] = [];
    const receiver = createReceiver({
      secrets: () => secrets,
      require: ['v2', 'standard', 'v1'],
      clock: () => clock.current().getTime(),
    });
    const handle = (one: Received) => {
      if (POISONED.includes(one.event.sequence)) throw refuse(422, { directive: 'abort-message' });
      received.push(one);
    };
    const onError = (error: WebhookError) => void errors.push(error);
    const server = createServer(nodeHandler(receiver, { handle, onError })).listen(0, '127.0.0.1');
    after(() => server.close());
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { secret } = await addEndpoint(`http://127.0.0.1:${port}/`);
    secrets = [secret];

    for (let sequence = 1; sequence <= LAST; sequence++) {
      for (const aggregateId of AGGREGATES) await emit(aggregateId, ['Happened']);
    }
    await settleAll();
    server.closeAllConnections();

    assert.deepEqual([...new Set(errors.map(({ code }) => code))], ['refused']);
    for (const aggregateId of AGGREGATES) {
      const of = received.filter(({ event }) => event.aggregateId === aggregateId);
      assert.deepEqual(
        of.map(({ event }) => event.sequence),
        [1, 2, 5, 6, 7, 9],
      );
      const gaps = of.flatMap(({ event, gap }) => (gap ? [[event.sequence, gap.after, gap.through]] : []));
      assert.deepEqual(gaps, [
        [5, 2, 4],
        [9, 7, 8],
      ]);
      assert.ok(of.every(({ gapsTold, late, duplicate }) => gapsTold && !late && !duplicate));
    }
    await conserved();
  });
});
