import { setTimeout as sleep } from 'node:timers/promises';
import { COMPLETE_BRAND, COMPLETE_CAMPAIGN } from '../../test/twilio/complete.ts';
import { type Client, textAt, type Write } from './client.ts';

/**
 * `plain`: everything at once, until it is ready. `twins`: each creation sent twice at the same time under one key.
 * `mended`: the campaign is rejected first, changed and submitted again. `detached`: its number is taken away again.
 */
export type Kind = 'plain' | 'twins' | 'mended' | 'detached';

export interface Business {
  readonly n: number;
  readonly tenant: string;
  readonly kind: Kind;
  readonly displayName: string;
  readonly e164: string;
  brandId: string;
  campaignId: string;
  readonly beganMs: number;
  /** When all of it was where it was to end; undefined until then. */
  settledMs: number | undefined;
  /** What every look saw, in order, without repetitions. */
  readonly phases: { readonly brand: string[]; readonly campaign: string[]; readonly number: string[] };
}

/** Where each kind ends. */
export const FINAL: Readonly<
  Record<Kind, { brand: string; campaign: string; number: string; ready: boolean }>
> = {
  plain: { brand: 'VETTED', campaign: 'ACTIVE', number: 'VERIFIED', ready: true },
  twins: { brand: 'VETTED', campaign: 'ACTIVE', number: 'VERIFIED', ready: true },
  mended: { brand: 'VETTED', campaign: 'ACTIVE', number: 'VERIFIED', ready: true },
  detached: { brand: 'VETTED', campaign: 'ACTIVE', number: 'DETACHED', ready: false },
};

const KINDS: readonly Kind[] = ['plain', 'plain', 'twins', 'mended', 'detached'];
const LOOK_EVERY_MS = 400;
/** A registration at the simulator takes 60 s undisturbed; leases, unanswered orders and backoffs come on top. */
const SETTLE_DEADLINE_MS = 300_000;

export interface Tenant {
  readonly name: string;
  readonly client: Client;
}

/** What stays of a business that identifies people or its owner; none of it may be in a log or an event. */
export function secretsOf(n: number): readonly string[] {
  const { brand } = specOf(n);
  const { taxId = '', supportEmail = '', supportPhone = '', address, representative } = brand;
  const all = [
    taxId,
    supportEmail,
    supportPhone,
    address?.street,
    representative?.email,
    representative?.phone,
  ];
  return all.filter((text) => text !== undefined).flatMap((text) => [text, text.replace(/[-+]/g, '')]);
}

/** Each secret of whatever business contains one of them, beside other digits and letters (secretsOf, checks.test.ts). */
export const SECRET_MARKS = ['45-100', '45100', '1509555', '1509556', '@aldercreek.com', ' Quillwort Lane'];
/** In characters. */
export const LONGEST_SECRET = 32;

export function newBusiness(n: number, tenant: string, random: () => number, e164 = numberOf(n)): Business {
  const kind = KINDS[Math.floor(random() * KINDS.length)] ?? 'plain';
  return {
    n,
    tenant,
    kind,
    displayName: specOf(n).brand.displayName,
    e164,
    brandId: '',
    campaignId: '',
    beganMs: performance.now(),
    settledMs: undefined,
    phases: { brand: [], campaign: [], number: [] },
  };
}

