import {
  BINDING_EDGES,
  BRAND_EDGES,
  CAMPAIGN_EDGES,
  type PhaseEdge,
} from '../../src/registration/domain/phases.ts';
import { textAt } from './client.ts';
import { type Evidence, type TenantEvidence, tagOfPurchase } from './evidence.ts';
import { type Business, FINAL, secretsOf } from './load.ts';
import type { FeedEvent } from './tenant.ts';

export interface Check {
  readonly name: string;
  /** What contradicts it, a line each. */
  find(evidence: Evidence): string[];
}

/** What must hold after a run, whatever happened in it. */
export const CHECKS: readonly Check[] = [
  { name: 'every write was answered, none with an error', find: ({ writes }) => [...writes.failed] },
  { name: 'every acknowledged write is there', find: lostWrites },
  { name: 'a write that is sent again is answered as before', find: changedAnswers },
  { name: 'nothing exists twice at a provider', find: doubled },
  { name: 'nothing exists that nobody ordered', find: unordered },
  { name: 'no event is lost', find: lostEvents },
  { name: 'every aggregate has the events of its way, in sequence', find: brokenSequences },
  {
    name: 'no order is inverted, every signature verifies',
    find: ({ tenants }) => tenants.flatMap((t) => [...t.violations]),
  },
  { name: 'every aggregate settled', find: unsettled },
  { name: 'accepted = delivered + pending + dead + skipped', find: unconserved },
  { name: 'no phase ever left the allowed path', find: strayPhases },
  { name: 'no personal data in any log or event', find: leaks },
  { name: 'no process ended by itself, each stops cleanly', find: badEnds },
];

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
    if (business.settledMs !== undefined && number === undefined)
      lost.push(`number ${business.e164} of ${business.campaignId} is not there`);
  }
  for (const { sid, released, smsWebhookUrl } of purchases.filter((one) => one.settledMs !== undefined)) {
    const there = numbers.find((one) => one.sid === sid);
    if (released && there) lost.push(`${sid} is not released`);
    if (!released && !there) lost.push(`${sid} is not at the provider`);
    if (!released && there && !there.text.includes(`"${smsWebhookUrl}"`))
      lost.push(`${sid} has other webhooks than were set`);
  }
  return lost;
}

