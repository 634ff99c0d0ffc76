import type { ReceivedEvent } from '../../test/support/receiver.ts';
import type { Evidence } from './evidence.ts';
import { type Business, FINAL } from './load.ts';
import type { FeedEvent } from './tenant.ts';

/** Told and not delivered, delivered and not told, or delivered as something else. */
export function lostEvents({ tenants }: Evidence): string[] {
  return tenants.flatMap(({ feed, received, name }) => {
    const got = new Set(received.map(({ eventId }) => eventId));
    const made = new Map(feed.map((one) => [one.eventId, nameOf(one)]));
    return [
      ...feed.filter((one) => !got.has(one.eventId)).map((one) => `${name}: ${nameOf(one)} never arrived`),
      ...[...got].filter((id) => !made.has(id)).map((id) => `${name}: ${id} arrived and is not in the feed`),
      ...received
        .filter((one) => made.has(one.eventId) && made.get(one.eventId) !== nameOf(one))
        .map((one) => `${name}: ${made.get(one.eventId)} arrived as ${nameOf(one)}`),
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

/** Gaps in the numbers of an aggregate's events, and ways that its events do not tell. */
export function brokenSequences({ tenants, businesses }: Evidence): string[] {
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
      // One that is taken away again as soon as it may send: a gate that opens and closes between two passes is not
      // told of.
      if (FINAL[business.kind].ready && !a2p.some(({ type }) => type === 'A2PReady'))
        broken.push(`${business.campaignId} (${business.kind}) was never said to be ready`);
      const last = a2p.at(-1)?.type === 'A2PReady';
      if (last !== FINAL[business.kind].ready)
        broken.push(`${business.campaignId} (${business.kind}) said last: ${a2p.at(-1)?.type ?? 'nothing'}`);
    }
  }
  return broken;
}

function nameOf({ type, aggregateId, sequence }: Omit<ReceivedEvent, 'eventId'>): string {
  return `${type} (${sequence}) of ${aggregateId}`;
}
