import { notFound, type SimAnswer, type SimRequest, simError } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimWorld } from '../world.ts';
import {
  type AssignmentRecord,
  assignments,
  assignmentsOf,
  type BundleKind,
  type BundleRecord,
  contentOf,
  customerProfiles,
  documents,
  type EvaluationRecord,
  endUsers,
  evaluations,
} from './bundle-records.ts';
import { isLocked } from './bundle-review.ts';
import { BUNDLE_PATHS, lockedError, onBundle } from './bundles.ts';
import { badParameter, iso, NO_CONTENT, requiredAll } from './common.ts';
import { evaluate } from './evaluation.ts';
import { POLICY, policyOf } from './policies.ts';

/** `customer_profile_sid` or `trust_product_sid`. */
const OWNER_FIELD: Readonly<Record<BundleKind, string>> = {
  customer: 'customer_profile_sid',
  trust: 'trust_product_sid',
};

function assignmentView(request: SimRequest, bundle: BundleRecord, entry: AssignmentRecord) {
  return {
    sid: entry.sid,
    [OWNER_FIELD[bundle.kind]]: bundle.sid,
    account_sid: entry.account,
    object_sid: entry.objectSid,
    date_created: iso(entry.createdAt),
    url: `${request.base}/v1/${BUNDLE_PATHS[bundle.kind].path}/${bundle.sid}/EntityAssignments/${entry.sid}`,
  };
}

/** Machine name of what is attached, as the ObjectType filter knows it; undefined for a profile. */
function objectType(world: SimWorld, sid: string): string | undefined {
  return endUsers.of(world).get(sid)?.type ?? documents.of(world).get(sid)?.type;
}

function assign(bundle: BundleRecord, request: SimRequest, world: SimWorld): SimAnswer {
  const read = requiredAll(request.form, ['ObjectSid']);
  if ('refusal' in read) return read.refusal;
  const sid = read.values.ObjectSid;
  if (isLocked(bundle.status)) return lockedError();
  const { account } = request;
  const profile = customerProfiles.of(world).find(account, sid);
  const object = endUsers.of(world).find(account, sid) ?? documents.of(world).find(account, sid);
  // What was made a moment ago is not everywhere yet; that is no wrong sid.
  if (!profile && !object && madeBy(world, account, sid)) return notFound(request);
  if (!profile && !object) return simError(400, 22_205, 'The object does not exist in this account');
  // A profile carries the primary one, a trust product any but it; anything else is of the wrong kind.
  if (profile && (bundle.kind === 'customer') !== (profile.policySid === POLICY.primary)) {
    return simError(400, 22_206, 'An object of this kind cannot be assigned to the bundle');
  }
  if (assignmentsOf(world, bundle.sid).some((entry) => entry.objectSid === sid)) {
    return simError(409, 20_409, 'The object is assigned already');
  }
  const entry = assignments
    .of(world)
    .insert({ ...world.stamp('BV', account), bundleSid: bundle.sid, objectSid: sid });
  return { status: 201, body: assignmentView(request, bundle, entry) };
}

function madeBy(world: SimWorld, account: string, sid: string): boolean {
  const kinds = [customerProfiles, endUsers, documents];
  return kinds.some((kind) => kind.of(world).get(sid)?.account === account);
}

function listAssignments(bundle: BundleRecord, request: SimRequest, world: SimWorld): SimAnswer {
  const type = request.query.get('ObjectType');
  const found = assignments
    .of(world)
    .list(request.account)
    .filter((entry) => entry.bundleSid === bundle.sid)
    .filter((entry) => type === null || objectType(world, entry.objectSid) === type);
  return world.page(
    request,
    found.map((entry) => assignmentView(request, bundle, entry)),
    'results',
  );
}

function findAssignment(
  bundle: BundleRecord,
  request: SimRequest,
  world: SimWorld,
): AssignmentRecord | undefined {
  const entry = assignments.of(world).find(request.account, request.params.assignment ?? '');
  return entry?.bundleSid === bundle.sid ? entry : undefined;
}

function unassign(bundle: BundleRecord, request: SimRequest, world: SimWorld): SimAnswer {
  const entry = findAssignment(bundle, request, world);
  if (!entry) return notFound(request);
  if (isLocked(bundle.status)) return lockedError();
  assignments.of(world).remove(entry.sid);
  return NO_CONTENT;
}

function evaluationView(request: SimRequest, bundle: BundleRecord, record: EvaluationRecord) {
  return {
    sid: record.sid,
    account_sid: record.account,
    policy_sid: record.policySid,
    [OWNER_FIELD[bundle.kind]]: bundle.sid,
    status: record.status,
    results: record.results,
    date_created: iso(record.createdAt),
    url: `${request.base}/v1/${BUNDLE_PATHS[bundle.kind].path}/${bundle.sid}/Evaluations/${record.sid}`,
  };
}

function evaluateBundle(bundle: BundleRecord, request: SimRequest, world: SimWorld): SimAnswer {
  const read = requiredAll(request.form, ['PolicySid']);
  if ('refusal' in read) return read.refusal;
  const policy = policyOf(read.values.PolicySid);
  if (policy?.kind !== bundle.kind) return badParameter('PolicySid is not a policy of this kind');
  const verdict = evaluate(policy, contentOf(world, bundle));
  const record = evaluations.of(world).insert({
    ...world.stamp('EL', request.account),
    bundleSid: bundle.sid,
    policySid: policy.sid,
    ...verdict,
  });
  return { status: 201, body: evaluationView(request, bundle, record) };
}

function listEvaluations(bundle: BundleRecord, request: SimRequest, world: SimWorld): SimAnswer {
  const found = evaluations
    .of(world)
    .list(request.account)
    .filter((record) => record.bundleSid === bundle.sid);
  return world.page(
    request,
    found.map((record) => evaluationView(request, bundle, record)),
    'results',
  );
}

function routesOf(kind: BundleKind): readonly SimRoute[] {
  const base = `/v1/${BUNDLE_PATHS[kind].path}/:sid`;
  const product = 'trusthub';
  const assigned = `${base}/EntityAssignments`;
  const evaluated = `${base}/Evaluations`;
  return [
    { method: 'POST', product, path: assigned, handle: onBundle(kind, assign) },
    { method: 'GET', product, path: assigned, handle: onBundle(kind, listAssignments) },
    {
      method: 'GET',
      product,
      path: `${assigned}/:assignment`,
      handle: onBundle(kind, (bundle, request, world) => {
        const entry = findAssignment(bundle, request, world);
        return entry ? { status: 200, body: assignmentView(request, bundle, entry) } : notFound(request);
      }),
    },
    { method: 'DELETE', product, path: `${assigned}/:assignment`, handle: onBundle(kind, unassign) },
    { method: 'POST', product, path: evaluated, handle: onBundle(kind, evaluateBundle) },
    { method: 'GET', product, path: evaluated, handle: onBundle(kind, listEvaluations) },
    {
      method: 'GET',
      product,
      path: `${evaluated}/:evaluation`,
      handle: onBundle(kind, (bundle, request, world) => {
        const record = evaluations.of(world).find(request.account, request.params.evaluation ?? '');
        if (record?.bundleSid !== bundle.sid) return notFound(request);
        return { status: 200, body: evaluationView(request, bundle, record) };
      }),
    },
  ];
}

export const bundlePartRoutes: readonly SimRoute[] = [...routesOf('customer'), ...routesOf('trust')];
