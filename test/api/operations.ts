import type { Operation } from '../../src/platform/http/contract.ts';
import { type Caller, contract } from '../support/app.ts';
import { brandBody } from './stories.ts';

/* Every operation of a tenant with a request that is right in form. */

export interface Ids {
  readonly brandId: string;
  readonly campaignId: string;
  readonly webhookId: string;
  readonly jobId: string;
  readonly eventId: string;
  readonly e164: string;
}

export const OPERATIONS = contract.operations.filter(({ scopes }) => scopes !== undefined);
export const WITH_BODY = OPERATIONS.filter(({ body }) => body);
export const NONE: Ids = {
  brandId: 'none',
  campaignId: 'none',
  webhookId: 'none',
  jobId: 'none',
  eventId: 'none',
  e164: '+12025550199',
};
const BODIES: Readonly<Record<string, (ids: Ids) => unknown>> = {
  createBrand: () => brandBody(),
  updateBrand: () => ({ description: 'x' }),
  createCampaign: ({ brandId }) => ({
    brandId,
    optInDescription: 'Callers hear that we text back.',
    sampleMessages: ['Reply STOP to opt out.'],
    stopHelpText: 'STOP, HELP',
    linkDomains: ['aldercreek.com'],
  }),
  updateCampaign: () => ({ description: 'x' }),
  attachNumber: ({ campaignId, e164 }) => ({ campaignId, e164 }),
  detachNumber: ({ e164 }) => ({ e164 }),
  createWebhook: () => ({ url: 'https://hooks.aldercreek.com/' }),
  updateWebhook: () => ({ description: 'x' }),
  testWebhook: () => ({}),
  rotateWebhookSecret: () => ({}),
  revokeWebhookSecret: () => ({ version: 1 }),
  replayWebhook: () => ({ eventTypes: ['A2PReady'] }),
  redeliverDeadLetters: () => ({}),
};

export const pathOf = ({ path }: Operation, ids: Ids) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: keyof Ids) => ids[name]).replace(/^\/v1/, '');
export const bodyOf = ({ id }: Operation, ids: Ids) => BODIES[id]?.(ids);
export const callOf = (who: Caller, operation: Operation, ids: Ids, headers = {}) =>
  who.call(operation.method, pathOf(operation, ids), bodyOf(operation, ids), headers);
