import assert from 'node:assert/strict';
import { type CampaignSpec, type ExternalRefs, USE_CASE } from '../../domain/types.ts';
import type { CampaignOrder } from '../../ports.ts';
import { createCampaignFlow } from './campaign-flow.ts';
import { drive } from './drive.test-support.ts';
import { memoryEffects, movedClock } from './memory-effects.test-support.ts';
import { type Fault, memoryTwilio, type StoredCampaign } from './memory-twilio.test-support.ts';
import { type AdapterOptions, POLICIES } from './options.ts';

export const BRAND = { providerBrandId: 'BN1' };
const OPTIONS: AdapterOptions = {
  primaryProfileSid: 'BU0',
  notifyEmail: 'compliance@platform.example',
  vetting: 'low-volume',
  recreateCampaigns: false,
  mock: false,
  policies: POLICIES,
};
export const SPEC: CampaignSpec = {
  useCase: USE_CASE,
  optInDescription: 'Callers agree on the phone.',
  sampleMessages: ['Sorry we missed your call. Reply STOP to opt out.', 'We will call back at [time].'],
  stopHelpText: 'Reply STOP to opt out, HELP for help.',
  linkDomains: ['aldercreek.com'],
};
export const TEXTS = {
  messageFlow: 'Callers agree on the phone to get a text when nobody answers.',
  helpMessage: 'Alder Creek: for help, see https://aldercreek.com.',
  optOutMessage: 'Alder Creek: you have opted out.',
};

/** A campaign flow over a provider in memory. */
export function setUp(change: { fault?: Fault; recreate?: boolean; lateMs?: number } = {}) {
  const clock = movedClock();
  const { world, calls } = memoryTwilio(clock);
  world.lateMs = change.lateMs ?? 0;
  if (change.fault) world.fault = change.fault;
  const effects = memoryEffects(clock);
  const pass = { signal: new AbortController().signal, effects };
  const options = { ...OPTIONS, recreateCampaigns: change.recreate ?? false };
  const flow = createCampaignFlow({ calls, clock, options });
  const order = (externalRefs: ExternalRefs, over: Partial<CampaignOrder> = {}): CampaignOrder => ({
    tenantId: 'ten_1',
    campaignId: 'camp_1',
    brandId: 'brand_1',
    spec: SPEC,
    texts: TEXTS,
    submission: 1,
    externalRefs,
    ...over,
  });
  const ensure = (known: ExternalRefs = {}, over: Partial<CampaignOrder> = {}) =>
    drive(clock, known, (refs) => flow.ensure(order(refs, over), BRAND, pass));
  const resubmit = (known: ExternalRefs, over: Partial<CampaignOrder> = {}) =>
    drive(clock, known, (refs) => flow.resubmit(order(refs, { submission: 2, ...over }), BRAND, pass));
  const poll = async (refs: ExternalRefs) => {
    const outcome = await flow.poll({ resource: 'campaign', refs }, pass);
    assert.ok(outcome.kind === 'ok');
    return outcome.value;
  };
  /** The campaign of the first service, as it stands at the provider. */
  const stored = (): StoredCampaign => {
    const campaign = world.campaigns.get('MG1');
    assert.ok(campaign);
    return campaign;
  };
  const reject = (...codes: string[]) =>
    Object.assign(stored(), { status: 'FAILED', errors: codes.map((code) => ({ code })) });
  return { clock, world, flow, pass, order, ensure, resubmit, poll, stored, reject };
}

/** A campaign that was made, and rejected with these codes after a while. */
export async function rejected(codes: string[], change: Parameters<typeof setUp>[0] = {}) {
  const run = setUp(change);
  const { refs } = await run.ensure();
  run.clock.advance(3_600_000);
  Object.assign(run.stored(), { tcrCampaignId: 'CABC123' });
  run.reject(...codes);
  return { ...run, refs };
}
