import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { brandHarness } from './brand-harness.test-support.ts';
import { completeBrand, soleProprietor } from './complete-specs.test-support.ts';
import type { Fault } from './memory-twilio.test-support.ts';

const ONE_OF_EVERYTHING = {
  bundles: 2,
  endUsers: 3,
  documents: 1,
  addresses: 1,
  assignments: 6,
  brands: 1,
};
const FAULTS = ['crash', 'crashBefore', 'lost', 'dropped'] as const;

type Harness = ReturnType<typeof brandHarness>;

/** Runs `scenario` once without a fault to count its calls, then with each fault at each of them. */
async function atEveryCall(
  prepare: () => Promise<Harness> | Harness,
  scenario: (harness: Harness, fault?: Fault) => Promise<void>,
): Promise<number> {
  const clean = await prepare();
  const from = clean.world.calls.length;
  await scenario(clean);
  const to = clean.world.calls.length;
  for (let at = from; at < to; at += 1) {
    for (const kind of FAULTS) {
      const harness = await prepare();
      const fault: Fault = { at, kind };
      harness.world.faults.push(fault);
      await scenario(harness, fault);
    }
  }
  return to - from;
}

describe('after a crash or a lost answer at any call there is exactly one of everything', () => {
  for (const vetting of ['low-volume', 'standard'] as const) {
    test(`registration of a ${vetting} brand`, async () => {
      const calls = await atEveryCall(
        () => brandHarness({ vetting }),
        async (harness, fault) => {
          assert.equal((await harness.submit(completeBrand)).kind, 'ok', JSON.stringify(fault));
          assert.deepEqual(harness.counts(), ONE_OF_EVERYTHING, JSON.stringify(fault));
          assert.equal(harness.brand.refs.providerBrandId, harness.world.brands[0]?.sid);
        },
      );
      assert.ok(calls > 25, `only ${calls} calls were seen`);
    });
  }

  test('registration where new objects show up fourteen seconds late', async () => {
    await atEveryCall(
      () => {
        const harness = brandHarness();
        harness.world.lateMs = 14_000;
        return harness;
      },
      async (harness, fault) => {
        assert.equal((await harness.submit(completeBrand)).kind, 'ok', JSON.stringify(fault));
        assert.deepEqual(harness.counts(), ONE_OF_EVERYTHING, JSON.stringify(fault));
      },
    );
  });

  test('registration of a sole proprietor', async () => {
    await atEveryCall(
      () => brandHarness(),
      async (harness, fault) => {
        assert.equal((await harness.submit(soleProprietor)).kind, 'ok', JSON.stringify(fault));
        const expected = { ...ONE_OF_EVERYTHING, endUsers: 2, assignments: 5 };
        assert.deepEqual(harness.counts(), expected, JSON.stringify(fault));
      },
    );
  });

  test('correction of a failed brand: the same sid, one successor of the bound address', async () => {
    const calls = await atEveryCall(
      async () => {
        const harness = brandHarness();
        await harness.submit({ ...completeBrand, legalName: 'Wrong Name' });
        harness.rule('twilio-approved', { status: 'FAILED', tcrId: 'BTCR001' });
        return harness;
      },
      async (harness, fault) => {
        assert.equal((await harness.submit(completeBrand)).kind, 'ok', JSON.stringify(fault));
        const expected = { ...ONE_OF_EVERYTHING, documents: 2, addresses: 2 };
        assert.deepEqual(harness.counts(), expected, JSON.stringify(fault));
        assert.deepEqual(
          harness.world.brands.map(({ status, updates }) => ({ status, updates })),
          [{ status: 'PENDING', updates: 1 }],
        );
        assert.equal(harness.world.endUsers[0]?.attributes.business_name, completeBrand.legalName);
        assert.ok(harness.world.bundles.every(({ status }) => status === 'pending-review'));
        const attached = harness.world.assignments.filter(({ objectSid }) => objectSid.startsWith('RD'));
        assert.deepEqual(
          attached.map(({ objectSid }) => objectSid),
          [harness.brand.refs.addressDocumentSid],
        );
      },
    );
    assert.ok(calls > 25, `only ${calls} calls were seen`);
  });

  test('a correction that fails again before anybody looks is one of the three all the same', async () => {
    await atEveryCall(
      async () => {
        const harness = brandHarness();
        await harness.submit({ ...completeBrand, legalName: 'Wrong Name' });
        harness.rule('twilio-approved', { status: 'FAILED', tcrId: 'BTCR001', updatedAt: 'verdict' });
        harness.world.failsAtOnce = true;
        return harness;
      },
      async (harness, fault) => {
        assert.equal((await harness.submit(completeBrand)).kind, 'ok', JSON.stringify(fault));
        assert.equal(harness.world.brands[0]?.updates, 1, JSON.stringify(fault));
        harness.rule('twilio-approved');
        assert.equal((await harness.submit({ ...completeBrand, legalName: 'Another Name' })).kind, 'ok');
        assert.equal(harness.world.brands[0]?.updates, 2, 'the next correction is sent');
      },
    );
  });

  test('a brand that the registry never took is made anew once', async () => {
    await atEveryCall(
      async () => {
        const harness = brandHarness();
        await harness.submit(completeBrand);
        harness.rule('twilio-approved', { status: 'FAILED' });
        return harness;
      },
      async (harness, fault) => {
        assert.equal((await harness.submit(completeBrand)).kind, 'ok', JSON.stringify(fault));
        assert.equal(harness.world.brands.length, 2, JSON.stringify(fault));
        assert.equal(harness.brand.refs.providerBrandId, harness.world.brands[1]?.sid);
      },
    );
  });

  test('a brand with any number of faults on its way, rejected once and corrected', async () => {
    const fault = fc.record({ at: fc.nat(120), kind: fc.constantFrom(...FAULTS) });
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 25 }), fc.nat(14_000), async (faults, lateMs) => {
        const harness = brandHarness();
        harness.world.lateMs = lateMs;
        harness.world.faults.push(...faults);
        assert.equal((await harness.submit(completeBrand)).kind, 'ok');
        assert.deepEqual(harness.counts(), ONE_OF_EVERYTHING);
        harness.rule('twilio-approved', { status: 'FAILED', tcrId: 'BTCR001' });
        const address = { ...completeBrand.address, street: '2 Main St' };
        assert.equal((await harness.submit({ ...completeBrand, address })).kind, 'ok');
        assert.deepEqual(harness.counts(), { ...ONE_OF_EVERYTHING, documents: 2, addresses: 2 });
        assert.equal(harness.world.brands[0]?.updates, 1);
      }),
      { numRuns: 150 },
    );
  });
});
