import type { AvailableNumber } from '../../domain/types.ts';

/** Lines of 555-01xx are set aside for fiction, so no number here is anyone's telephone. */
const LINES = Array.from({ length: 100 }, (_, line) => String(line).padStart(2, '0'));
const STOCK = /^\+1([2-9]\d{2})55501(\d{2})$/;
const SID = /^PN0{21}(1\d{10})$/;

/** What the fake provider sells in an area code, always in the same order. */
export function stockOf(areaCode: string): readonly AvailableNumber[] {
  return LINES.map((line) => numberOf(`+1${areaCode}55501${line}`));
}

export const isInStock = (e164: string): boolean => STOCK.test(e164);

/** Somebody else is always faster: every fifth number is lost at the purchase (C45). */
export const isLost = (e164: string): boolean => Number(e164.slice(-2)) % 5 === 0;

/** What any number looks like here: the last two digits decide what it can do. */
export function numberOf(e164: string): AvailableNumber {
  return {
    e164,
    country: 'US',
    capabilities: { sms: !e164.endsWith('99'), voice: !e164.endsWith('98') },
  };
}

/** A sid says its number, so that another process knows it too: `PN` and 32 digits. */
export const sidOf = (e164: string): string => `PN${e164.slice(1).padStart(32, '0')}`;

export function e164Of(sid: string): string | undefined {
  const digits = SID.exec(sid)?.[1];
  return digits && `+${digits}`;
}
