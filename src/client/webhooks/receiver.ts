import { WebhookError } from './errors.ts';
import type { HeadersLike } from './headers.ts';
import { createMemoryStore } from './memory-store.ts';
import { decodeSecret } from './signatures.ts';
import type { Known, WebhookStore } from './store.ts';
import { type Verified, type VerifyOptions, verify } from './verify.ts';

/** A verified event, and where it stands among the others. */
export interface Received extends Verified {
  /** It was accepted before; the handler is not called again. */
  readonly duplicate: boolean;
  /** Nothing of this aggregate is known: its first event, or the store has forgotten or was not there yet. */
  readonly firstContact: boolean;
  /**
   * Events of this aggregate that this endpoint was owed and has not accepted: above `after`, up to `through`,
   * which is one of them. On first contact it may only mean that the store is new.
   */
  readonly gap?: { readonly after: number; readonly through: number };
  /** Whether a gap would be told: only when v2 signs the previous sequence. */
  readonly gapsTold: boolean;
  /** New, and older than what was accepted of its aggregate: a replay or redelivery. Do not let it undo newer state. */
  readonly late: boolean;
  /** Late, and not announced as a replay: redelivered by hand, or the promise of order was broken. */
  readonly disorder?: { readonly accepted: number };
}

export interface HandlerContext<Tx> {
  /** What the store lets a handler write with: the connection of its transaction, or undefined in memory. */
  readonly tx: Tx;
  /** Aborted when the handler has had its time. */
  readonly signal: AbortSignal;
}

/** Called once per event. An event whose handler throws is not accepted, and comes again. */
export type Handler<Tx = undefined> = (received: Received, context: HandlerContext<Tx>) => unknown;

export interface Receiver<Tx = undefined> {
  /**
   * Verifies, finds duplicates, gaps and disorder, calls the handler, and accepts the event when that went well:
   * answer 2xx then. Without a handler the event is accepted at once.
   * @throws WebhookError with the status to answer.
   */
  receive(headers: HeadersLike, body: string | Uint8Array, handler?: Handler<Tx>): Promise<Received>;
}

export interface ReceiverOptions extends VerifyOptions {
  /** Every secret that may be in use; a function, asked on each request, when they change while the process runs. */
  readonly secrets: readonly string[] | (() => readonly string[] | Promise<readonly string[]>);
  /** How long waiting and handling may take together before the sender is told to come again, in milliseconds. */
  readonly handlerTimeoutMs?: number;
  /** Told when work fails whose request was answered already; a warning of the process otherwise. */
  readonly onLateFailure?: (error: unknown) => void;
}

/** Below the 5 s that the sender waits unless told otherwise: it hears an answer instead of giving up on one. */
const HANDLER_TIMEOUT_MS = 4_000;

/** Secrets given as a list are looked at now: @throws TypeError when one has not the form of a secret. */
export function createReceiver(options: ReceiverOptions): Receiver;
export function createReceiver<Tx>(options: ReceiverOptions & { store: WebhookStore<Tx> }): Receiver<Tx>;
export function createReceiver<Tx>(options: ReceiverOptions & { store?: WebhookStore<Tx> }) {
  if (typeof options.secrets !== 'function') options.secrets.forEach(decodeSecret);
  return options.store ? over(options.store, options) : over(createMemoryStore(), options);
}

function over<Tx>(store: WebhookStore<Tx>, options: ReceiverOptions): Receiver<Tx> {
  const { secrets, handlerTimeoutMs = HANDLER_TIMEOUT_MS, onLateFailure = warn } = options;
  return {
    receive(headers, body, handler) {
      const work = async (signal: AbortSignal) => {
        const verified = verify({ headers, body }, await live(secrets), options);
        return await store.accept(verified.event, async (known, tx) => {
          // Waited too long for another: its request has been answered, and is made again.
          signal.throwIfAborted();
          const received = place(verified, known);
          if (handler && !received.duplicate) await handle(handler, received, { tx, signal });
          return received;
        });
      };
      return within(handlerTimeoutMs, work, onLateFailure);
    },
  };
}

async function live(secrets: ReceiverOptions['secrets']): Promise<readonly string[]> {
  if (typeof secrets !== 'function') return secrets;
  try {
    const asked = await secrets();
    asked.forEach(decodeSecret);
    return asked;
  } catch (cause) {
    throw new WebhookError('secrets_failed', 503, 'The receiver has not got its secrets.', { cause });
  }
}

function place(verified: Verified, known: Known): Received {
  const { event, previousSequence, replay } = verified;
  const { duplicate, sequence: accepted } = known;
  const isGap = !duplicate && previousSequence !== undefined && previousSequence > accepted;
  const late = !duplicate && event.sequence <= accepted;
  return {
    ...verified,
    duplicate,
    firstContact: accepted === 0,
    ...(isGap ? { gap: { after: accepted, through: previousSequence } } : {}),
    gapsTold: previousSequence !== undefined,
    late,
    ...(late && replay === undefined ? { disorder: { accepted } } : {}),
  };
}

async function handle<Tx>(
  handler: Handler<Tx>,
  received: Received,
  context: HandlerContext<Tx>,
): Promise<void> {
  try {
    await handler(received, context);
  } catch (cause) {
    if (cause instanceof WebhookError) throw cause;
    throw new WebhookError('handler_failed', 500, 'The event could not be handled.', { cause });
  }
}

/**
 * What `work` answers, or an error after `ms`. Work that takes longer goes on: when it ends well, the event that is
 * sent again is a duplicate.
 */
async function within<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  onLateFailure: (error: unknown) => void,
): Promise<T> {
  const tooSlow = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new WebhookError('handler_too_slow', 503, `The event was not handled within ${ms} ms.`);
      reject(error);
      tooSlow.abort(error);
    }, ms);
  });
  const working = work(tooSlow.signal).catch((cause: unknown) => {
    const isOurs = cause instanceof WebhookError;
    const error = isOurs ? cause : new WebhookError('store_failed', 503, 'The store has failed.', { cause });
    if (tooSlow.signal.aborted && error !== tooSlow.signal.reason) onLateFailure(error);
    throw error;
  });
  try {
    return await Promise.race([working, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
