import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ok } from '#kernel/outcome.ts';
import type { EffectScope } from '#platform/effects/ledger.ts';
import { campaignTexts } from '../domain/texts.ts';
import { type BrandSpec, type CampaignSpec, type ExternalRefs, USE_CASE } from '../domain/types.ts';
import type {
  BrandOrder,
  CampaignOrder,
  NumberOrder,
  Provider,
  ProviderObject,
  ProviderPass,
} from '../ports.ts';

/** A provider under test, and the means to let its time pass. */
export interface Subject {
  readonly provider: Provider;
  /** Another instance of it, as after a restart: it knows nothing but what the provider's side holds. */
  restarted(): Provider;
  /** Long enough for any verdict. */
  letTimePass(): Promise<void>;
  /** How many objects exist at the provider. */
  created(): number;
}

/** What every provider adapter promises behind the port; each passes this very suite (R72, C22, C23). */
export function conformance(name: string, open: () => Promise<Subject>): void {
  describe(`${name} keeps the promises of the provider port`, () => {
    test('a brand is pending, then approved; asking again makes nothing new', async () => {
      const { provider, letTimePass, created } = await open();
      const pass = newPass();
      const refs = valueIn(await provider.ensureBrand(brandOrder(), pass));
      assert.deepEqual(await provider.ensureBrand(brandOrder(), pass), ok(refs));
      assert.equal(created(), 1);
      assert.equal(await stateOf(provider, { resource: 'brand', refs }), 'pending');
      await letTimePass();
      assert.equal(await stateOf(provider, { resource: 'brand', refs }), 'approved');
    });

    test('a restarted instance answers about what it never saw', async () => {
      const { provider, restarted, letTimePass } = await open();
      const refs = valueIn(await provider.ensureBrand(brandOrder(), newPass()));
      await letTimePass();
      assert.equal(await stateOf(restarted(), { resource: 'brand', refs }), 'approved');
    });

    test('an order whose answer was lost is found again by its mark', async () => {
      const { provider, created } = await open();
      const first = newPass();
      const refs = valueIn(await provider.ensureBrand(brandOrder(), first));
      const forgetful = newPass({ forget: true });
      assert.deepEqual(valueIn(await provider.ensureBrand(brandOrder(), forgetful)), refs);
      assert.equal(created(), 1);
    });

    test('a rejected brand says why and which field to mend, and a resubmission of the mended one is approved', async () => {
      const { provider, letTimePass } = await open();
      const wrong = brandOrder({ taxId: '99-0000001', legalName: 'Rosa Plumbing' });
      const refs = valueIn(await provider.ensureBrand(wrong, newPass()));
      await letTimePass();
      const status = valueIn(await provider.pollStatus({ resource: 'brand', refs }, newPass()));
      assert.equal(status.state, 'rejected');
      const [why] = status.reasons;
      assert.deepEqual([why?.reason, why?.field, why?.actor], ['TaxIdMismatch', 'legalName', 'tenant']);
      const mended = {
        ...brandOrder({ taxId: '99-0000001', legalName: 'Rosa Plumbing Incorporated' }),
        submission: 2,
        externalRefs: refs,
      };
      const again = valueIn(await provider.resubmitBrand(mended, newPass()));
      await letTimePass();
      assert.equal(await stateOf(provider, { resource: 'brand', refs: again }), 'approved');
    });

    test('a campaign is approved, gets one messaging service, and a number in it is verified and let go', async () => {
      const { provider, letTimePass } = await open();
      const pass = newPass();
      const brandRefs = valueIn(await provider.ensureBrand(brandOrder(), pass));
      await letTimePass();
      const refs = valueIn(await provider.ensureCampaign(campaignOrder(), brandRefs, pass));
      assert.equal(await stateOf(provider, { resource: 'campaign', refs }), 'pending');
      await letTimePass();
      assert.equal(await stateOf(provider, { resource: 'campaign', refs }), 'approved');
      const order = { ...campaignOrder(), externalRefs: refs };
      const service = valueIn(await provider.ensureMessagingService(order, pass));
      assert.deepEqual(
        valueIn(await provider.ensureMessagingService(order, newPass({ forget: true }))),
        service,
      );
      const number = numberOrder('+15005550006', service.messagingServiceId);
      const numberRefs = valueIn(await provider.attachNumber(number, pass));
      await letTimePass();
      const object = { resource: 'binding', refs: numberRefs, e164: number.e164 } as const;
      assert.equal(await stateOf(provider, object), 'approved');
      const detach = { ...number, externalRefs: numberRefs };
      assert.equal((await provider.detachNumber(detach, pass)).kind, 'ok');
      assert.equal((await provider.detachNumber(detach, pass)).kind, 'ok', 'already gone is done');
    });

    test('a rejected campaign says why', async () => {
      const { provider, letTimePass } = await open();
      const brandRefs = valueIn(await provider.ensureBrand(brandOrder(), newPass()));
      await letTimePass();
      const order = campaignOrder({ optInDescription: 'sim:reject Callers agree on the phone.' });
      const refs = valueIn(await provider.ensureCampaign(order, brandRefs, newPass()));
      await letTimePass();
      const status = valueIn(await provider.pollStatus({ resource: 'campaign', refs }, newPass()));
      assert.equal(status.state, 'rejected');
      assert.ok(status.reasons[0]?.message);
    });

    test('a number that is not there is refused, not waited for', async () => {
      const { provider } = await open();
      const outcome = await provider.attachNumber(numberOrder('+15005550001', 'any'), newPass());
      assert.equal(outcome.kind, 'refused');
    });

    test('an object that does not exist is gone', async () => {
      const { provider } = await open();
      assert.equal(await stateOf(provider, { resource: 'brand', refs: {} }), 'gone');
    });
  });
}

