import type { Twilio } from 'twilio';
import { type Call, nothing, sidOf } from './call-end.ts';
import type { Bundle, BundleKind, Evaluation, EvaluationFault, TwilioCalls } from './calls.ts';
import { newest, PAGE_SIZE, readList } from './pages.ts';
import { codeOf, faultsOf, items, member, optional, text } from './payload.ts';

type BundleCalls = Pick<
  TwilioCalls,
  | 'createBundle'
  | 'findBundle'
  | 'fetchBundle'
  | 'setBundleStatus'
  | 'evaluateBundle'
  | 'assign'
  | 'unassign'
  | 'assignments'
>;

/** Customer profiles and trust products: the same resource under two names. */
export function bundleCalls(call: Call): BundleCalls {
  return {
    createBundle: (kind, input) =>
      call(async (sdk) => {
        const { friendlyName, email, policySid, statusCallback } = input;
        const asked = { friendlyName, email, policySid, ...(statusCallback && { statusCallback }) };
        return bundleOf(await listOf(sdk, kind).create(asked));
      }),
    findBundle: (kind, by) =>
      call(async (sdk) => {
        const asked = { ...by, pageSize: PAGE_SIZE };
        const pages =
          kind === 'customer'
            ? readList(sdk.trusthub.v1.customerProfiles.page(asked), named(by))
            : readList(sdk.trusthub.v1.trustProducts.page(asked), named(by));
        const found = newest<Named>(await pages);
        return found && bundleOf(found);
      }),
    fetchBundle: (kind, sid) =>
      call<Bundle | undefined>(async (sdk) => bundleOf(await one(sdk, kind, sid).fetch()), {
        gone: () => undefined,
      }),
    setBundleStatus: (kind, sid, status) =>
      call(async (sdk) =>
        bundleOf(
          kind === 'customer'
            ? await sdk.trusthub.v1.customerProfiles(sidOf(sid)).update({ status })
            : await sdk.trusthub.v1.trustProducts(sidOf(sid)).update({ status }),
        ),
      ),
    evaluateBundle: (kind, sid, policySid) =>
      call(async (sdk) => evaluationOf(await evaluationsOf(sdk, kind, sid).create({ policySid }))),
    assign: (kind, sid, objectSid) =>
      call(async (sdk) => assignmentOf(await assignmentsOf(sdk, kind, sid).create({ objectSid }))),
    unassign: (kind, sid, assignmentSid) =>
      call(
        async (sdk) => {
          const from = sidOf(assignmentSid);
          if (kind === 'customer') {
            await sdk.trusthub.v1
              .customerProfiles(sidOf(sid))
              .customerProfilesEntityAssignments(from)
              .remove();
          } else {
            await sdk.trusthub.v1.trustProducts(sidOf(sid)).trustProductsEntityAssignments(from).remove();
          }
        },
        { gone: nothing, done: nothing },
      ),
    assignments: (kind, sid) =>
      call(async (sdk) => {
        const found = await readList<Assigned>(
          kind === 'customer'
            ? sdk.trusthub.v1.customerProfiles(sidOf(sid)).customerProfilesEntityAssignments.page(ALL)
            : sdk.trusthub.v1.trustProducts(sidOf(sid)).trustProductsEntityAssignments.page(ALL),
          () => true,
        );
        return found.map(assignmentOf);
      }),
  };
}

const ALL = { pageSize: PAGE_SIZE };

interface Named {
  readonly sid: string;
  readonly status: string;
  readonly friendlyName: string;
  readonly policySid: string;
  readonly errors: unknown;
  readonly dateCreated: Date;
}

interface Assigned {
  readonly sid: string;
  readonly objectSid: string;
}

/** Whether the provider's filter matches whole names is not documented, so it is done again. */
const named = (by: { readonly friendlyName: string; readonly policySid: string }) => (found: Named) =>
  found.friendlyName === by.friendlyName && found.policySid === by.policySid;

function listOf(sdk: Twilio, kind: BundleKind) {
  return kind === 'customer' ? sdk.trusthub.v1.customerProfiles : sdk.trusthub.v1.trustProducts;
}

function one(sdk: Twilio, kind: BundleKind, sid: string) {
  return kind === 'customer'
    ? sdk.trusthub.v1.customerProfiles(sidOf(sid))
    : sdk.trusthub.v1.trustProducts(sidOf(sid));
}

function assignmentsOf(sdk: Twilio, kind: BundleKind, sid: string) {
  return kind === 'customer'
    ? sdk.trusthub.v1.customerProfiles(sidOf(sid)).customerProfilesEntityAssignments
    : sdk.trusthub.v1.trustProducts(sidOf(sid)).trustProductsEntityAssignments;
}

function evaluationsOf(sdk: Twilio, kind: BundleKind, sid: string) {
  return kind === 'customer'
    ? sdk.trusthub.v1.customerProfiles(sidOf(sid)).customerProfilesEvaluations
    : sdk.trusthub.v1.trustProducts(sidOf(sid)).trustProductsEvaluations;
}

function bundleOf(bundle: Omit<Named, 'policySid' | 'dateCreated'>): Bundle {
  return {
    sid: text(bundle.sid, 'sid'),
    status: text(bundle.status, 'status'),
    friendlyName: bundle.friendlyName,
    errors: faultsOf(bundle.errors),
  };
}

const assignmentOf = ({ sid, objectSid }: Assigned) => ({
  sid: text(sid, 'sid'),
  objectSid: text(objectSid, 'object_sid'),
});

function evaluationOf(found: {
  readonly sid: string;
  readonly status: string;
  readonly results: unknown;
}): Evaluation {
  return {
    sid: text(found.sid, 'sid'),
    compliant: text(found.status, 'status') === 'compliant',
    faults: items(found.results).flatMap((result) =>
      member(result, 'passed') === true ? [] : [faultOf(result)],
    ),
  };
}

/** What one requirement lacks; the code and the reason may stand with its first field only. */
function faultOf(result: unknown): EvaluationFault {
  const invalid = items(member(result, 'invalid'));
  const known = (name: string) => codeOf(member(result, name)) ?? codeOf(member(invalid[0], name));
  return {
    object: codeOf(member(result, 'object_type')) ?? '',
    requirement: codeOf(member(result, 'requirement_name')) ?? '',
    fields: invalid
      .map((field) => member(field, 'object_field'))
      .filter((field) => typeof field === 'string'),
    ...optional('code', known('error_code')),
    reason: known('failure_reason') ?? '',
  };
}
