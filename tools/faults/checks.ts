import { isDeepStrictEqual } from 'node:util';
import {
  BINDING_EDGES,
  BRAND_EDGES,
  CAMPAIGN_EDGES,
  type PhaseEdge,
} from '../../src/registration/domain/phases.ts';
import { disorder } from '../../test/support/arrivals.ts';
import { brokenSequences, lostEvents } from './checks-events.ts';
import { badEnds, leaks } from './checks-logs.ts';
import { textAt, type Write } from './client.ts';
import { type Evidence, type TenantEvidence, tagOfPurchase } from './evidence.ts';
import { type Business, FINAL } from './load.ts';

export interface Check {
  readonly name: string;
  /** What contradicts it, a line each. */
  find(evidence: Evidence): string[];
}

export interface CheckResult {
  readonly name: string;
  readonly failures: readonly string[];
}

/** What must hold after a run, whatever happened in it. */
export const CHECKS: readonly Check[] = [
  { name: 'there was a load', find: idle },
  { name: 'every write was answered, none with an error', find: ({ writes }) => [...writes.failed] },
  { name: 'every acknowledged write is there', find: lostWrites },
  { name: 'a write that is sent again is answered as before', find: changedAnswers },
  { name: 'nothing exists twice at a provider', find: doubled },
  { name: 'nothing exists that nobody ordered', find: unordered },
  { name: 'no event is lost', find: lostEvents },
  { name: 'every aggregate has the events of its way, in sequence', find: brokenSequences },
  {
    name: 'no order is inverted, every signature verifies',
    find: ({ tenants }) => tenants.flatMap((t) => [...t.violations, ...disorder(t.received)]),
  },
  { name: 'every aggregate settled', find: unsettled },
  { name: 'accepted = delivered + pending + dead + skipped', find: unconserved },
  { name: 'no phase ever left the allowed path', find: strayPhases },
  { name: 'no personal data in any log or event', find: leaks },
  { name: 'no process ended by itself, each stops cleanly', find: badEnds },
];

/** Nothing is lost where nothing was. */
function idle({ purchases, repeats, tenants }: Evidence): string[] {
  return [
    ...(purchases.some(({ settledMs }) => settledMs !== undefined) ? [] : ['no number was bought']),
    ...(repeats.length > 0 ? [] : ['no write was sent again']),
    ...tenants.flatMap(({ name, received, brands }) =>
      received.length > 0 && brands.length > 0 ? [] : [`nothing happened to tenant ${name}`],
    ),
  ];
}

function lostWrites({ businesses, purchases, tenants, numbers }: Evidence): string[] {
  const lost: string[] = [];
  for (const business of businesses) {
    const tenant = tenants.find(({ name }) => name === business.tenant);
    const brand = tenant?.brands.find((one) => textAt(one, 'brandId') === business.brandId);
    const campaign = tenant?.campaigns.find((one) => textAt(one, 'campaignId') === business.campaignId);
    const number = tenant?.numbers.find((one) => textAt(one, 'e164') === business.e164);
    if (business.brandId !== '' && textAt(brand, 'spec', 'displayName') !== business.displayName)
      lost.push(`brand ${business.brandId} is not there as it was written`);
    if (business.campaignId !== '' && textAt(campaign, 'brandId') !== business.brandId)
      lost.push(`campaign ${business.campaignId} is not there as it was written`);
    // One that was taken away belongs to no campaign.
    const due = business.kind === 'detached' ? '' : business.campaignId;
    if (business.settledMs !== undefined && (!number || textAt(number, 'campaignId') !== due))
      lost.push(`number ${business.e164} of ${business.campaignId} is not there`);
  }
  for (const purchase of purchases.filter((one) => one.settledMs !== undefined)) {
    const { sid, released, smsWebhookUrl } = purchase;
    const there = numbers.find((one) => one.sid === sid);
    if (released && there) lost.push(`${sid} is not released`);
    if (!released && !there) lost.push(`${sid} is not at the provider`);
    if (!released && there && !there.text.includes(`"${smsWebhookUrl}"`))
      lost.push(`${sid} has other webhooks than were set`);
    if (!released && there && there.friendlyName !== tagOfPurchase(purchase))
      lost.push(`${sid} bears the tag of another order`);
  }
  return lost;
}

function changedAnswers({ repeats, twins }: Evidence): string[] {
  const changed = repeats.filter(
    ({ write, status, answer }) => status !== write.status || !isSameAnswer(write, answer),
  );
  return [
    ...twins,
    ...changed.map(
      ({ write, status, answer }) =>
        `${write.method} ${write.path}: ${write.status} ${idOf(write.answer)}, again ${status} ${idOf(answer)}`,
    ),
  ];
}

/** Of a purchase the number: what else is said of it may be asked anew. Of all others every word. */
function isSameAnswer({ path, answer: first }: Write, again: unknown): boolean {
  if (path === '/numbers') return idOf(first) !== '' && idOf(first) === idOf(again);
  return isDeepStrictEqual(first, again);
}

function idOf(answer: unknown): string {
  return textAt(answer, 'brandId') + textAt(answer, 'campaignId') + textAt(answer, 'sid');
}

