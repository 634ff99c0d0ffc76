import type { SimRecord } from '../collection.ts';
import { kind, type SimKind } from '../world.ts';

export type SinkStatus = 'initialized' | 'validating' | 'active' | 'failed';

export interface SinkRecord extends SimRecord {
  description: string;
  readonly destination: string;
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Several events in one request, or one each. */
  readonly batch: boolean;
  status: SinkStatus;
  /** Id inside the last test event; Validate wants it back. */
  testId: string | null;
}

export interface SubscriptionRecord extends SimRecord {
  description: string;
  readonly sinkSid: string;
  types: { readonly type: string; readonly schemaVersion: number }[];
}

export const sinks: SimKind<SinkRecord> = kind('sinks');
export const subscriptions: SimKind<SubscriptionRecord> = kind('subscriptions');
