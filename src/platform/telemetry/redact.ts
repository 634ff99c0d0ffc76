/**
 * The second wall against PII and secrets in logs (R44); the first is that nobody logs them. Works by the names
 * of fields at any depth: a path list would miss what is nested one level deeper than somebody foresaw.
 */
const SENSITIVE =
  /(^ein|authorization|cookie|password|secrets?|tokens?|apikey|privatekey|signature|taxid|emails?|phones?|address|representative|firstname|lastname|sealed\w*|databaseurl|connectionstring|encryptionkeys)$/;

const CENSOR = '[redacted]';
/** Below it a log line has become a dump; also where a cycle ends. */
const MAX_DEPTH = 8;

export function isSensitive(name: string): boolean {
  return SENSITIVE.test(name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
}

/** A copy of a record of log fields that may be written: same shape, sensitive values replaced. */
export function redactFields(fields: object, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      isSensitive(name) && value !== undefined && value !== null ? CENSOR : redactValue(value, depth + 1),
    ]),
  );
}

/**
 * What a log says of a thrown value: type, code, message, stack and causes, and of a database error what it
 * concerned. Everything else an error carries stays out: drivers attach rows (`detail`), parameters and bodies.
 */
export function errorFields(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const extra = error as { code?: unknown; constraint?: unknown; table?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...plain('code', extra.code),
    ...plain('constraint', extra.constraint),
    ...plain('table', extra.table),
    stack: error.stack,
    ...(error.cause !== undefined && depth < MAX_DEPTH ? { cause: errorFields(error.cause, depth + 1) } : {}),
  };
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return errorFields(value);
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  // Dates, URLs and the like say for themselves how they are written.
  return 'toJSON' in value ? value : redactFields(value, depth);
}

function plain(name: string, value: unknown): Record<string, unknown> {
  return typeof value === 'string' || typeof value === 'number' ? { [name]: value } : {};
}
