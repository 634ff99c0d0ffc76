import { describe } from 'node:test';
import { keepsKeys } from './conformance-keys.ts';
import { keepsPurchases } from './conformance-purchases.ts';
import { arbitrates } from './conformance-races.ts';
import type { Subject } from './conformance-subject.ts';

/**
 * What every ledger promises; each passes this very suite (R147, C6-C12).
 * @param racers how many callers come at the same moment.
 */
export function conformance(name: string, open: () => Promise<Subject>, racers = 50): void {
  describe(`${name} keeps keys`, () => keepsKeys(open));
  describe(`${name} keeps purchases`, () => keepsPurchases(open));
  describe(`${name} arbitrates`, () => arbitrates(open, racers));
}
