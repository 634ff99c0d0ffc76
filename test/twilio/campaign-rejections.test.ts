import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Condition } from '../../src/kernel/condition.ts';
import { onPostgres } from '../support/database.ts';
import { type Business, CAMPAIGN_CREATE, CAMPAIGN_EDIT, pageOf, within } from './business.ts';
import { REJECTIONS, type RejectionRow } from './campaign-codes.ts';
import { COMPLETE_CAMPAIGN } from './complete.ts';

const { optInDescription } = COMPLETE_CAMPAIGN;
/** A text that the simulated carriers reject with this code. */
const rejectedFor = (code: string) => ({ optInDescription: `${optInDescription} sim:reject:${code}` });
const ACCEPTABLE = { optInDescription: `${optInDescription} They may say no.` };

onPostgres('campaigns that carriers say no to', (open) => {
  test(
    'each code tells what is wrong, where, who mends it and how; what can be mended is edited, free of charge',
    within(open, {}, async (business) => {
      await business.brand();
      const editable = REJECTIONS.filter(({ goesOn }) => goesOn === 'edit');
      let services: readonly unknown[] = [];
      for (const [edits, row] of editable.entries()) {
        // One campaign that is mended again and again, each time not well enough.
        if (edits === 0) await business.campaign(rejectedFor(row.code));
        else await business.correctCampaign(rejectedFor(row.code));
        saysAllOf(row, await business.campaignUntil('REJECTED'));
        assert.equal(business.taken('POST', CAMPAIGN_EDIT), edits, row.code);
        services = business.twilio.objects('services');
      }
      await business.correctCampaign(ACCEPTABLE);
      await business.campaignUntil('ACTIVE');
      assert.equal(business.taken('POST', CAMPAIGN_EDIT), editable.length);
      assert.deepEqual([services.length, fees(business)], [1, { created: 1, deleted: 0 }]);
    }),
  );

  test(
    'a code that is final, or wants a new campaign, is refused again without a call, whatever was mended',
    within(open, {}, async (business) => {
      await business.brand();
      const others = REJECTIONS.filter(({ goesOn }) => goesOn !== 'edit');
      for (const [index, row] of others.entries()) {
        const id = `camp_${row.code}`;
        await business.campaign(rejectedFor(row.code), id);
        const first = await business.campaignUntil('REJECTED', id);
        saysAllOf(row, first);
        await business.correctCampaign(ACCEPTABLE, id);
        const again = await business.campaignUntil('REJECTED', id);
        if (row.goesOn === 'final') assert.deepEqual(again, first);
        else {
          assert.deepEqual([again.reason, again.code, again.actor], [row.reason, row.code, 'operator']);
          assert.match(again.remediation ?? '', /another fee/);
        }
        const round = ['CampaignSubmitted', 'CampaignRejected'];
        assert.deepEqual(await business.world.eventsOf(id), [...round, ...round]);
        assert.deepEqual(fees(business), { created: index + 1, deleted: 0 }, row.code);
      }
      assert.equal(business.taken('POST', CAMPAIGN_EDIT), 0);
    }),
  );

  test(
    'a campaign that is edited is approved on the messaging service that it had',
    within(open, {}, async (business) => {
      const { twilio, world } = business;
      await business.brand();
      await business.campaign(rejectedFor('30896'));
      await business.brandUntil('VETTED');
      const { refs } = await business.campaignUntil('REJECTED');
      await business.correctCampaign(ACCEPTABLE);
      const active = await business.campaignUntil('ACTIVE');
      assert.deepEqual([active.status, active.code, active.field], ['True', undefined, undefined]);
      assert.equal(active.refs.messagingServiceId, refs.messagingServiceId);
      assert.equal(active.refs.tcrCampaignId, refs.tcrCampaignId);
      assert.deepEqual(await world.eventsOf('camp_1'), [
        'CampaignSubmitted',
        'CampaignRejected',
        'CampaignSubmitted',
        'CampaignApproved',
        'CampaignActivated',
      ]);
      assert.deepEqual(
        twilio.objects('campaigns').map(({ sid }) => sid),
        [refs.messagingServiceId],
      );
      assert.deepEqual(fees(business), { created: 1, deleted: 0 });
      assert.equal(business.taken('POST', CAMPAIGN_EDIT), 1);
    }),
  );

  test(
    'the answer to HELP cannot be edited: changed, it is refused without a call until a new campaign is allowed',
    within(open, {}, async (business) => {
      await business.brand();
      await business.campaign(rejectedFor('30890'));
      await business.campaignUntil('REJECTED');
      await business.correctCampaign({ ...ACCEPTABLE, helpMessage: HELP });
      const { reason, code, actor, remediation } = await business.campaignUntil('REJECTED');
      assert.deepEqual([reason, code, actor], ['CampaignExists', undefined, 'tenant']);
      assert.match(remediation ?? '', /another fee/);
      assert.equal(business.taken('POST', CAMPAIGN_EDIT), 0);
      assert.deepEqual(fees(business), { created: 1, deleted: 0 });
    }),
  );

  test(
    'where new campaigns are allowed, what cannot be edited is deleted and made anew; what is final is not',
    within(open, { adapter: { recreateCampaigns: true } }, async (business) => {
      const { twilio } = business;
      const set = await twilio.sim.control.call('settings', undefined, { campaignEdit: false });
      assert.equal(set.status, 200);
      const stories = [
        { code: '30900', change: ACCEPTABLE },
        { code: '30901', change: ACCEPTABLE },
        { code: '30890', change: { ...ACCEPTABLE, helpMessage: HELP } },
        // Could be edited by an account that may.
        { code: '30896', change: ACCEPTABLE },
        { code: '30884', change: ACCEPTABLE, final: true },
      ];
      for (const [index, { code }] of stories.entries()) {
        await business.brand({ taxId: `12-345678${index}` }, `brand_${code}`);
        await business.campaign(rejectedFor(code), `camp_${code}`, `brand_${code}`);
      }
      const before: (string | undefined)[] = [];
      for (const { code, change } of stories) {
        const { refs } = await business.campaignUntil('REJECTED', `camp_${code}`);
        before.push(refs.messagingServiceId);
        await business.correctCampaign(change, `camp_${code}`);
      }
      for (const [index, { code, final = false }] of stories.entries()) {
        const { refs } = await business.campaignUntil(final ? 'REJECTED' : 'ACTIVE', `camp_${code}`);
        assert.equal(refs.messagingServiceId, before[index], code);
      }
      assert.deepEqual(fees(business), { created: 9, deleted: 4 });
      assert.equal(twilio.objects('campaigns').length, 5);
    }),
  );
});

const HELP = 'Alder Creek: for help write to help@aldercreek.com. Reply STOP to opt out.';

function saysAllOf(row: RejectionRow, said: Condition): void {
  assert.deepEqual(
    [said.status, said.code, said.reason, said.field, said.actor, said.link],
    ['False', row.code, row.reason, row.field, row.actor, pageOf(row.code)],
  );
  assert.match(said.message, /^[A-Z].{20,}\.$/, row.code);
  assert.match(said.remediation ?? '', /^[A-Z].{20,}\.$/, row.code);
}

/** What was paid for, and what was given up. */
function fees(business: Business) {
  return {
    created: business.taken('POST', CAMPAIGN_CREATE),
    deleted: business.taken('DELETE', CAMPAIGN_EDIT),
  };
}