/** A pass with a ledger in memory. `forget`: a crash came between the creation and its record. */
function newPass({ forget = false } = {}): ProviderPass {
  const done = new Map<string, unknown>();
  const effects: EffectScope = {
    async ensure<R>({ key }: { key: string }, { find, create }: Parameters<EffectScope['ensure']>[1]) {
      // Stored below as the R of the same key.
      if (done.has(key)) return ok(done.get(key) as R);
      const found = forget ? await find() : undefined;
      const outcome =
        found?.kind === 'ok' && found.value.kind === 'found'
          ? ok(found.value.value as R)
          : ((await create()) as never);
      if (outcome.kind === 'ok') done.set(key, outcome.value);
      return outcome;
    },
  };
  return { signal: new AbortController().signal, effects };
}

function valueIn<T>(outcome: { kind: string; value?: T }): T {
  assert.equal(outcome.kind, 'ok', JSON.stringify(outcome));
  assert.ok(outcome.value !== undefined);
  return outcome.value;
}

async function stateOf(provider: Provider, object: ProviderObject): Promise<string> {
  return valueIn(await provider.pollStatus(object, newPass())).state;
}

const NO_REFS: ExternalRefs = {};

function brandOrder(change: Partial<BrandSpec> = {}): BrandOrder {
  const spec: BrandSpec = {
    country: 'US',
    brandType: 'STANDARD',
    taxId: '12-3456789',
    legalName: 'Alder Creek Heating LLC',
    displayName: 'Alder Creek',
    websiteDomain: 'aldercreek.com',
    ...change,
  };
  return { tenantId: 'ten_1', brandId: 'brand_1', spec, submission: 1, externalRefs: NO_REFS };
}

function campaignOrder(change: Partial<CampaignSpec> = {}): CampaignOrder {
  const spec: CampaignSpec = {
    useCase: USE_CASE,
    optInDescription: 'Callers agree on the phone.',
    sampleMessages: ['Sorry we missed your call. Reply STOP to opt out.'],
    stopHelpText: 'Reply STOP to opt out, HELP for help.',
    linkDomains: ['aldercreek.com'],
    ...change,
  };
  const ids = { tenantId: 'ten_1', campaignId: 'camp_1', brandId: 'brand_1' };
  const texts = campaignTexts(spec, brandOrder().spec);
  return { ...ids, spec, texts, submission: 1, externalRefs: NO_REFS };
}

function numberOrder(e164: string, messagingServiceId: string): NumberOrder {
  const ids = { tenantId: 'ten_1', bindingId: 'bind_1', campaignId: 'camp_1' };
  return { ...ids, e164, messagingServiceId, externalRefs: NO_REFS };
}
