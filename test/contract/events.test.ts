import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadContract } from '../../src/platform/http/contract.ts';
import {
  dereference,
  isObject,
  type JsonObject,
  listAt,
  objectAt,
} from '../../src/platform/http/document.ts';
import {
  DEFAULT_EVENT_TYPES,
  type EventData,
  OPT_IN_EVENT_TYPES,
} from '../../src/registration/domain/events.ts';
import { REGISTRATION_CONTRACT, schemaFaults } from '../support/contract.ts';

const directory = new URL('../../contracts/events/', import.meta.url);
const schemas = new Map<string, JsonObject>(
  readdirSync(directory).map((file) => {
    const schema: unknown = JSON.parse(readFileSync(new URL(file, directory), 'utf8'));
    assert.ok(isObject(schema));
    return [file.replace('.schema.json', ''), schema];
  }),
);
const types = [...DEFAULT_EVENT_TYPES, ...OPT_IN_EVENT_TYPES];
const document = dereference(loadContract(REGISTRATION_CONTRACT).document);

/** Members of `data` in the domain; the compiler holds the keys to EventData. */
const DATA: { readonly [T in keyof EventData]: readonly (keyof EventData[T])[] } = {
  BrandSubmitted: ['brandId', 'generation'],
  BrandVetted: ['brandId', 'externalRefs'],
  BrandRejected: ['brandId', 'reasons'],
  CampaignSubmitted: ['campaignId', 'brandId', 'generation'],
  CampaignApproved: ['campaignId', 'brandId', 'externalRefs'],
  CampaignActivated: ['campaignId', 'brandId', 'messagingServiceId'],
  CampaignRejected: ['campaignId', 'brandId', 'reasons'],
  CampaignSuspended: ['campaignId', 'brandId', 'reasons'],
  NumberAttachRequested: ['bindingId', 'campaignId', 'e164'],
  NumberAttached: ['bindingId', 'campaignId', 'e164', 'messagingServiceId'],
  NumberVerified: ['bindingId', 'campaignId', 'e164'],
  NumberAttachFailed: ['bindingId', 'campaignId', 'e164', 'reasons'],
  NumberDetached: ['bindingId', 'campaignId', 'e164'],
  A2PReady: ['campaignId', 'brandId', 'numbers'],
  A2PNotReady: ['campaignId', 'brandId', 'reasons'],
  WebhookFailing: ['webhookId', 'since', 'failures', 'lastStatus', 'lastError'],
  WebhookRecovered: ['webhookId'],
  WebhookDisabled: ['webhookId', 'reason'],
  WebhookTest: ['webhookId', 'secretVersion'],
};
/** Members that may be missing. */
const OPTIONAL: readonly string[] = ['lastStatus', 'lastError', 'secretVersion'];

test('each of the nineteen event types has a schema, a webhook in the contract and a place in EventType', () => {
  assert.equal(types.length, 19);
  assert.deepEqual([...schemas.keys()].sort(), [...types].sort());
  assert.deepEqual(Object.keys(objectAt(document, 'webhooks')).sort(), [...types].sort());
  const eventType = objectAt(objectAt(objectAt(document, 'components'), 'schemas'), 'EventType');
  assert.deepEqual(eventType.enum, types);
});

test('each schema takes its example, and not another type, a missing member or a sequence of 0', () => {
  for (const [type, schema] of schemas) {
    const [example] = listAt(schema, 'examples');
    assert.ok(isObject(example), type);
    assert.deepEqual(faults(type, example), [], type);
    assert.notDeepEqual(faults(type, { ...example, type: 'Other' }), [], type);
    assert.notDeepEqual(faults(type, { ...example, sequence: 0 }), [], type);
    for (const member of Object.keys(example)) {
      const { [member]: _, ...rest } = example;
      assert.notDeepEqual(faults(type, rest), [], `${type} without ${member}`);
    }
  }
});

test('data has exactly the members that the domain emits', () => {
  for (const [type, members] of Object.entries(DATA)) {
    const data = objectAt(objectAt(schemas.get(type) ?? {}, 'properties'), 'data');
    assert.deepEqual(Object.keys(objectAt(data, 'properties')).sort(), [...members].sort(), type);
    const required = members.filter((member) => !OPTIONAL.includes(member));
    assert.deepEqual([...listAt(data, 'required')].sort(), [...required].sort(), type);
  }
});

test('all events share one envelope', () => {
  const envelopes = [...schemas].map(([type, schema]) => {
    const { data, type: named, aggregateType, ...envelope } = objectAt(schema, 'properties');
    assert.deepEqual(named, { type: 'string', const: type });
    assert.ok(isObject(data) && isObject(aggregateType));
    assert.ok(['brand', 'campaign', 'binding', 'webhook'].includes(String(aggregateType.const)), type);
    return JSON.stringify([envelope, schema.required, schema.$schema]);
  });
  assert.equal(new Set(envelopes).size, 1);
});

test('deliveries are documented with both header families and the trace', () => {
  const names = [
    ...['X-NMC-Event', 'X-NMC-EventId', 'X-NMC-Sequence', 'X-NMC-Previous-Sequence', 'X-NMC-Aggregate-Id'],
    ...['X-NMC-Timestamp', 'X-NMC-Signature', 'X-NMC-Replay'],
    ...['webhook-id', 'webhook-timestamp', 'webhook-signature', 'traceparent'],
  ];
  for (const [type, webhook] of Object.entries(objectAt(document, 'webhooks'))) {
    const parameters = listAt(objectAt(isObject(webhook) ? webhook : {}, 'post'), 'parameters');
    assert.deepEqual(
      parameters.map((parameter) => isObject(parameter) && parameter.name),
      names,
      type,
    );
  }
});

/** Without their ids, under which the compiler would know each of them already. */
const anonymous = new Map([...schemas].map(([type, { $id, ...schema }]) => [type, schema]));

function faults(type: string, value: unknown): string[] {
  return schemaFaults(anonymous.get(type) ?? {}, value);
}
