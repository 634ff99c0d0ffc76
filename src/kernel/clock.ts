/**
 * Wall time as an argument. Durable times (leases, due times, attempts) come from the database's clock,
 * see platform/database/clock.ts; this one serves what never leaves the process.
 */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
