import type { SimRecord } from '../collection.ts';
import { addresses } from '../core/records.ts';
import { kind, type SimKind, type SimWorld } from '../world.ts';
import { jsonObject, textOf } from './common.ts';
import type { BundleContent } from './evaluation.ts';

export type BundleStatus = 'draft' | 'pending-review' | 'in-review' | 'twilio-rejected' | 'twilio-approved';
export type BundleKind = 'customer' | 'trust';

export interface BundleRecord extends SimRecord {
  readonly kind: BundleKind;
  readonly policySid: string;
  friendlyName: string;
  email: string;
  statusCallback: string | null;
  status: BundleStatus;
  errors: readonly { readonly code: number }[];
  /** Counts submissions and returns to draft, so that a timer of an earlier one does nothing. */
  round: number;
  /** The review's time is up; only a profile underneath may still be undecided. */
  reviewed: boolean;
}

export interface EndUserRecord extends SimRecord {
  friendlyName: string;
  readonly type: string;
  attributes: Record<string, unknown>;
}

export type DocumentStatus = 'DRAFT' | 'PENDING_REVIEW' | 'REJECTED' | 'APPROVED';

export interface DocumentRecord extends EndUserRecord {
  status: DocumentStatus;
}

export interface AssignmentRecord extends SimRecord {
  readonly bundleSid: string;
  readonly objectSid: string;
}

export interface EvaluationRecord extends SimRecord {
  readonly bundleSid: string;
  readonly policySid: string;
  readonly status: 'compliant' | 'noncompliant';
  readonly results: readonly unknown[];
}

export const customerProfiles: SimKind<BundleRecord> = kind('customerProfiles');
export const trustProducts: SimKind<BundleRecord> = kind('trustProducts');
export const endUsers: SimKind<EndUserRecord> = kind('endUsers');
export const documents: SimKind<DocumentRecord> = kind('supportingDocuments');
export const assignments: SimKind<AssignmentRecord> = kind('entityAssignments');
export const evaluations: SimKind<EvaluationRecord> = kind('evaluations');

export function bundlesOf(kindOfBundle: BundleKind): SimKind<BundleRecord> {
  return kindOfBundle === 'customer' ? customerProfiles : trustProducts;
}

/** A bundle of either kind, whatever its account. */
export function bundleBySid(world: SimWorld, sid: string): BundleRecord | undefined {
  return customerProfiles.of(world).get(sid) ?? trustProducts.of(world).get(sid);
}

export function assignmentsOf(world: SimWorld, bundleSid: string): readonly AssignmentRecord[] {
  return assignments
    .of(world)
    .all()
    .filter((entry) => entry.bundleSid === bundleSid);
}

function objectsOf<T extends SimRecord>(
  world: SimWorld,
  bundleSid: string,
  kindOfObject: SimKind<T>,
): readonly T[] {
  return assignmentsOf(world, bundleSid).flatMap(
    (entry) => kindOfObject.of(world).get(entry.objectSid) ?? [],
  );
}

export function endUsersOf(world: SimWorld, bundleSid: string): readonly EndUserRecord[] {
  return objectsOf(world, bundleSid, endUsers);
}

export function documentsOf(world: SimWorld, bundleSid: string): readonly DocumentRecord[] {
  return objectsOf(world, bundleSid, documents);
}

export function profilesOf(world: SimWorld, bundleSid: string): readonly BundleRecord[] {
  return objectsOf(world, bundleSid, customerProfiles);
}

/** Attributes of the bundle's end user of one type; empty when there is none. */
export function attributesOf(world: SimWorld, bundleSid: string, type: string): Record<string, unknown> {
  return endUsersOf(world, bundleSid).find((endUser) => endUser.type === type)?.attributes ?? {};
}

/** What hangs on the bundle, in the form that an evaluation looks at. */
export function contentOf(world: SimWorld, bundle: BundleRecord): BundleContent {
  return {
    endUsers: endUsersOf(world, bundle.sid),
    addressDocuments: documentsOf(world, bundle.sid).map((document) => {
      const addressSids = textOf(document.attributes.address_sids);
      const exists = addresses.of(world).get(addressSids)?.account === bundle.account;
      return { addressSids, addressExists: exists };
    }),
    profilePolicies: profilesOf(world, bundle.sid).map((profile) => profile.policySid),
  };
}

/** Bundles that the object hangs on. */
export function bundlesWith(world: SimWorld, objectSid: string): readonly BundleRecord[] {
  return assignments
    .of(world)
    .all()
    .filter((entry) => entry.objectSid === objectSid)
    .flatMap((entry) => bundleBySid(world, entry.bundleSid) ?? []);
}

/** An address that an approved document names cannot be changed any more (21630). */
export function isAddressVerified(world: SimWorld, addressSid: string): boolean {
  return documents
    .of(world)
    .all()
    .some((document) => document.status === 'APPROVED' && document.attributes.address_sids === addressSid);
}

/** Attributes as the API takes them: a JSON object in text; none given is an empty object. */
export function attributesFrom(form: URLSearchParams): Record<string, unknown> | undefined {
  const text = form.get('Attributes');
  return text === null || text === '' ? {} : jsonObject(text);
}
