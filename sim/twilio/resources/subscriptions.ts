import { notFound, type SimAnswer, type SimRequest } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimWorld } from '../world.ts';
import { badParameter, iso, jsonObject, NO_CONTENT, requiredAll } from './common.ts';
import { isKnownType } from './compliance-events.ts';
import { type SubscriptionRecord, sinks, subscriptions } from './event-records.ts';
import { settingsOf } from './settings.ts';

type SubscribedType = SubscriptionRecord['types'][number];

function view(request: SimRequest, subscription: SubscriptionRecord): Record<string, unknown> {
  const url = `${request.base}/v1/Subscriptions/${subscription.sid}`;
  return {
    sid: subscription.sid,
    account_sid: subscription.account,
    description: subscription.description,
    sink_sid: subscription.sinkSid,
    date_created: iso(subscription.createdAt),
    date_updated: iso(subscription.updatedAt),
    url,
    links: { subscribed_events: `${url}/SubscribedEvents` },
  };
}

function typeView(request: SimRequest, subscription: SubscriptionRecord, entry: SubscribedType) {
  return {
    account_sid: subscription.account,
    subscription_sid: subscription.sid,
    type: entry.type,
    schema_version: entry.schemaVersion,
    url: `${request.base}/v1/Subscriptions/${subscription.sid}/SubscribedEvents/${entry.type}`,
  };
}

/** One `{"type": ..., "schema_version": 1}`, or undefined when it is none that exists. */
function readType(text: string): SubscribedType | undefined {
  const value = jsonObject(text);
  const type = value?.type;
  const version = value?.schema_version ?? 1;
  if (typeof type !== 'string' || !isKnownType(type) || version !== 1) return undefined;
  return { type, schemaVersion: 1 };
}

function create(request: SimRequest, world: SimWorld): SimAnswer {
  const read = requiredAll(request.form, ['Description', 'SinkSid', 'Types']);
  if ('refusal' in read) return read.refusal;
  const sink = sinks.of(world).find(request.account, read.values.SinkSid);
  if (!sink) return badParameter('SinkSid is not a sink of the account');
  if (settingsOf(world).subscribeNeedsActiveSink && sink.status !== 'active') {
    return badParameter('The sink is not active');
  }
  const types: SubscribedType[] = [];
  for (const text of request.form.getAll('Types')) {
    const type = readType(text);
    if (!type) return badParameter('Types holds something that is no event type with schema version 1');
    types.push(type);
  }
  const subscription = subscriptions.of(world).insert({
    ...world.stamp('DF', request.account),
    description: read.values.Description,
    sinkSid: sink.sid,
    types,
  });
  return { status: 201, body: view(request, subscription) };
}

function list(request: SimRequest, world: SimWorld): SimAnswer {
  const sinkSid = request.query.get('SinkSid');
  const found = subscriptions
    .of(world)
    .list(request.account)
    .filter((entry) => sinkSid === null || entry.sinkSid === sinkSid);
  return world.page(
    request,
    found.map((entry) => view(request, entry)),
    'subscriptions',
  );
}

function addType(subscription: SubscriptionRecord, request: SimRequest, world: SimWorld): SimAnswer {
  const type = request.form.get('Type') ?? '';
  if (!isKnownType(type)) return badParameter('Type is not an event type');
  const entry = { type, schemaVersion: 1 };
  subscription.types = [...subscription.types.filter((known) => known.type !== type), entry];
  subscription.updatedAt = world.now();
  return { status: 201, body: typeView(request, subscription, entry) };
}

function onSubscription(
  run: (subscription: SubscriptionRecord, request: SimRequest, world: SimWorld) => SimAnswer,
): SimRoute['handle'] {
  return (request, world) => {
    const found = subscriptions.of(world).find(request.account, request.params.sid ?? '');
    return found ? run(found, request, world) : notFound(request);
  };
}

const path = '/v1/Subscriptions';
const product = 'events';

export const subscriptionRoutes: readonly SimRoute[] = [
  { method: 'POST', product, path, handle: create },
  { method: 'GET', product, path, handle: list },
  {
    method: 'GET',
    product,
    path: `${path}/:sid`,
    handle: onSubscription((found, request) => ({ status: 200, body: view(request, found) })),
  },
  {
    method: 'POST',
    product,
    path: `${path}/:sid`,
    handle: onSubscription((found, request, world) => {
      found.description = request.form.get('Description') ?? found.description;
      found.updatedAt = world.now();
      return { status: 200, body: view(request, found) };
    }),
  },
  {
    method: 'DELETE',
    product,
    path: `${path}/:sid`,
    handle: onSubscription((found, _, world) => {
      subscriptions.of(world).remove(found.sid);
      return NO_CONTENT;
    }),
  },
  {
    method: 'GET',
    product,
    path: `${path}/:sid/SubscribedEvents`,
    handle: onSubscription((found, request, world) =>
      world.page(
        request,
        found.types.map((entry) => typeView(request, found, entry)),
        'types',
      ),
    ),
  },
  { method: 'POST', product, path: `${path}/:sid/SubscribedEvents`, handle: onSubscription(addType) },
];
