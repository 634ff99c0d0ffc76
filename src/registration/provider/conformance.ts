import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Outcome, ok } from '#kernel/outcome.ts';
import type { EffectScope } from '#platform/effects/ledger.ts';
import { COMPLETE_BRAND as BRAND, COMPLETE_CAMPAIGN as CAMPAIGN } from '../../../test/twilio/complete.ts';
import { campaignTexts } from '../domain/texts.ts';
import type { BrandSpec, CampaignSpec, ExternalRefs } from '../domain/types.ts';
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
  /** How many brands were registered at the provider. */
  created(): number;
}

/** What every provider adapter promises behind the port; each passes this very suite (R72, C22, C23). */
export function conformance(name: string, open: () => Promise<Subject>): void {
  describe(`${name} keeps the promises of the provider port`, () => {
    test('a brand is pending, then approved; asking again makes nothing new', async () => {
      const { provider, letTimePass, created } = await open();
      const pass = newPass();
      const order = brandOrder();
      const refs = await done(letTimePass, order, (it) => provider.ensureBrand(it, pass));
      assert.deepEqual(valueIn(await provider.ensureBrand({ ...order, externalRefs: refs }, pass)), refs);
      assert.equal(created(), 1);
      assert.equal(await stateOf(provider, { resource: 'brand', refs }), 'pending');
      await letTimePass();
      assert.equal(await stateOf(provider, { resource: 'brand', refs }), 'approved');
    });

    test('a restarted instance answers about what it never saw', async () => {
      const { provider, restarted, letTimePass } = await open();
      const pass = newPass();
      const refs = await done(letTimePass, brandOrder(), (it) => provider.ensureBrand(it, pass));
      await letTimePass();
      assert.equal(await stateOf(restarted(), { resource: 'brand', refs }), 'approved');
    });

    test('an order whose answer was lost is found again by its mark', async () => {
      const { provider, letTimePass, created } = await open();
      const pass = newPass();
      const refs = await done(letTimePass, brandOrder(), (it) => provider.ensureBrand(it, pass));
      // A crash came between what was made and its record.
      const forgetful = newPass();
      const again = await done(letTimePass, brandOrder(), (it) => provider.ensureBrand(it, forgetful));
      assert.equal(again.providerBrandId, refs.providerBrandId);
      assert.equal(created(), 1);
    });

    test('a rejected brand says why and which field to mend, and a resubmission of the mended one is approved', async () => {
      const { provider, letTimePass, created } = await open();
      const wrong = brandOrder({ taxId: '99-0000001', legalName: 'Rosa Plumbing' });
      const pass = newPass();
      const refs = await done(letTimePass, wrong, (it) => provider.ensureBrand(it, pass));
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
      const again = await done(letTimePass, mended, (it) => provider.resubmitBrand(it, pass));
      await letTimePass();
      assert.equal(await stateOf(provider, { resource: 'brand', refs: again }), 'approved');
      assert.equal(again.providerBrandId, refs.providerBrandId, 'under the id that it has');
      assert.ok(created() <= 2);
    });

    test('a campaign is approved, gets one messaging service, and a number in it is verified and let go', async () => {
      const { provider, letTimePass } = await open();
      const pass = newPass();
      const brandRefs = await vettedBrand(provider, letTimePass);
      const refs = await done(letTimePass, campaignOrder(), (it) =>
        provider.ensureCampaign(it, brandRefs, pass),
      );
      assert.equal(await stateOf(provider, { resource: 'campaign', refs }), 'pending');
      await letTimePass();
      assert.equal(await stateOf(provider, { resource: 'campaign', refs }), 'approved');
      const order = { ...campaignOrder(), externalRefs: refs };
      const service = valueIn(await provider.ensureMessagingService(order, pass));
      assert.deepEqual(valueIn(await provider.ensureMessagingService(order, newPass())), service);
      const number = numberOrder('+15005550006', service.messagingServiceId);
      const numberRefs = await done(letTimePass, number, (it) => provider.attachNumber(it, pass));
      await letTimePass();
      const object = { resource: 'binding', refs: numberRefs, e164: number.e164 } as const;
      assert.equal(await stateOf(provider, object), 'approved');
      const detach = { ...number, externalRefs: numberRefs };
      assert.equal((await provider.detachNumber(detach, pass)).kind, 'ok');
      assert.equal((await provider.detachNumber(detach, pass)).kind, 'ok', 'already gone is done');
    });

    test('a rejected campaign says why', async () => {
      const { provider, letTimePass } = await open();
      const pass = newPass();
      const brandRefs = await vettedBrand(provider, letTimePass);
      const rejected = campaignOrder({
        optInDescription: `sim:reject ${CAMPAIGN.optInDescription}`,
      });
      const refs = await done(letTimePass, rejected, (it) => provider.ensureCampaign(it, brandRefs, pass));
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

    test('specs that are complete have no faults, and what is missing is named', async () => {
      const { provider } = await open();
      assert.deepEqual(provider.brandFaults(BRAND), []);
      assert.deepEqual(provider.campaignFaults(CAMPAIGN, BRAND), []);
    });
  });
}

/** No order takes more rounds: a few to make everything, a few in which the provider looks at it. */
const MOST_ROUNDS = 20;

/** Asks until it is done, with the refs of the last answer, as passes of a reconciler do. */
async function done<Order extends { readonly externalRefs: ExternalRefs }>(
  letTimePass: () => Promise<void>,
  order: Order,
  ask: (order: Order) => Promise<Outcome<ExternalRefs>>,
): Promise<ExternalRefs> {
  let { externalRefs } = order;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const outcome = await ask({ ...order, externalRefs });
    if (outcome.kind === 'ok') return { ...externalRefs, ...outcome.value };
    assert.ok(outcome.kind === 'pending' || outcome.kind === 'throttled', JSON.stringify(outcome));
    if (outcome.kind === 'pending') externalRefs = { ...externalRefs, ...outcome.value };
    await letTimePass();
  }
  throw new Error(`not done after ${MOST_ROUNDS} rounds`);
}

async function vettedBrand(provider: Provider, letTimePass: () => Promise<void>): Promise<ExternalRefs> {
  const pass = newPass();
  const refs = await done(letTimePass, brandOrder(), (it) => provider.ensureBrand(it, pass));
  await letTimePass();
  const { state, externalRefs } = valueIn(await provider.pollStatus({ resource: 'brand', refs }, pass));
  assert.equal(state, 'approved');
  return { ...refs, ...externalRefs };
}

/** A pass with a new ledger, in memory; as the real one it looks before it makes (platform/effects/scope.ts). */
function newPass(): ProviderPass {
  const done = new Map<string, unknown>();
  const effects: EffectScope = {
    async ensure<R>({ key }: { key: string }, { find, create }: Parameters<EffectScope['ensure']>[1]) {
      // Stored below as the R of the same key.
      if (done.has(key)) return ok(done.get(key) as R);
      const found = await find();
      const outcome =
        found.kind === 'ok' && found.value.kind === 'found'
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
  const spec = { ...BRAND, ...change };
  return { tenantId: 'ten_1', brandId: 'brand_1', spec, submission: 1, externalRefs: NO_REFS };
}

function campaignOrder(change: Partial<CampaignSpec> = {}): CampaignOrder {
  const spec = { ...CAMPAIGN, ...change };
  const ids = { tenantId: 'ten_1', campaignId: 'camp_1', brandId: 'brand_1' };
  const texts = campaignTexts(spec, BRAND);
  return { ...ids, spec, texts, submission: 1, externalRefs: NO_REFS };
}

function numberOrder(e164: string, messagingServiceId: string): NumberOrder {
  const ids = { tenantId: 'ten_1', bindingId: 'bind_1', campaignId: 'camp_1' };
  return { ...ids, e164, messagingServiceId, externalRefs: NO_REFS };
}
