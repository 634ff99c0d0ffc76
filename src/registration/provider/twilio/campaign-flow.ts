import { type Outcome, ok, refused, unknown } from '#kernel/outcome.ts';
import type { ExternalRefs } from '../../domain/types.ts';
import type { CampaignOrder, ProviderObject, ProviderPass, ProviderStatus } from '../../ports.ts';
import {
  EDIT_NOT_OFFERED,
  editIsNotOffered,
  NOT_SHOWN,
  planResubmission,
  standingOf,
} from './campaign-plan.ts';
import {
  type CampaignRun,
  createStep,
  deleteStep,
  edit,
  inputOf,
  REST_MS,
  serviceStep,
  useCaseStep,
} from './campaign-steps.ts';
import type { FlowDeps } from './options.ts';
import { setback } from './outcomes.ts';
import { budgetFrom, takeSteps, timeOf } from './steps.ts';

/** A campaign that is not shown for so long is not there. */
const MISSING_MS = 60_000;

export interface CampaignFlow {
  /** Messaging service and campaign; `pending` while the service settles. */
  ensure(order: CampaignOrder, brandRefs: ExternalRefs, pass: ProviderPass): Promise<Outcome<ExternalRefs>>;
  resubmit(order: CampaignOrder, brandRefs: ExternalRefs, pass: ProviderPass): Promise<Outcome<ExternalRefs>>;
  service(
    order: CampaignOrder,
    pass: ProviderPass,
  ): Promise<Outcome<{ readonly messagingServiceId: string }>>;
  poll(
    object: Extract<ProviderObject, { resource: 'campaign' }>,
    pass: ProviderPass,
  ): Promise<Outcome<ProviderStatus>>;
}

/**
 * Campaigns, one to a messaging service, which is their name at the provider (docs/twilio.md 5.2-5.4, 11).
 */
export function createCampaignFlow({ calls, clock, options }: FlowDeps): CampaignFlow {
  return {
    async ensure(order, brandRefs, pass) {
      const run = runOf(order, brandRefs, pass);
      if (!run) return NO_BRAND;
      const steps = [serviceStep(run), useCaseStep(run), createStep(run)];
      return takeSteps(run.budget, steps, order.externalRefs);
    },

    async resubmit(order, brandRefs, pass) {
      const run = runOf(order, brandRefs, pass);
      if (!run) return NO_BRAND;
      const refs = order.externalRefs;
      if (refs.campaignDeletedFor === String(order.submission)) return anew(run, refs, false);
      const looked = await run.calls.fetchCampaign(refs.messagingServiceId ?? '');
      if (looked.kind !== 'ok') return setback(looked);
      // Somebody deleted it; whoever submits it again asks for another one.
      if (!looked.value) return whenMissing(run, refs);
      const { tcrCampaignId } = looked.value;
      // By this id the campaign is told from its successor.
      const known = tcrCampaignId === undefined ? refs : { ...refs, tcrCampaignId };
      const plan = planResubmission(looked.value, inputOf(run, refs), refs);
      switch (plan.kind) {
        case 'refuse':
          return refused(plan.why);
        case 'recreate':
          return options.recreateCampaigns ? anew(run, known, true) : refused(plan.why);
        case 'accepted':
          return edit(run, refs, looked.value, false);
        case 'edit': {
          if (run.budget.spent()) return { kind: 'pending', checkAfterMs: 0 };
          const edited = await edit(run, refs, looked.value, true);
          if (edited.kind !== 'refused' || !editIsNotOffered(edited.refusal)) return edited;
          return options.recreateCampaigns ? anew(run, known, true) : refused(EDIT_NOT_OFFERED);
        }
      }
    },

    async service(order, pass) {
      const { messagingServiceId } = order.externalRefs;
      if (messagingServiceId) return ok({ messagingServiceId });
      const made = await serviceStep(common(order, pass))(order.externalRefs);
      if (made.kind !== 'ok') return setback(made);
      return ok({ messagingServiceId: made.value.messagingServiceId ?? '' });
    },

    async poll({ refs }, pass) {
      const serviceSid = refs.messagingServiceId ?? refs.providerCampaignId;
      if (!serviceSid) return ok(standingOf(undefined, {}, timeOf(pass, clock)));
      const looked = await calls(pass).fetchCampaign(serviceSid);
      if (looked.kind !== 'ok') return setback(looked);
      return ok(standingOf(looked.value, refs, timeOf(pass, clock)));
    },
  };

  /**
   * Deletes and creates, which costs a fee. That it was deleted is saved before it is created: from then on the
   * campaign that a look shows is the new one.
   */
  async function anew(
    run: CampaignRun,
    refs: ExternalRefs,
    mayDelete: boolean,
  ): Promise<Outcome<ExternalRefs>> {
    const deleted = await deleteStep(run, mayDelete)(refs);
    if (deleted.kind !== 'ok' && deleted.kind !== 'pending') return deleted;
    if (deleted.kind === 'pending' || refs.campaignDeletedFor !== String(run.submission)) {
      return { checkAfterMs: 0, ...deleted, kind: 'pending', value: { ...refs, ...deleted.value } };
    }
    return takeSteps(run.budget, [serviceStep(run), useCaseStep(run), createStep(run)], refs);
  }

  /** A look that shows nothing is no proof by itself: it has to be seen missing for a while. */
  async function whenMissing(run: CampaignRun, refs: ExternalRefs): Promise<Outcome<ExternalRefs>> {
    const [submission, since = ''] = (refs.campaignMissing ?? '').split(' ');
    const seenBefore = submission === String(run.submission);
    if (seenBefore && run.now() - Date.parse(since) >= MISSING_MS) return anew(run, refs, false);
    const campaignMissing = `${run.submission} ${seenBefore ? since : new Date(run.now()).toISOString()}`;
    return { kind: 'pending', value: { campaignMissing }, checkAfterMs: MISSING_MS, waiting: NOT_SHOWN };
  }

  function common(order: CampaignOrder, pass: ProviderPass) {
    const { campaignId: aggregateId, submission } = order;
    const budget = budgetFrom(clock);
    const now = () => timeOf(pass, clock).getTime();
    // A simulator that is given less time to settle needs none here either.
    const restMs = Math.min(REST_MS, options.settleMs ?? REST_MS);
    return { aggregateId, submission, effects: pass.effects, budget, now, restMs, calls: calls(pass) };
  }

  function runOf(order: CampaignOrder, brandRefs: ExternalRefs, pass: ProviderPass): CampaignRun | undefined {
    const brandSid = brandRefs.providerBrandId;
    if (!brandSid) return undefined;
    return { ...common(order, pass), order, brandSid, vetting: options.vetting };
  }
}

/** A vetted brand has one: a ref that is missing was lost, and nothing may be paid for on a guess. */
const NO_BRAND: Outcome<never> = unknown('the brand has no id at the provider');
