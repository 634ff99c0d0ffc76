import { type Outcome, ok, refused, type Waiting } from '#kernel/outcome.ts';
import { REASON } from '../../domain/reasons.ts';
import type { ExternalRefs } from '../../domain/types.ts';
import type { CampaignOrder } from '../../ports.ts';
import type { CampaignInput, TwilioCalls, TwilioCampaign } from './calls.ts';
import { editOf, fixedMark } from './campaign-plan.ts';
import { campaignInput, useCaseOf, type Vetting } from './mapping.ts';
import { setback } from './outcomes.ts';
import {
  foundBy,
  LATE_LISTING_MS,
  makeOnce,
  mapOk,
  onceEachSubmission,
  type Run,
  type Step,
  tagOf,
} from './steps.ts';

/** What the steps of one campaign order work with. */
export interface CampaignRun extends Run {
  readonly calls: TwilioCalls;
  readonly order: CampaignOrder;
  readonly brandSid: string;
  readonly vetting: Vetting;
  /** Milliseconds that a service, or a service after a deletion, is left alone. */
  readonly restMs: number;
}

/**
 * A campaign right after its service, or after the deletion of its forerunner, is refused (docs/twilio.md
 * 1.4, 12).
 */
export const REST_MS = 5_000;
const NO_USE_CASE_RECHECK_MS = 60_000;

const STILL_THERE: Outcome<never> = {
  kind: 'throttled',
  retryAfterMs: 2_000,
  reason: 'the campaign is shown and not shown',
};
const NO_USE_CASES: Waiting = {
  reason: REASON.BrandNotVetted,
  message: 'The provider offers the brand no use case yet.',
  actor: 'provider',
};

/** The messaging service, one for the campaign; a new one when a later submission finds it deleted. */
export function serviceStep(run: Omit<CampaignRun, 'order' | 'brandSid' | 'vetting'>): Step {
  return async ({ messagingServiceId }) => {
    const first = await makeOnce(run, serviceDeed('messaging-service'));
    if (first.kind !== 'ok' || run.submission === 1 || ageOf(run, first.value.at) < LATE_LISTING_MS) {
      return settled(first);
    }
    // Made anew before: no read tells whether it is still there, and looking for its name is enough once.
    if (messagingServiceId && messagingServiceId !== first.value.sid) return ok({ messagingServiceId });
    const there = await run.calls.findService(tagOf(run, 'messaging-service'));
    if (there.kind !== 'ok') return setback(there);
    if (there.value) return settled(ok({ ...first.value, sid: there.value.sid }));
    return settled(await onceEachSubmission(run, serviceDeed(`messaging-service-${run.submission}`)));
  };

  function serviceDeed(what: string) {
    const { calls } = run;
    const friendlyName = tagOf(run, what);
    const dated = ({ sid }: { readonly sid: string }) => ({ sid, at: nowOf(run) });
    return {
      what,
      operation: 'messagingService.create',
      request: { friendlyName },
      absentAfterMs: LATE_LISTING_MS,
      find: () =>
        foundBy(calls.findService(friendlyName).then((look) => mapOk(look, (one) => one && dated(one)))),
      act: async () => mapOk(await calls.createService({ friendlyName }), dated),
    };
  }

  function settled(made: Outcome<{ readonly sid: string; readonly at: string }>): Outcome<ExternalRefs> {
    if (made.kind !== 'ok') return setback(made);
    return afterRest(run, made.value.at, { messagingServiceId: made.value.sid });
  }
}

/** The use case under which the campaign is registered, out of those that the brand is offered now. */
export function useCaseStep({ calls, brandSid, vetting }: CampaignRun): Step {
  return async ({ messagingServiceId = '' }) => {
    const offered = await calls.useCases(messagingServiceId, brandSid);
    if (offered.kind !== 'ok') return setback(offered);
    const none = { kind: 'pending', checkAfterMs: NO_USE_CASE_RECHECK_MS, waiting: NO_USE_CASES } as const;
    if (offered.value.length === 0) return none;
    const campaignUseCase = useCaseOf(offered.value, vetting);
    return campaignUseCase === undefined ? refused(NO_FITTING_USE_CASE) : ok({ campaignUseCase });
  };
}

/**
 * The campaign itself, which costs money. A service has one campaign at most, so that looking at it tells
 * whether it was made (docs/twilio.md 1.5); the forerunner that was deleted may be shown for a while.
 */
