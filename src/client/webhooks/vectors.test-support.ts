import { readFileSync } from 'node:fs';
import type { WebhookErrorCode } from './errors.ts';
import type { Family } from './signatures.ts';

/** A request of contracts/webhook-test-vectors.json, and what the receiver of it has. */
interface Vector {
  readonly name: string;
  readonly secrets: readonly string[];
  /** The receiver's clock, in unix seconds. */
  readonly now: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bodyBase64: string;
}

export interface AcceptedVector extends Vector {
  readonly signingSecrets: readonly string[];
  /** One value per signing secret. */
  readonly signatures: Readonly<Record<Family, readonly string[]>>;
  readonly expect: {
    readonly families: readonly Family[];
    readonly eventId: string;
    readonly type: string;
    readonly aggregateId: string;
    readonly sequence: number;
    readonly previousSequence: number | null;
    readonly replay: string | null;
  };
}

interface RefusedVector extends Vector {
  readonly code: WebhookErrorCode;
  readonly require?: readonly Family[];
}

interface Vectors {
  readonly toleranceSeconds: number;
  readonly accepted: readonly AcceptedVector[];
  readonly refused: readonly RefusedVector[];
}

const FILE = new URL('../../../contracts/webhook-test-vectors.json', import.meta.url);

export const VECTORS: Vectors = JSON.parse(readFileSync(FILE, 'utf8'));
