import type { ProviderRef } from '../ports.ts';
import { fieldsOf, sidOf, textOf } from './fields.ts';

/** What a status callback of TrustHub is about. What it says of it is not believed: the bundle is read again. */
export interface Callback {
  readonly accountSid?: string;
  /** Empty when it names no bundle: then it is none of ours. */
  readonly refs: readonly ProviderRef[];
}

export function readCallback(form: URLSearchParams): Callback {
  const fields = fieldsOf(form);
  const accountSid = textOf(fields, 'accountsid');
  const bundleSid = sidOf(fields, 'bundlesid', 'BU');
  return {
    ...(accountSid === undefined ? {} : { accountSid }),
    refs: bundleSid === undefined ? [] : bundleRefs(bundleSid),
  };
}

/** Profile and trust product have the same prefix, and the callback does not say which it is. */
function bundleRefs(value: string): readonly ProviderRef[] {
  return ['customerProfileSid', 'trustProductSid'].map((name) => ({ resource: 'brand', name, value }));
}