function doubled({ createdTags, numbers, purchases, businesses, tenants, registered }: Evidence): string[] {
  const fake = repeated(createdTags).map((tag) => `${tag} was created twice at the fake provider`);
  const bought = purchases.flatMap((one) => {
    const tagged = numbers.filter(({ friendlyName }) => friendlyName === tagOfPurchase(one));
    return tagged.length > 1 ? [`${one.key} has bought ${tagged.length} numbers`] : [];
  });
  const brands = tenants.flatMap(({ name, brands: all }) =>
    repeated(all.map((one) => textAt(one, 'spec', 'displayName'))).map(
      (one) => `${name}: ${one} is there twice`,
    ),
  );
  const attached = tenants.flatMap(({ name, numbers: all }) =>
    repeated(all.map((one) => textAt(one, 'e164'))).map((one) => `${name}: ${one} is there twice`),
  );
  const ofTwilio = businesses.filter(({ tenant }) => tenant === 'twilio').length;
  const atSim = registered.flatMap(({ kind, count, each }) =>
    count > each * ofTwilio ? [`${count} ${kind} for ${ofTwilio} businesses at the simulator`] : [],
  );
  return [...fake, ...bought, ...brands, ...attached, ...atSim];
}

function unordered({ numbers, purchases, businesses, tenants }: Evidence): string[] {
  const ordered = new Set(purchases.map(tagOfPurchase));
  const bought = numbers.flatMap(({ sid, friendlyName }) =>
    ordered.has(friendlyName) ? [] : [`number ${sid} (${friendlyName}) was bought for no order`],
  );
  const known = new Set(businesses.flatMap(({ brandId, campaignId }) => [brandId, campaignId]));
  // A brand whose creation was never answered is in `failed` already.
  const made = tenants.flatMap(({ brands, campaigns }) => [
    ...brands.map((one) => textAt(one, 'brandId')),
    ...campaigns.map((one) => textAt(one, 'campaignId')),
  ]);
  return [
    ...bought,
    ...made.filter((id) => !known.has(id)).map((id) => `${id} was made by no acknowledged write`),
  ];
}

function unsettled({ businesses, purchases, tenants }: Evidence): string[] {
  return [
    ...businesses
      .filter(({ settledMs }) => settledMs === undefined)
      .map(
        ({ n, tenant, kind, phases }) =>
          `business ${n} (${tenant}, ${kind}) stayed at ${JSON.stringify(phases)}`,
      ),
    ...purchases
      .filter(({ settledMs }) => settledMs === undefined)
      .map(({ key }) => `purchase ${key} was not settled`),
    ...tenants.flatMap((tenant) => tenant.unsettled.map((what) => `${tenant.name}: ${what}`)),
    ...tenants.flatMap(wrongEnds(businesses)),
  ];
}

/** Where it is now, not where it was when it was seen last. */
function wrongEnds(businesses: readonly Business[]) {
  return ({ name, brands, campaigns, numbers }: TenantEvidence): string[] => {
    const phases = new Map(
      [...brands, ...campaigns, ...numbers].map((one) => [
        textAt(one, 'e164') || textAt(one, 'campaignId') || textAt(one, 'brandId'),
        textAt(one, 'status', 'phase'),
      ]),
    );
    return businesses
      .filter((one) => one.tenant === name && one.settledMs !== undefined)
      .flatMap(({ brandId, campaignId, e164, kind }) =>
        [
          [brandId, FINAL[kind].brand],
          [campaignId, FINAL[kind].campaign],
          [e164, FINAL[kind].number],
        ].flatMap(([id = '', due]) =>
          phases.get(id) === due ? [] : [`${id} ended as ${phases.get(id) ?? 'nothing'}, not ${due}`],
        ),
      );
  };
}

function unconserved({ tenants }: Evidence): string[] {
  return tenants.flatMap(({ conserved, feed, name }) => [
    ...(conserved.length === 0 ? [`${name} has no endpoint`] : []),
    // The service's own word, and our own sum.
    ...conserved
      .filter((one) => !one.holds || one.accepted !== one.delivered + one.pending + one.dead + one.skipped)
      .map((one) => `${name}: ${JSON.stringify(one)}`),
    ...conserved
      .filter((one) => one.delivered !== one.accepted)
      .map((one) => `${name}: ${one.accepted} were owed, ${one.delivered} are delivered`),
    // All types were asked for, so the one endpoint is owed everything that was ever told.
    ...conserved
      .filter(({ accepted }) => accepted !== feed.length)
      .map(({ accepted }) => `${name}: ${feed.length} events in the feed, ${accepted} were owed`),
  ]);
}

function strayPhases({ businesses }: Evidence): string[] {
  return businesses.flatMap(({ n, phases }) => [
    ...straying(BRAND_EDGES, phases.brand, `brand of ${n}`),
    ...straying(CAMPAIGN_EDGES, phases.campaign, `campaign of ${n}`),
    ...straying(BINDING_EDGES, phases.number, `number of ${n}`),
  ]);
}

/** A look may miss phases between two that it saw, so each must be reachable from the one before. */
function straying(edges: readonly PhaseEdge<string>[], seen: readonly string[], what: string): string[] {
  return seen.slice(1).flatMap((to, at) => {
    const from = seen[at] ?? '';
    return reachable(edges, from).has(to) ? [] : [`${what} went from ${from} to ${to}`];
  });
}

function reachable(edges: readonly PhaseEdge<string>[], from: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (let next = [from]; next.length > 0; ) {
    const at = next.pop();
    for (const { to } of edges.filter((edge) => edge.from === at)) {
      if (!found.has(to)) next = [...next, to];
      found.add(to);
    }
  }
  return found;
}

function repeated(items: readonly string[]): string[] {
  return [...Map.groupBy(items, (item) => item)].flatMap(([item, all]) => (all.length > 1 ? [item] : []));
}
