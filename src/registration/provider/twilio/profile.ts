import { type Outcome, ok, unknown } from '#kernel/outcome.ts';
import type { BundlePlan, EndUserPlan } from './bundle-plan.ts';
import type { Assignment, TwilioCalls } from './calls.ts';
import { refusalsOfEvaluation } from './errors.ts';
import type { AdapterOptions } from './options.ts';
import { refusedFor } from './outcomes.ts';
import { addressMendingSteps, addressSteps } from './profile-address.ts';
import { reopeningStep, submissionStep } from './profile-review.ts';
import {
  foundBy,
  LATE_LISTING_MS,
  makeOnce,
  mapOk,
  onceEachSubmission,
  type Run,
  repeatable,
  type Step,
  tagOf,
} from './steps.ts';

/** What the steps of one bundle work with. */
interface BundleWork {
  readonly run: Run;
  readonly calls: TwilioCalls;
  readonly options: AdapterOptions;
  readonly plan: BundlePlan;
  /** The bundle may hold an older spec: it is edited before it is sent to review. */
  readonly again: boolean;
  /** Told when the bundle went to review. Milliseconds since the epoch. */
  readonly onSubmitted: (at: number) => void;
}

/**
 * End user, document and address (docs/twilio.md 3.6). The fields of what is missing are listed as missing
 * too.
 */
const OBJECT_MISSING: ReadonlySet<string> = new Set(['22214', '22216', '22219']);

/**
 * Brings a customer profile or a trust product to "submitted with this spec": makes what is missing, edits what
 * an older submission made, attaches, evaluates, sends to review. The bundle and its end users keep their sids
 * for ever; an address that is bound to a verified document is replaced (docs/twilio.md 11).
 */
export function bundleSteps(work: BundleWork): readonly Step[] {
  const { plan, again } = work;
  return [
    bundleStep(work),
    ...plan.endUsers.map((user) => endUserStep(work, user)),
    ...(plan.address ? addressSteps(work, plan.address) : []),
    ...(again ? [reopeningStep(work), ...plan.endUsers.map((user) => mendEndUserStep(work, user))] : []),
    ...(again && plan.address ? addressMendingSteps(work, plan.address) : []),
    ...assignmentSteps(work),
    evaluationStep(work),
    submissionStep(work),
  ];
}

function bundleStep({ run, calls, options, plan }: BundleWork): Step {
  const { kind, what, ref, policySid } = plan;
  const input = {
    friendlyName: tagOf(run, what),
    email: options.notifyEmail,
    policySid,
    ...(options.statusCallback === undefined ? {} : { statusCallback: options.statusCallback }),
  };
  return async (known) => {
    if (known[ref] !== undefined) return ok({});
    const made = await makeOnce(run, {
      what,
      operation: kind === 'customer' ? 'customerProfile.create' : 'trustProduct.create',
      request: input,
      absentAfterMs: LATE_LISTING_MS,
      find: async () => foundBy(sidOf(calls.findBundle(kind, input))),
      act: async () => mapOk(await calls.createBundle(kind, input), ({ sid }) => ({ sid })),
    });
    return mapOk(made, ({ sid }) => ({ [ref]: sid }));
  };
}

function endUserStep({ run, calls }: BundleWork, { what, ref, type, attributes }: EndUserPlan): Step {
  const input = { friendlyName: tagOf(run, what), type, attributes };
  return async (known) => {
    if (known[ref] !== undefined) return ok({});
    const made = await makeOnce(run, {
      what,
      operation: 'endUser.create',
      request: input,
      absentAfterMs: LATE_LISTING_MS,
      find: () => foundBy(calls.findEndUser(input)),
      act: () => calls.createEndUser(input),
    });
    return mapOk(made, ({ sid }) => ({ [ref]: sid }));
  };
}

function mendEndUserStep({ run, calls }: BundleWork, { what, ref, attributes }: EndUserPlan): Step {
  return async (known) => {
    const sid = known[ref];
    if (sid === undefined) return missing(ref);
    const mended = await onceEachSubmission(run, {
      what: `${what}-update`,
      operation: 'endUser.update',
      request: { sid, attributes },
      find: repeatable,
      act: async () => mapOk(await calls.updateEndUser(sid, attributes), () => ({ sid })),
    });
    return mapOk(mended, () => ({}));
  };
}

