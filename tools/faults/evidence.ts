import { DEFAULT_ACCOUNT } from '../../sim/twilio/sim.ts';
import type { Conservation } from '../../src/platform/webhooks/upkeep/conservation.ts';
import { tagOf } from '../../src/provisioning/domain/tag.ts';
import type { ReceivedEvent } from '../../test/support/receiver.ts';
import { PRIMARY_PROFILE } from '../../test/support/twilio.ts';
import { ONE_OF_EACH } from '../../test/twilio/complete.ts';
import { textAt, type Write, type WriteLog } from './client.ts';
import type { Fleet } from './fleet.ts';
import { CALLER } from './fleet-environment.ts';
import type { Business } from './load.ts';
import type { Purchase } from './purchases.ts';
import type { FeedEvent, WatchedTenant } from './tenant.ts';

/** What a run has left, as it is seen from outside. The checks (checks.ts) look at nothing else. */
export interface Evidence {
  readonly businesses: readonly Business[];
  readonly purchases: readonly Purchase[];
  readonly writes: WriteLog;
  /** Pairs of simultaneous requests under one key that were answered differently. */
  readonly twins: readonly string[];
  /** Writes that were sent once more after the run, and what they were answered with. */
  readonly repeats: readonly { readonly write: Write; readonly status: number; readonly answer: unknown }[];
  readonly tenants: readonly TenantEvidence[];
  /** Tags of everything that was ever created at the fake provider. */
  readonly createdTags: readonly string[];
  readonly numbers: readonly NumberAtProvider[];
  /** How many objects of each kind the simulator has of registrations, and how many each business has. */
  readonly registered: readonly { readonly kind: string; readonly count: number; readonly each: number }[];
  /** Where personal data was looked for. */
  readonly outputs: readonly { readonly name: string; readonly text: string }[];
  /** Exit codes after SIGTERM, at the end. */
  readonly exits: readonly { readonly name: string; readonly code: number | null | undefined }[];
  /** How often a process ended without having been killed. */
  readonly deaths: readonly { readonly name: string; readonly count: number }[];
}

export interface TenantEvidence {
  readonly name: string;
  readonly brands: readonly unknown[];
  readonly campaigns: readonly unknown[];
  readonly numbers: readonly unknown[];
  readonly feed: readonly FeedEvent[];
  readonly received: readonly ReceivedEvent[];
  readonly violations: readonly string[];
  /** Requests that reached the receiver, refused ones included. */
  readonly requests: number;
  readonly conserved: readonly Conservation[];
  readonly unsettled: readonly string[];
}

export interface NumberAtProvider {
  readonly sid: string;
  readonly friendlyName: string;
  /** The whole object as text. */
  readonly text: string;
}

/** Of each kind of write, as many are sent again as a minute has room for. */
const REPEATED = 60;
/** Bought, but not configured. */
const PARTIAL = 207;

/** Reads all of it while the services still run, then ends them; so it can be done once. */
export async function collect(
  fleet: Fleet,
  done: Pick<Evidence, 'businesses' | 'purchases' | 'twins'>,
): Promise<Evidence> {
  const repeats: Evidence['repeats'][number][] = [];
  // A key that Redis has lost is a new one: the order is carried out again, on the number that bears its tag.
  const changed = new Set(done.purchases.filter(isChanged).map(({ key }) => key));
  // One that was answered with 207 is not finished under its key: the same again would set its first webhooks.
  const mayBeRepeated = ({ key, status }: Write) =>
    status !== PARTIAL && (fleet.redisLosses() === 0 || !changed.has(key));
  for (const [client, path] of [
    ...fleet.tenants.map(({ client }) => [client, '/brands'] as const),
    ...fleet.tenants.map(({ client }) => [client, '/campaigns'] as const),
    [fleet.shop, '/numbers'] as const,
  ]) {
    const own = fleet.writes.acknowledged.filter(
      (write) => write.client === client.id && write.path === path,
    );
    for (const write of own.filter(mayBeRepeated).slice(-REPEATED)) {
      const reply = await client.repeat(write);
      repeats.push({ write, status: reply?.status ?? 0, answer: reply?.answer });
    }
  }
  const tenants: TenantEvidence[] = [];
  for (const tenant of fleet.tenants) tenants.push(await tenantEvidence(tenant));
  // What was given back is somebody else's at the simulator.
  const own = (await fleet.sim.objects('numbers')).filter((one) => one.account === DEFAULT_ACCOUNT.sid);
  const numbers = own.map((one) => ({
    sid: textAt(one, 'sid'),
    friendlyName: textAt(one, 'friendlyName'),
    text: JSON.stringify(one),
  }));
  const registered: Evidence['registered'][number][] = [];
  for (const [kind, each] of Object.entries(ONE_OF_EACH)) {
    const all = await fleet.sim.objects(kind);
    // The platform's own profile was there before.
    registered.push({ kind, each, count: all.filter(({ sid }) => sid !== PRIMARY_PROFILE).length });
  }
  const exits: Evidence['exits'][number][] = await Promise.all(
    fleet.processes().map(async (one) => ({ name: one.name, code: await one.shutDown() })),
  );
  return {
    ...done,
    writes: fleet.writes,
    repeats,
    tenants,
    createdTags: fleet.provider.created.map(({ tag }) => tag),
    numbers,
    registered,
    outputs: [
      ...fleet.processes().map((one) => ({ name: one.name, text: one.output() })),
      { name: 'PostgreSQL', text: fleet.postgres.output() },
    ],
    exits,
    deaths: fleet.processes().map(({ name, deaths }) => ({ name, count: deaths })),
  };
}

async function tenantEvidence(tenant: WatchedTenant): Promise<TenantEvidence> {
  return {
    name: tenant.name,
    brands: await tenant.list('brands'),
    campaigns: await tenant.list('campaigns'),
    numbers: await tenant.list('numbers'),
    feed: await tenant.feed(),
    received: tenant.receiver.accepted,
    violations: tenant.receiver.violations,
    requests: tenant.receiver.requests(),
    conserved: await tenant.conserved(),
    unsettled: await tenant.unsettled(),
  };
}

/** Its number is not as its order made it. */
function isChanged({ released, rewired }: Purchase): boolean {
  return released || rewired;
}

/** The name by which a purchase is found at the provider. */
export function tagOfPurchase({ key }: Purchase): string {
  return tagOf({ caller: CALLER.name, key });
}
