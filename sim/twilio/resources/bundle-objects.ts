import { notFound, type SimAnswer, type SimRequest, simError } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimKind, SimWorld } from '../world.ts';
import {
  attributesFrom,
  bundlesWith,
  type DocumentRecord,
  documents,
  type EndUserRecord,
  endUsers,
} from './bundle-records.ts';
import { isLocked } from './bundle-review.ts';
import { lockedError } from './bundles.ts';
import { badParameter, iso, NO_CONTENT, requiredAll } from './common.ts';
import { endUserTypes } from './policies.ts';

const DOCUMENT_TYPES = ['customer_profile_address', 'starter_customer_profile_address'];

function endUserView(request: SimRequest, record: EndUserRecord): Record<string, unknown> {
  return {
    sid: record.sid,
    account_sid: record.account,
    friendly_name: record.friendlyName,
    type: record.type,
    attributes: record.attributes,
    date_created: iso(record.createdAt),
    date_updated: iso(record.updatedAt),
    url: `${request.base}/v1/EndUsers/${record.sid}`,
  };
}

function documentView(request: SimRequest, record: DocumentRecord): Record<string, unknown> {
  return {
    ...endUserView(request, record),
    mime_type: null,
    status: record.status,
    url: `${request.base}/v1/SupportingDocuments/${record.sid}`,
  };
}

/** Name, type and attributes of a new object, or why not. Their content is looked at by an evaluation only. */
function readNew(
  request: SimRequest,
  types: readonly string[],
): { name: string; type: string; attributes: Record<string, unknown> } | SimAnswer {
  const read = requiredAll(request.form, ['FriendlyName', 'Type']);
  if ('refusal' in read) return read.refusal;
  if (!types.includes(read.values.Type)) return badParameter('Type is not known');
  const attributes = attributesFrom(request.form);
  if (!attributes) return badParameter('Attributes is not a JSON object');
  return { name: read.values.FriendlyName, type: read.values.Type, attributes };
}

function createEndUser(request: SimRequest, world: SimWorld): SimAnswer {
  const read = readNew(
    request,
    endUserTypes().map((item) => item.type),
  );
  if ('status' in read) return read;
  const record = endUsers.of(world).insert({
    ...world.stamp('IT', request.account),
    friendlyName: read.name,
    type: read.type,
    attributes: read.attributes,
  });
  return { status: 201, body: endUserView(request, record) };
}

function createDocument(request: SimRequest, world: SimWorld): SimAnswer {
  const read = readNew(request, DOCUMENT_TYPES);
  if ('status' in read) return read;
  const record = documents.of(world).insert({
    ...world.stamp('RD', request.account),
    friendlyName: read.name,
    type: read.type,
    attributes: read.attributes,
    status: 'DRAFT',
  });
  return { status: 201, body: documentView(request, record) };
}

/** Changes name and attributes; the attributes given replace all of the old ones. */
function change(record: EndUserRecord, request: SimRequest, world: SimWorld): SimAnswer | undefined {
  if (bundlesWith(world, record.sid).some((bundle) => isLocked(bundle.status))) return lockedError();
  if (request.form.has('Attributes')) {
    const attributes = attributesFrom(request.form);
    if (!attributes) return badParameter('Attributes is not a JSON object');
    record.attributes = attributes;
  }
  record.friendlyName = request.form.get('FriendlyName') ?? record.friendlyName;
  record.updatedAt = world.now();
  return undefined;
}

function routesOf<T extends EndUserRecord>(
  path: string,
  kind: SimKind<T>,
  create: SimRoute['handle'],
  view: (request: SimRequest, record: T) => Record<string, unknown>,
): readonly SimRoute[] {
  const product = 'trusthub';
  const onOne =
    (run: (record: T, request: SimRequest, world: SimWorld) => SimAnswer): SimRoute['handle'] =>
    (request, world) => {
      const record = kind.of(world).find(request.account, request.params.sid ?? '');
      return record ? run(record, request, world) : notFound(request);
    };
  return [
    { method: 'POST', product, path, handle: create },
    {
      method: 'GET',
      product,
      path,
      handle: (request, world) =>
        world.page(
          request,
          kind
            .of(world)
            .list(request.account)
            .map((record) => view(request, record)),
          'results',
        ),
    },
    {
      method: 'GET',
      product,
      path: `${path}/:sid`,
      handle: onOne((record, request) => ({ status: 200, body: view(request, record) })),
    },
    {
      method: 'POST',
      product,
      path: `${path}/:sid`,
      handle: onOne(
        (record, request, world) =>
          change(record, request, world) ?? { status: 200, body: view(request, record) },
      ),
    },
    {
      method: 'DELETE',
      product,
      path: `${path}/:sid`,
      handle: onOne((record, _, world) => {
        if (bundlesWith(world, record.sid).length > 0) {
          return simError(400, 21_644, 'The object is assigned to a bundle and cannot be deleted');
        }
        kind.of(world).remove(record.sid);
        return NO_CONTENT;
      }),
    },
  ];
}

export const bundleObjectRoutes: readonly SimRoute[] = [
  ...routesOf('/v1/EndUsers', endUsers, createEndUser, endUserView),
  ...routesOf('/v1/SupportingDocuments', documents, createDocument, documentView),
];
