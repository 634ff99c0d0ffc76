import type { Webhooks } from '../domain/types.ts';
import type { WebhookProbe } from '../ports.ts';
import { type AskHead, createHead, type HeadOptions, type HeadOutcome } from './head.ts';

/** `skipped`: not asked for want of room. */
export type ProbeOutcome = HeadOutcome | 'skipped';

export interface HeadProbeOptions extends HeadOptions {
  /** Told once of each field of a request, for logs and metrics; never of the URL. */
  readonly onResult: (
    outcome: ProbeOutcome,
    of: { readonly field: ProbedField; readonly correlationId: string },
  ) => void;
  /** Instead of the network. */
  readonly ask?: AskHead;
}

export interface HeadProbe extends WebhookProbe {
  /** Gives up what is being asked, and asks nothing more. */
  close(): Promise<void>;
}

const FIELDS = [
  'smsWebhookUrl',
  'voiceUrl',
  'statusCallbackUrl',
] as const satisfies readonly (keyof Webhooks)[];
export type ProbedField = (typeof FIELDS)[number];

/** URLs that are asked at once; a burst beyond it goes unprobed, since nobody is to wait for a probe. */
const MAX_ASKING = 16;
const SILENT: ReadonlySet<ProbeOutcome> = new Set(['reachable', 'own', 'skipped']);

/**
 * Asks with HEAD whether anybody is at a webhook's URL (R127), each URL of a request once and beside its work.
 * Warnings are stable words: `smsWebhookUrl does not answer: not_found`.
 */
export function createHeadProbe(options: HeadProbeOptions): HeadProbe {
  const { onResult } = options;
  const ask = options.ask ?? createHead(options);
  const closing = new AbortController();
  const asking = new Set<Promise<void>>();

  return {
    begin(webhooks, correlationId) {
      const outcomes = new Map<ProbedField, ProbeOutcome>();
      const tell = (field: ProbedField, outcome: ProbeOutcome) => {
        outcomes.set(field, outcome);
        onResult(outcome, { field, correlationId });
      };
      for (const [url, fields] of byUrl(webhooks)) {
        if (asking.size >= MAX_ASKING || closing.signal.aborted) {
          for (const field of fields) tell(field, 'skipped');
          continue;
        }
        const question = ask(url, closing.signal).then((outcome) => {
          asking.delete(question);
          for (const field of fields) tell(field, outcome);
        });
        asking.add(question);
      }
      return {
        warnings: () =>
          FIELDS.flatMap((field) => {
            const outcome = outcomes.get(field);
            return outcome === undefined || SILENT.has(outcome)
              ? []
              : [`${field} does not answer: ${outcome}`];
          }),
      };
    },
    async close() {
      closing.abort();
      await Promise.all(asking);
    },
  };
}

function byUrl(webhooks: Partial<Webhooks>): Map<string, ProbedField[]> {
  const found = new Map<string, ProbedField[]>();
  for (const field of FIELDS) {
    const url = webhooks[field];
    if (url !== undefined) found.set(url, [...(found.get(url) ?? []), field]);
  }
  return found;
}