/** Writes all that is wanted of a business, follows it to its end and notes what it sees. */
export async function run(business: Business, { client }: Tenant, twins: string[]): Promise<void> {
  const { kind, n, e164 } = business;
  const { brand, campaign } = specOf(n);
  const create = kind === 'twins' ? writeTwice(client, twins) : client.write;
  business.brandId = textAt((await create('POST', '/brands', brand))?.answer, 'brandId');
  if (business.brandId === '') return;
  if (!(await client.write('POST', `/brands/${business.brandId}:submit`))) return;
  const optIn = kind === 'mended' ? 'sim:reject' : campaign.optInDescription;
  const body = { ...campaign, brandId: business.brandId, optInDescription: optIn };
  business.campaignId = textAt((await create('POST', '/campaigns', body))?.answer, 'campaignId');
  if (business.campaignId === '') return;
  const { campaignId } = business;
  if (!(await client.write('POST', `/campaigns/${campaignId}:submit`))) return;
  if (!(await create('POST', '/numbers:attach', { campaignId, e164 }))) return;
  if (kind === 'mended') {
    if (!(await follow(business, client, ({ campaign: phase }) => phase === 'REJECTED'))) return;
    const change = { optInDescription: campaign.optInDescription };
    if (!(await client.write('PATCH', `/campaigns/${campaignId}`, change))) return;
    if (!(await client.write('POST', `/campaigns/${campaignId}:submit`))) return;
  }
  if (kind === 'detached') {
    if (!(await follow(business, client, ({ ready }) => ready))) return;
    if (!(await client.write('POST', '/numbers:detach', { e164 }))) return;
  }
  const end = FINAL[kind];
  const arrived = await follow(
    business,
    client,
    (seen) =>
      seen.brand === end.brand &&
      seen.campaign === end.campaign &&
      seen.ready === end.ready &&
      (seen.number === end.number || (end.number === 'DETACHED' && seen.number === '')),
  );
  if (arrived) business.settledMs = performance.now();
}

interface Seen {
  readonly brand: string;
  readonly campaign: string;
  readonly number: string;
  readonly ready: boolean;
}

/** Looks again and again until it holds; false when it does not in time. */
async function follow(business: Business, client: Client, holds: (seen: Seen) => boolean): Promise<boolean> {
  const until = performance.now() + SETTLE_DEADLINE_MS;
  while (performance.now() < until) {
    const answer = await client.look(`/campaigns/${business.campaignId}/readiness`);
    if (answer !== undefined) {
      const seen = seenIn(answer, business.e164);
      note(business.phases.brand, seen.brand);
      note(business.phases.campaign, seen.campaign);
      note(business.phases.number, seen.number);
      if (holds(seen)) return true;
    }
    await sleep(LOOK_EVERY_MS);
  }
  return false;
}

function seenIn(answer: unknown, e164: string): Seen {
  const { numbers, ready } = Object(answer);
  const list: readonly unknown[] = Array.isArray(numbers) ? numbers : [];
  const number = list.find((one) => textAt(one, 'e164') === e164);
  return {
    brand: textAt(answer, 'brand', 'status', 'phase'),
    campaign: textAt(answer, 'campaign', 'status', 'phase'),
    number: textAt(number, 'status', 'phase'),
    ready: ready === true,
  };
}

function note(phases: string[], phase: string): void {
  if (phase !== '' && phases.at(-1) !== phase) phases.push(phase);
}

/** Two requests at once under one key: they must be answered alike. */
function writeTwice(client: Client, twins: string[]) {
  return async (method: string, path: string, body: unknown): Promise<Write | undefined> => {
    const key = crypto.randomUUID();
    const [one, other] = await Promise.all([1, 2].map(() => client.write(method, path, body, key)));
    if (one && other && JSON.stringify(one.answer) !== JSON.stringify(other.answer)) {
      twins.push(`${method} ${path}: ${JSON.stringify(one.answer)} and ${JSON.stringify(other.answer)}`);
    }
    return one;
  };
}

function numberOf(n: number): string {
  return `+1212555${String(1_000 + n)}`;
}

/** 509 has no numbers at the simulator: what is found of it is a person's. */
function specOf(n: number) {
  const digits = String(n).padStart(4, '0');
  const { address, representative } = COMPLETE_BRAND;
  if (!address || !representative) throw new Error('the complete brand is not complete');
  const brand = {
    ...COMPLETE_BRAND,
    displayName: `Alder Creek ${n}`,
    taxId: `45-${1_000_000 + n}`,
    supportEmail: `help-${n}@aldercreek.com`,
    supportPhone: `+1509555${digits}`,
    address: { ...address, street: `${n} Quillwort Lane` },
    representative: { ...representative, email: `owner-${n}@aldercreek.com`, phone: `+1509556${digits}` },
  };
  const sampleMessages = COMPLETE_CAMPAIGN.sampleMessages.map((text) =>
    text.replace('Alder Creek', brand.displayName),
  );
  return { brand, campaign: { ...COMPLETE_CAMPAIGN, sampleMessages } };
}
