import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';
import { type Business, newBusiness, run, type Tenant } from './load.ts';
import { type Purchase, purchase } from './purchases.ts';

export interface Drive {
  readonly businesses: readonly Business[];
  readonly purchases: readonly Purchase[];
  readonly twins: readonly string[];
  /** Begins nothing more; resolves when all that was begun has come to its end, or was given up. */
  stop(): Promise<void>;
}

/** 40 businesses a minute, so that the machine is not what fails. */
const EVERY_MS = 1_500;
/** What cannot go on while a fault holds piles up to here. */
const MOST_AT_ONCE = 60;
/** Of the beginnings, every so many also orders a number. */
const PURCHASE_EACH = 2;
/** A registration at the simulator has some twenty calls with a second between; more at once would wait for each other. */
const TWILIO_EVERY_MS = 90_000;

/** Drives a mixed load of both services until it is stopped. */
export function startDrive({ tenants, shop }: Pick<Fleet, 'tenants' | 'shop'>, random: () => number): Drive {
  const [fake, twilio] = tenants;
  if (!fake) throw new Error('there is no tenant');
  const businesses: Business[] = [];
  const purchases: Purchase[] = [];
  const twins: string[] = [];
  const open = new Set<Promise<unknown>>();
  const ending = new AbortController();
  let failure: unknown;

  const follow = (work: Promise<unknown>) => {
    const followed: Promise<unknown> = work
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => open.delete(followed));
    open.add(followed);
  };
  const register = (tenant: Tenant, choose: () => number, e164?: string) => {
    const business = newBusiness(businesses.length, tenant.name, choose, e164);
    businesses.push(business);
    return run(business, tenant, twins);
  };
  const pause = (ms: number) =>
    sleep(ms, undefined, { signal: ending.signal }).catch(() => {
      // It ends.
    });

  const arrivals = async () => {
    for (let turn = 0; !ending.signal.aborted; turn += 1) {
      if (open.size < MOST_AT_ONCE) {
        follow(register(fake, random));
        if (turn % PURCHASE_EACH === 0) follow(purchase(shop, random, purchases));
      }
      await pause(EVERY_MS * (0.5 + random()));
    }
  };
  const arrivalsAtTwilio = async (tenant: Tenant) => {
    while (!ending.signal.aborted) {
      const bought = await purchase(shop, random, purchases, true);
      // The plain kind: the others' rejections are the fake provider's.
      if (bought) follow(register(tenant, () => 0, bought.e164));
      await pause(TWILIO_EVERY_MS);
    }
  };
  const running = [arrivals(), ...(twilio ? [arrivalsAtTwilio(twilio)] : [])];
  return {
    businesses,
    purchases,
    twins,
    async stop() {
      ending.abort();
      await Promise.all(running);
      await Promise.all(open);
      if (failure !== undefined) throw failure;
    },
  };
}
