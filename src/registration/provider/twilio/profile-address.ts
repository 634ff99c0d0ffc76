import { type Outcome, ok } from '#kernel/outcome.ts';
import type { BrandRef } from './bundle-plan.ts';
import type { AddressInput, AddressParts, TwilioCalls } from './calls.ts';
import {
  type Deed,
  foundBy,
  LATE_LISTING_MS,
  makeOnce,
  mapOk,
  onceEachSubmission,
  type Run,
  type Step,
  tagOf,
} from './steps.ts';

interface AddressWork {
  readonly run: Run;
  readonly calls: TwilioCalls;
}

type Sid = { readonly sid: string };

const DOCUMENT_TYPE = 'customer_profile_address';
/** What an edit carries, but for the name by which the address is found. */
const SENT = ['customerName', 'street', 'streetSecondary', 'city', 'region', 'postalCode'] as const;
/** The address is bound to a verified document and takes no change. */
const BOUND = '21630';

/** The address and the document that carries it into the profile. */
export function addressSteps(
  work: AddressWork,
  inputOf: (friendlyName: string) => AddressInput,
): readonly Step[] {
  return [
    unlessKnown('addressSid', () => makeOnce(work.run, address(work, inputOf, 'address'))),
    unlessKnown('addressDocumentSid', (addressSid) =>
      makeOnce(work.run, document(work, 'address-document', addressSid)),
    ),
  ];
}

/**
 * The address of an older submission, edited where it differs. One that takes no change gets a successor with a document of its
 * own, found under marks of this submission.
 */
export function addressMendingSteps(
  work: AddressWork,
  inputOf: (friendlyName: string) => AddressInput,
): readonly Step[] {
  const { run, calls } = work;
  let bound = false;
  return [
    async ({ addressSid = '' }) => {
      const input = inputOf(tagOf(run, 'address'));
      const isSame = (address: AddressParts) =>
        SENT.every((name) => (address[name] ?? '') === (input[name] ?? ''));
      const mended = await onceEachSubmission<{ readonly bound: boolean }>(run, {
        what: 'address-update',
        operation: 'address.update',
        request: { addressSid, input },
        // One that says all this already is left alone: a bound one would cost the street another use.
        async find() {
          const look = await calls.fetchAddress(addressSid);
          const same = mapOk(look, (address) => (address && isSame(address) ? { bound: false } : undefined));
          return foundBy(Promise.resolve(same));
        },
        act: async () => {
          const outcome = await calls.updateAddress(addressSid, input);
          if (outcome.kind === 'refused' && outcome.refusal.code === BOUND) return ok({ bound: true });
          return mapOk(outcome, () => ({ bound: false }));
        },
      });
      if (mended.kind === 'ok') bound = mended.value.bound;
      return mapOk(mended, () => ({}));
    },
    async () => {
      if (!bound) return ok({});
      const successor = address(work, inputOf, `address-${run.submission}`);
      return mapOk(await onceEachSubmission(run, successor), ({ sid }) => ({ addressSid: sid }));
    },
    async ({ addressSid = '' }) => {
      if (!bound) return ok({});
      const successor = document(work, `address-document-${run.submission}`, addressSid);
      return mapOk(await onceEachSubmission(run, successor), ({ sid }) => ({ addressDocumentSid: sid }));
    },
  ];
}

function unlessKnown(ref: BrandRef, make: (addressSid: string) => Promise<Outcome<Sid>>): Step {
  return async (known) => {
    if (known[ref] !== undefined) return ok({});
    return mapOk(await make(known.addressSid ?? ''), ({ sid }) => ({ [ref]: sid }));
  };
}

function address(
  { run, calls }: AddressWork,
  inputOf: (friendlyName: string) => AddressInput,
  what: string,
): Deed<Sid> {
  const input = inputOf(tagOf(run, what));
  return {
    what,
    operation: 'address.create',
    request: input,
    absentAfterMs: LATE_LISTING_MS,
    find: () => foundBy(calls.findAddress(input.friendlyName)),
    act: () => calls.createAddress(input),
  };
}

function document({ run, calls }: AddressWork, what: string, addressSid: string): Deed<Sid> {
  const input = {
    friendlyName: tagOf(run, what),
    type: DOCUMENT_TYPE,
    attributes: { address_sids: addressSid },
  };
  return {
    what,
    operation: 'document.create',
    request: input,
    absentAfterMs: LATE_LISTING_MS,
    find: () => foundBy(calls.findDocument(input)),
    act: () => calls.createDocument(input),
  };
}
