import { type Call, nothing, sidOf } from './call-end.ts';
import type { Sink, Subscription, TwilioCalls } from './calls.ts';
import { PAGE_SIZE, readList } from './pages.ts';
import { member, optional, text } from './payload.ts';

type EventCalls = Pick<
  TwilioCalls,
  'sinks' | 'createSink' | 'deleteSink' | 'subscriptions' | 'createSubscription'
>;

/** Where the provider sends its events, and which. */
export function eventCalls(call: Call): EventCalls {
  return {
    sinks: () =>
      call(async (sdk) => {
        const found = await readList(sdk.events.v1.sinks.page({ pageSize: PAGE_SIZE }), () => true);
        return found.map(sinkOf);
      }),
    createSink: ({ description, destination }) =>
      call(async (sdk) => {
        const created = await sdk.events.v1.sinks.create({
          description,
          sinkType: 'webhook',
          sinkConfiguration: { destination, method: 'POST', batch_events: false },
        });
        return sinkOf(created);
      }),
    deleteSink: (sid) =>
      call(
        async (sdk) => {
          await sdk.events.v1.sinks(sidOf(sid)).remove();
        },
        { gone: nothing },
      ),
    subscriptions: (sinkSid) =>
      call(async (sdk) => {
        const found = await readList(
          sdk.events.v1.subscriptions.page({ sinkSid, pageSize: PAGE_SIZE }),
          (subscription) => subscription.sinkSid === sinkSid,
        );
        return found.map(subscriptionOf);
      }),
    createSubscription: ({ description, sinkSid, types }) =>
      call(async (sdk) => {
        const created = await sdk.events.v1.subscriptions.create({
          description,
          sinkSid,
          types: types.map((type) => ({ type, schema_version: 1 })),
        });
        return subscriptionOf(created);
      }),
  };
}

function sinkOf(sink: {
  readonly sid: string;
  readonly description: string;
  readonly status: string;
  readonly sinkConfiguration: unknown;
}): Sink {
  return {
    sid: text(sink.sid, 'sid'),
    description: sink.description,
    status: text(sink.status, 'status'),
    ...optional('destination', member(sink.sinkConfiguration, 'destination')),
  };
}

const subscriptionOf = ({ sid, description, sinkSid }: Subscription): Subscription => ({
  sid: text(sid, 'sid'),
  description,
  sinkSid: text(sinkSid, 'sink_sid'),
});