function changedAnswers({ repeats, twins }: Evidence): string[] {
  const changed = repeats.filter(
    ({ write, status, answer }) => status !== write.status || idOf(answer) !== idOf(write.answer),
  );
  return [
    ...twins,
    ...changed.map(
      ({ write, status, answer }) =>
        `${write.method} ${write.path}: ${write.status} ${idOf(write.answer)}, again ${status} ${idOf(answer)}`,
    ),
  ];
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
  const ofTwilio = businesses.filter(({ tenant }) => tenant === 'twilio').length;
  const atSim = Object.entries(registered).flatMap(([kind, count]) => {
    // The platform's own profile was there before.
    const own = kind === 'customerProfiles' ? 1 : 0;
    return count - own > ofTwilio
      ? [`${count - own} ${kind} for ${ofTwilio} businesses at the simulator`]
      : [];
  });
  return [...fake, ...bought, ...brands, ...atSim];
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

function lostEvents({ tenants }: Evidence): string[] {
  return tenants.flatMap(({ feed, received, name }) => {
    const got = new Set(received.map(({ eventId }) => eventId));
    const made = new Set(feed.map(({ eventId }) => eventId));
    return [
      ...feed.filter((one) => !got.has(one.eventId)).map((one) => `${name}: ${nameOf(one)} never arrived`),
      ...[...got].filter((id) => !made.has(id)).map((id) => `${name}: ${id} arrived and is not in the feed`),
    ];
  });
}

/** What each kind tells the world, aggregate by aggregate; any number of A2PReady and A2PNotReady between. */
const TOLD: Readonly<Record<Business['kind'], readonly [brand: string, campaign: string, number: string]>> = {
  plain: told('', ''),
  twins: told('', ''),
  mended: told('CampaignSubmitted CampaignRejected ', ''),
  detached: told('', ' NumberDetached'),
};

function told(before: string, after: string): [string, string, string] {
  return [
    'BrandSubmitted BrandVetted',
    `${before}CampaignSubmitted CampaignApproved CampaignActivated`,
    `NumberAttachRequested NumberAttached NumberVerified${after}`,
  ];
}

function brokenSequences({ tenants, businesses }: Evidence): string[] {
  const broken: string[] = [];
  for (const { feed, name } of tenants) {
    const byAggregate = Map.groupBy(feed, ({ aggregateId }) => aggregateId);
    for (const [id, events] of byAggregate) {
      if (events.some(({ sequence }, at) => sequence !== at + 1))
        broken.push(`${id} has the sequence ${events.map(({ sequence }) => sequence).join(' ')}`);
    }
    for (const business of businesses.filter((one) => one.tenant === name && one.settledMs !== undefined)) {
      const [brand, campaign, number] = TOLD[business.kind];
      const bindings = feed.filter(
        (one) => one.aggregateType === 'binding' && one.text.includes(`"${business.e164}"`),
      );
      const typesOf = (events: readonly FeedEvent[] = []) =>
        events
          .map(({ type }) => type)
          .filter((type) => !type.startsWith('A2P'))
          .join(' ');
      for (const [what, is, due] of [
        [business.brandId, typesOf(byAggregate.get(business.brandId)), brand],
        [business.campaignId, typesOf(byAggregate.get(business.campaignId)), campaign],
        [business.e164, typesOf(bindings), number],
      ] as const) {
        if (is !== due) broken.push(`${what} (${business.kind}) told: ${is}`);
      }
      const a2p = (byAggregate.get(business.campaignId) ?? []).filter(({ type }) => type.startsWith('A2P'));
      const last = a2p.at(-1)?.type === 'A2PReady';
      if (last !== FINAL[business.kind].ready)
        broken.push(`${business.campaignId} (${business.kind}) said last: ${a2p.at(-1)?.type ?? 'nothing'}`);
    }
  }
  return broken;
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
  return ({ name, brands, campaigns }: TenantEvidence): string[] => {
    const phases = new Map(
      [...brands, ...campaigns].map((one) => [
        textAt(one, 'campaignId') || textAt(one, 'brandId'),
        textAt(one, 'status', 'phase'),
      ]),
    );
    return businesses
      .filter((one) => one.tenant === name && one.settledMs !== undefined)
      .flatMap(({ brandId, campaignId, kind }) =>
        [
          [brandId, FINAL[kind].brand],
          [campaignId, FINAL[kind].campaign],
        ].flatMap(([id = '', due]) =>
          phases.get(id) === due ? [] : [`${id} ended as ${phases.get(id) ?? 'nothing'}, not ${due}`],
        ),
      );
  };
}

function unconserved({ tenants }: Evidence): string[] {
  return tenants.flatMap(({ conserved, feed, name }) => [
    ...(conserved.length === 0 ? [`${name} has no endpoint`] : []),
    ...conserved.filter(({ holds }) => !holds).map((one) => `${name}: ${JSON.stringify(one)}`),
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

function leaks({ businesses, outputs, tenants }: Evidence): string[] {
  const secrets = businesses.flatMap(({ n }) => secretsOf(n).map((text) => ({ n, text })));
  const places = [
    ...outputs,
    ...tenants.map(({ name, feed }) => ({
      name: `events of ${name}`,
      text: feed.map((one) => one.text).join('\n'),
    })),
  ];
  return places.flatMap(({ name, text: place }) =>
    // Never the secret itself: this is printed.
    secrets
      .filter(({ text }) => place.includes(text))
      .map(({ n }) => `${name} tells what is private of business ${n}`),
  );
}

function badEnds({ exits, deaths }: Evidence): string[] {
  return [
    ...deaths
      .filter(({ count }) => count > 0)
      .map(({ name, count }) => `${name} ended by itself ${count} times`),
    ...exits.filter(({ code }) => code !== 0).map(({ name, code }) => `${name} ended with ${code}`),
  ];
}

function repeated(items: readonly string[]): string[] {
  return [...Map.groupBy(items, (item) => item)].flatMap(([item, all]) => (all.length > 1 ? [item] : []));
}

function nameOf({ type, aggregateId, sequence }: FeedEvent): string {
  return `${type} (${sequence}) of ${aggregateId}`;
}
