import { notFound, type SimAnswer, type SimRequest } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimWorld } from '../world.ts';
import { badParameter, iso, jsonObject, NO_CONTENT, requiredAll } from './common.ts';
import { TEST_EVENT } from './compliance-events.ts';
import { type SinkRecord, sinks, subscriptions } from './event-records.ts';

function view(request: SimRequest, sink: SinkRecord): Record<string, unknown> {
  const url = `${request.base}/v1/Sinks/${sink.sid}`;
  return {
    sid: sink.sid,
    description: sink.description,
    sink_configuration: sink.configuration,
    sink_type: 'webhook',
    status: sink.status,
    date_created: iso(sink.createdAt),
    date_updated: iso(sink.updatedAt),
    url,
    links: { sink_test: `${url}/Test`, sink_validate: `${url}/Validate` },
  };
}

function create(request: SimRequest, world: SimWorld): SimAnswer {
  const read = requiredAll(request.form, ['Description', 'SinkType', 'SinkConfiguration']);
  if ('refusal' in read) return read.refusal;
  if (read.values.SinkType !== 'webhook') return badParameter('Only webhook sinks exist here');
  const configuration = jsonObject(read.values.SinkConfiguration);
  const destination = configuration?.destination;
  if (!configuration || typeof destination !== 'string' || !URL.canParse(destination)) {
    return badParameter('SinkConfiguration is not a JSON object with a destination');
  }
  if (!/^post$/i.test(String(configuration.method ?? 'POST'))) {
    return badParameter('The method of SinkConfiguration must be POST');
  }
  const sink = sinks.of(world).insert({
    ...world.stamp('DG', request.account),
    description: read.values.Description,
    destination,
    configuration,
    batch: configuration.batch_events === true,
    status: 'initialized',
    testId: null,
  });
  // Becomes active by itself: half of the time until it is looked at, half for the look.
  const half = world.delays.sinkValidationMs / 2;
  world.schedule(half, () => {
    if (sink.status !== 'initialized') return;
    setStatus(world, sink, 'validating');
    world.schedule(half, () => {
      if (sink.status === 'validating') setStatus(world, sink, 'active');
    });
  });
  return { status: 201, body: view(request, sink) };
}

function setStatus(world: SimWorld, sink: SinkRecord, status: SinkRecord['status']): void {
  sink.status = status;
  sink.updatedAt = world.now();
}

function list(request: SimRequest, world: SimWorld): SimAnswer {
  const status = request.query.get('Status');
  const inUse = request.query.get('InUse');
  const used = (sink: SinkRecord) =>
    subscriptions
      .of(world)
      .all()
      .some((entry) => entry.sinkSid === sink.sid);
  const found = sinks
    .of(world)
    .list(request.account)
    .filter((sink) => status === null || sink.status === status)
    .filter((sink) => inUse === null || String(used(sink)) === inUse.toLowerCase());
  return world.page(
    request,
    found.map((sink) => view(request, sink)),
    'sinks',
  );
}

/** Sends a test event; its id has to come back through Validate. */
function test(sink: SinkRecord, world: SimWorld): SimAnswer {
  sink.testId = world.newSid('').slice(0, 16);
  world.emit({
    kind: 'sinkTest',
    account: sink.account,
    payload: { sinkSid: sink.sid, type: TEST_EVENT, data: { test_id: sink.testId } },
  });
  return { status: 201, body: { result: 'submitted' } };
}

function validate(sink: SinkRecord, request: SimRequest, world: SimWorld): SimAnswer {
  const read = requiredAll(request.form, ['TestId']);
  if ('refusal' in read) return read.refusal;
  if (read.values.TestId !== sink.testId) return badParameter('TestId is not the one that was sent');
  setStatus(world, sink, 'active');
  return { status: 201, body: { result: 'valid' } };
}

function onSink(
  run: (sink: SinkRecord, request: SimRequest, world: SimWorld) => SimAnswer,
): SimRoute['handle'] {
  return (request, world) => {
    const sink = sinks.of(world).find(request.account, request.params.sid ?? '');
    return sink ? run(sink, request, world) : notFound(request);
  };
}

const path = '/v1/Sinks';
const product = 'events';

export const sinkRoutes: readonly SimRoute[] = [
  { method: 'POST', product, path, handle: create },
  { method: 'GET', product, path, handle: list },
  {
    method: 'GET',
    product,
    path: `${path}/:sid`,
    handle: onSink((sink, request) => ({ status: 200, body: view(request, sink) })),
  },
  {
    method: 'POST',
    product,
    path: `${path}/:sid`,
    handle: onSink((sink, request, world) => {
      const read = requiredAll(request.form, ['Description']);
      if ('refusal' in read) return read.refusal;
      sink.description = read.values.Description;
      sink.updatedAt = world.now();
      return { status: 200, body: view(request, sink) };
    }),
  },
  {
    method: 'DELETE',
    product,
    path: `${path}/:sid`,
    handle: onSink((sink, _, world) => {
      sinks.of(world).remove(sink.sid);
      return NO_CONTENT;
    }),
  },
  {
    method: 'POST',
    product,
    path: `${path}/:sid/Test`,
    handle: onSink((sink, _, world) => test(sink, world)),
  },
  { method: 'POST', product, path: `${path}/:sid/Validate`, handle: onSink(validate) },
];
