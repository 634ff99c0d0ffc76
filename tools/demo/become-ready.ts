import type { Schemas } from '../../src/registration/contract.gen.ts';
import { DEFAULT_EVENT_TYPES, OPT_IN_EVENT_TYPES } from '../../src/registration/domain/events.ts';
import type { Business } from './business.ts';
import { UnexpectedAnswer } from './client.ts';
import { columns, type Screen } from './screen.ts';
import { type Stage, until } from './stage.ts';
import { showRequest } from './watch.ts';

/** Phases in which somebody would have to step in: in this story, none may come up. */
const UNEXPECTED = ['REJECTED', 'FAILED', 'SUSPENDED', 'DETACHED'];

/** Registers the receiver as the tenant's endpoint for every type of event; answers its webhookId. */
export async function registerWebhook({ screen, client, receiver }: Stage): Promise<string> {
  const endpoint = { url: receiver.url, eventTypes: [...DEFAULT_EVENT_TYPES, ...OPT_IN_EVENT_TYPES] };
  const call = { body: endpoint, expect: 201 };
  const { body } = await client
    .call<Schemas['WebhookWithSecret']>('POST', '/webhooks', call)
    .catch(explained);
  receiver.trust(body.secret);
  showRequest(screen, 'webhook', 'POST /v1/webhooks', 201, `events go to ${receiver.url}`);
  return body.webhookId;
}

/** Two things that a newcomer meets here before anywhere else. */
function explained(error: unknown): never {
  if (!(error instanceof UnexpectedAnswer)) throw error;
  const { message, status } = error;
  if (status === 401) throw new Error(`${message} (is HOST and PORT another instance than DATA_DIR?)`);
  if (status !== 422) throw error;
  throw new Error(`${message} (the receiver is on this machine: start with WEBHOOK_ALLOW_PRIVATE=true)`);
}

/** Brand, campaign and number are handed in at once and followed until SMS may be sent. */
export async function becomeReady(stage: Stage, { brand, campaign, e164 }: Business): Promise<void> {
  const { screen, client, receiver, watch, signal } = stage;
  const made = await client.call<Schemas['Brand']>('POST', '/brands', { body: brand, expect: 201 });
  const { brandId } = made.body;
  showRequest(screen, 'brand', 'POST /v1/brands', 201, `${made.body.status.phase}, ${brandId}`);
  await submitBrand(stage, brandId);

  const planned = await client.call<Schemas['Campaign']>('POST', '/campaigns', {
    body: { ...campaign, brandId },
    expect: 201,
  });
  const { campaignId } = planned.body;
  showRequest(screen, 'campaign', 'POST /v1/campaigns', 201, `${planned.body.status.phase}, ${campaignId}`);
  const submit = `/campaigns/${campaignId}:submit`;
  const submitted = (await client.call<Schemas['CampaignState']>('POST', submit, { expect: 202 })).body
    .status;
  showRequest(screen, 'campaign', 'POST /v1/campaigns/{id}:submit', 202, submitted.phase);
  watch.told(campaignId, submitted.phase);

  const attach = { body: { campaignId, e164 }, expect: 202 };
  const asked = (await client.call<Schemas['AttachedNumber']>('POST', '/numbers:attach', attach)).body.status;
  showRequest(screen, 'number', 'POST /v1/numbers:attach', 202, `${asked.phase}, ${e164}`);
  watch.told(e164, asked.phase);

  const readiness = async () => {
    const path = `/campaigns/${campaignId}/readiness`;
    return (await client.call<Schemas['Readiness']>('GET', path, { expect: 200 })).body;
  };
  showReadiness(screen, await readiness());
  await until('A2PReady', signal, async () => {
    const now = await readiness();
    watch.status('brand', brandId, now.brand.status);
    watch.status('campaign', campaignId, now.campaign.status);
    for (const number of now.numbers) watch.status('number', number.e164, number.status);
    const stuck = [now.brand, now.campaign, ...now.numbers].find((it) =>
      UNEXPECTED.includes(it.status.phase),
    );
    if (stuck)
      throw new Error(`${brand.legalName} was to become ready, but something is ${stuck.status.phase}`);
    return now.ready && receiver.has('A2PReady', campaignId);
  });
  showReadiness(screen, await readiness());
}

/** Submits a brand for the first or another time. */
export async function submitBrand({ screen, client, watch }: Stage, brandId: string): Promise<void> {
  const path = `/brands/${brandId}:submit`;
  const { phase } = (await client.call<Schemas['BrandState']>('POST', path, { expect: 202 })).body.status;
  showRequest(screen, 'brand', 'POST /v1/brands/{id}:submit', 202, phase);
  watch.told(brandId, phase);
}

function showReadiness(screen: Screen, { ready, blockers, numbers }: Schemas['Readiness']): void {
  const verified = numbers.filter(({ status }) => status.phase === 'VERIFIED').map((number) => number.e164);
  const told = ready
    ? `ready: true, from ${verified.join(', ')}`
    : `ready: false, ${blockers.length} blockers`;
  showRequest(screen, 'campaign', 'GET /v1/campaigns/{id}/readiness', 200, told);
  for (const { resource, reason, actor, message } of blockers) {
    screen.row({
      what: '',
      of: resource,
      text: columns([reason, 17], [`${actor} acts next`, 18], [message, 0]),
    });
  }
}
