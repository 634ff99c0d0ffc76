import type { Operation } from '../../src/platform/http/contract.ts';
import { dereference, isObject, type JsonObject, objectAt } from '../../src/platform/http/document.ts';
import { type Caller, contract } from '../support/app.ts';
import {
  attachedNumber,
  draftBrand,
  draftCampaign,
  owedWebhook,
  submittedBrand,
  submittedCampaign,
} from './stories.ts';

/* A valid request of every operation, made from the examples of the contract and from things that exist. */

const resolved = dereference(contract.document);

/** What a tenant has, for requests that name it. */
export interface Belongings {
  readonly brandId: readonly string[];
  readonly campaignId: readonly string[];
  readonly webhookId: readonly string[];
  readonly jobId: readonly string[];
  readonly eventId: readonly string[];
  readonly e164: readonly string[];
}

/** Something in every early phase, so that a valid request meets a draft as well as what cannot be edited. */
export async function belongingsOf(tenant: Caller): Promise<Belongings> {
  const example = { websiteDomain: 'example.com' };
  const links = { linkDomains: ['example.com'], sampleMessages: ['Reply STOP to opt out.'] };
  const brandId = [
    await draftBrand(tenant, { ...example, taxId: '10-0000001' }),
    await submittedBrand(tenant, { ...example, taxId: '10-0000002' }),
  ];
  const campaignId: string[] = [];
  for (const id of brandId) {
    campaignId.push(await draftCampaign(tenant, id, links), await submittedCampaign(tenant, id, links));
  }
  const e164 = [
    await attachedNumber(tenant, campaignId[0] ?? ''),
    await attachedNumber(tenant, campaignId[1] ?? ''),
  ];
  await tenant.call('POST', '/numbers:detach', { e164: e164[1] });
  const { webhookId, eventId, jobId } = await owedWebhook(tenant, '10-0000003');
  return { brandId, campaignId, webhookId: [webhookId], jobId: [jobId], eventId: [eventId], e164 };
}

export interface Body {
  readonly operation: Operation;
  readonly type: string;
  readonly schema: JsonObject;
  readonly value: unknown;
}

/** Bodies of the operation, of every media type; `own:brandId` and the like stand where an id belongs. */
export function validBodies(operation: Operation): readonly Body[] {
  const item = objectAt(objectAt(resolved, 'paths'), operation.path.replace(/^\/v1/, ''));
  const content = objectAt(
    objectAt(objectAt(item, operation.method.toLowerCase()), 'requestBody'),
    'content',
  );
  return Object.entries(content).flatMap(([type, media]) => {
    if (!isObject(media)) return [];
    const schema = objectAt(media, 'schema');
    return Object.values(objectAt(media, 'examples')).map((example) => {
      const value = isObject(example) ? example.value : undefined;
      return { operation, type, schema, value: isObject(value) ? withPlaces(value) : value };
    });
  });
}

function withPlaces(body: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, KINDS.includes(name) ? `own:${name}` : value]),
  );
}

/** JSON of the body with one of the tenant's own ids at each place for one. */
export function payloadOf(body: unknown, mine: Belongings, n: number): string {
  return KINDS.reduce(
    (text, kind) => text.replaceAll(`"own:${kind}"`, JSON.stringify(ownOf(kind, mine, n))),
    JSON.stringify(body),
  );
}

const KINDS: readonly string[] = ['brandId', 'campaignId', 'webhookId', 'jobId', 'eventId', 'e164'];

/** The n-th of what there is of a kind, beginning anew after the last. */
function ownOf(kind: string, mine: Belongings, n: number): string {
  const ids = Object.entries(mine).find(([name]) => name === kind)?.[1] ?? [];
  return ids[n % ids.length] ?? 'none';
}

/** Names of the path's parameters, in order. */
export function pathNames({ path }: Operation): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
}

/** The address with these texts, as they are, in place of the parameters. */
export function addressOf({ path }: Operation, params: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
}

/** One of the tenant's own ids for each parameter. */
export function validParams(operation: Operation, mine: Belongings, n: number): Record<string, string> {
  return Object.fromEntries(
    pathNames(operation).map((name) => [name, encodeURIComponent(ownOf(name, mine, n))]),
  );
}
