/** Headers as Node, Express and Fastify give them, or a `Headers` object of the web. */
export type HeadersLike =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | { get(name: string): string | null };

/** What the sender tells in headers, as sent; undefined when absent. */
export interface WebhookHeaders {
  readonly eventId: string | undefined;
  readonly type: string | undefined;
  readonly aggregateId: string | undefined;
  readonly sequence: string | undefined;
  readonly previousSequence: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly replay: string | undefined;
  readonly standardId: string | undefined;
  readonly standardTimestamp: string | undefined;
  readonly standardSignature: string | undefined;
}

export function readHeaders(headers: HeadersLike): WebhookHeaders {
  const value = reader(headers);
  return {
    eventId: value('x-nmc-eventid'),
    type: value('x-nmc-event'),
    aggregateId: value('x-nmc-aggregate-id'),
    sequence: value('x-nmc-sequence'),
    previousSequence: value('x-nmc-previous-sequence'),
    timestamp: value('x-nmc-timestamp'),
    signature: value('x-nmc-signature'),
    replay: value('x-nmc-replay'),
    standardId: value('webhook-id'),
    standardTimestamp: value('webhook-timestamp'),
    standardSignature: value('webhook-signature'),
  };
}

function reader(headers: HeadersLike): (name: string) => string | undefined {
  if (hasGet(headers)) return (name) => headers.get(name) ?? undefined;
  const values = new Map<string, string>();
  for (const [name, given] of Object.entries(headers)) {
    if (given === undefined) continue;
    const key = name.toLowerCase();
    const value = typeof given === 'string' ? given : given.join(', ');
    // A header given twice is joined, as HTTP has it: no reader may see one of the two and a second the other.
    const before = values.get(key);
    values.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return (name) => values.get(name);
}

function hasGet(headers: HeadersLike): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function';
}