/** Attaches everything that belongs to the bundle; a document that was replaced is taken out first. */
function assignmentSteps({ run, calls, plan, again }: BundleWork): readonly Step[] {
  const { kind, what, ref } = plan;
  // Read once a pass: what this pass attaches itself, it does not look for.
  let listed: readonly Assignment[] | undefined;
  const list = async (bundle: string): Promise<Outcome<readonly Assignment[]>> => {
    if (listed) return ok(listed);
    const outcome = await calls.assignments(kind, bundle);
    if (outcome.kind === 'ok') listed = outcome.value;
    return outcome;
  };

  const attach = (role: string, sidIn: (known: Parameters<Step>[0]) => string | undefined): Step => {
    return async (known) => {
      const bundle = known[ref];
      const objectSid = sidIn(known);
      if (bundle === undefined || objectSid === undefined) return missing(`${what}: ${role}`);
      const attached = await onceEachSubmission(run, {
        what: `${what}-assign-${role}`,
        operation: 'bundle.assign',
        request: { bundle, objectSid },
        absentAfterMs: LATE_LISTING_MS,
        find: async () =>
          foundBy(
            mapLater(list(bundle), (all) => all.find((assignment) => assignment.objectSid === objectSid)),
          ),
        act: () => calls.assign(kind, bundle, objectSid),
      });
      return mapOk(attached, () => ({}));
    };
  };

  const clear: Step = async (known) => {
    const bundle = known[ref];
    if (bundle === undefined) return missing(ref);
    const cleared = await onceEachSubmission(run, {
      what: `${what}-unassign`,
      operation: 'bundle.unassign',
      request: { bundle, keep: known.addressDocumentSid },
      find: repeatable,
      act: async () => {
        const all = await list(bundle);
        if (all.kind !== 'ok') return mapOk(all, () => ({ cleared: 0 }));
        const stale = all.value.filter(
          ({ objectSid }) => objectSid.startsWith('RD') && objectSid !== known.addressDocumentSid,
        );
        for (const { sid } of stale) {
          const gone = await calls.unassign(kind, bundle, sid);
          if (gone.kind !== 'ok') return mapOk(gone, () => ({ cleared: 0 }));
        }
        return ok({ cleared: stale.length });
      },
    });
    return mapOk(cleared, () => ({}));
  };

  return [
    ...(again && plan.address ? [clear] : []),
    ...plan.endUsers.map((user) => attach(user.what, (known) => known[user.ref])),
    ...(plan.address ? [attach('address-document', (known) => known.addressDocumentSid)] : []),
    attach('parent', plan.parentSid),
  ];
}

/** Asks whether everything is there and well-formed, before anybody reviews it. What is wrong is final. */
function evaluationStep({ run, calls, plan }: BundleWork): Step {
  const { kind, what, ref, policySid } = plan;
  return async (known) => {
    const bundle = known[ref];
    if (bundle === undefined) return missing(ref);
    const evaluated = await onceEachSubmission<{ readonly sid: string }>(run, {
      what: `${what}-evaluation`,
      operation: 'bundle.evaluate',
      request: { bundle, policySid },
      find: repeatable,
      act: async () => {
        const outcome = await calls.evaluateBundle(kind, bundle, policySid);
        if (outcome.kind !== 'ok') return mapOk(outcome, ({ sid }) => ({ sid }));
        const { compliant, faults, sid } = outcome.value;
        if (compliant) return ok({ sid });
        // A missing object is not the tenant's fault: we attached it, and the provider may see that late.
        const wrong = faults.filter(({ code = '' }) => !OBJECT_MISSING.has(code));
        const refusals = refusalsOfEvaluation({ ...outcome.value, faults: wrong });
        // All of them at once, what the tenant can mend first.
        const own = refusals.filter(({ actor }) => actor === 'tenant');
        const [first, ...others] = [...own, ...refusals.filter((refusal) => !own.includes(refusal))];
        if (first) return refusedFor(first, others);
        const missed = faults.map(({ object }) => object).join(', ');
        return unknown(`the evaluation of the ${what} misses what was attached: ${missed}`);
      },
    });
    return mapOk(evaluated, () => ({}));
  };
}

/** A bug: an earlier step should have come by it. */
function missing(name: string): never {
  throw new Error(`no sid for ${name}`);
}

async function mapLater<A, B>(later: Promise<Outcome<A>>, to: (value: A) => B): Promise<Outcome<B>> {
  return mapOk(await later, to);
}

function sidOf<A extends { readonly sid: string }>(
  later: Promise<Outcome<A | undefined>>,
): Promise<Outcome<{ readonly sid: string } | undefined>> {
  return mapLater(later, (found) => (found === undefined ? undefined : { sid: found.sid }));
}