export function createStep(run: CampaignRun): Step {
  const { calls, order } = run;
  const forerunner = order.externalRefs.tcrCampaignId;
  return (refs) => {
    const { messagingServiceId = '' } = refs;
    const input = inputOf(run, refs);
    const isNew = (one: TwilioCampaign | undefined) => !forerunner || one?.tcrCampaignId !== forerunner;
    return onceEachSubmission<ExternalRefs>(run, {
      what: 'campaign',
      operation: 'campaign.create',
      request: input,
      absentAfterMs: LATE_LISTING_MS,
      async find() {
        const look = await calls.fetchCampaign(messagingServiceId);
        return foundBy(
          Promise.resolve(
            mapOk(look, (one) => (one && isNew(one) ? sentRefs(run, one, input, 'create') : undefined)),
          ),
        );
      },
      act: async () =>
        mapOk(await calls.createCampaign(messagingServiceId, input), (one) =>
          sentRefs(run, one, input, 'create'),
        ),
    });
  };
}

/**
 * Deletes the rejected campaign, so that another one can take its place.
 * @param mayDelete false where it was gone already: when a second look shows it all the same, nothing is done.
 */
export function deleteStep(run: CampaignRun, mayDelete: boolean): Step {
  const { calls, submission } = run;
  return async ({ messagingServiceId = '' }) => {
    const dated = () => ({ at: nowOf(run) });
    const deleted = await onceEachSubmission(run, {
      what: 'campaign-delete',
      operation: 'campaign.delete',
      request: { messagingServiceId },
      async find() {
        const look = await calls.fetchCampaign(messagingServiceId);
        return foundBy(Promise.resolve(mapOk(look, (one) => (one ? undefined : dated()))));
      },
      act: async () =>
        mayDelete ? mapOk(await calls.deleteCampaign(messagingServiceId), dated) : STILL_THERE,
    });
    if (deleted.kind !== 'ok') return setback(deleted);
    return afterRest(run, deleted.value.at, { campaignDeletedFor: String(submission) });
  };
}

/** Edits the rejected campaign in place; what is no longer rejected counts as edited. */
export function edit(
  run: CampaignRun,
  refs: ExternalRefs,
  seen: TwilioCampaign,
  rejected: boolean,
): Promise<Outcome<ExternalRefs>> {
  const input = inputOf(run, refs);
  return onceEachSubmission<ExternalRefs>(run, {
    what: 'campaign-edit',
    operation: 'campaign.edit',
    request: editOf(input),
    // Seen in this very pass.
    find: async () =>
      ok(rejected ? { kind: 'absent' } : { kind: 'found', value: sentRefs(run, seen, input, 'edit') }),
    act: async () =>
      mapOk(await run.calls.updateCampaign(seen.messagingServiceSid, editOf(input)), (one) =>
        sentRefs(run, one, input, 'edit'),
      ),
  });
}

export function inputOf(
  { order, brandSid }: CampaignRun,
  { campaignUseCase = '' }: ExternalRefs,
): CampaignInput {
  return campaignInput(order.spec, order.texts, brandSid, campaignUseCase);
}

/**
 * Refs of a campaign that was sent. Keyed by its service: its own sid is the same everywhere (docs/twilio.md
 * 5.3).
 */
function sentRefs(
  run: CampaignRun,
  { messagingServiceSid, tcrCampaignId }: TwilioCampaign,
  input: CampaignInput,
  campaignSentBy: 'create' | 'edit',
): ExternalRefs {
  // The id of a deleted forerunner must not stay, and refs are only ever added.
  const isOutdated = campaignSentBy === 'create' && run.order.externalRefs.tcrCampaignId !== undefined;
  const outdated = isOutdated ? { tcrCampaignId: '' } : {};
  return {
    messagingServiceId: messagingServiceSid,
    providerCampaignId: messagingServiceSid,
    ...(tcrCampaignId === undefined ? outdated : { tcrCampaignId }),
    campaignUseCase: input.useCase,
    campaignFixedParts: fixedMark(input),
    campaignSentAt: nowOf(run),
    campaignSentBy,
  };
}

function nowOf({ now }: Pick<Run, 'now'>): string {
  return new Date(now()).toISOString();
}

function ageOf({ now }: Pick<Run, 'now'>, at: string): number {
  return now() - Date.parse(at);
}

/** The refs, once what was done has had its rest. */
function afterRest(
  run: Pick<CampaignRun, 'now' | 'restMs'>,
  at: string,
  value: ExternalRefs,
): Outcome<ExternalRefs> {
  const leftMs = run.restMs - ageOf(run, at);
  return leftMs > 0 ? { kind: 'pending', value, checkAfterMs: leftMs } : ok(value);
}

const NO_FITTING_USE_CASE = {
  reason: REASON.UseCaseNotEligible,
  message: 'The provider offers the brand no use case that this campaign could have.',
  remediation: 'Ask the support of the provider which use cases the brand may have and why.',
  actor: 'operator',
} as const;
