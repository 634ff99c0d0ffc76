import type { SimRecord } from './collection.ts';
import { type InboundKind, type InboundTarget, inboundOf } from './core/inbound.ts';
import { FAULTS, type FaultRule, type Faults } from './faults.ts';
import { isObject, objectOf, textOf } from './json.ts';
import type { SimAnswer } from './request.ts';
import type { LogEntry, RequestLog } from './request-log.ts';
import type { SimWorld } from './world.ts';

/** The control API as functions, for tests in the same process; the same calls exist under /_sim. */
export interface SimControl {
  /** Travels forward; everything scheduled on the way fires in order and is awaited. */
  advance(byMs: number): Promise<void>;
  fault(rule: FaultRule): void;
  clearFaults(): void;
  objects(kind: string): readonly SimRecord[];
  requests(): readonly LogEntry[];
  counts(): ReturnType<RequestLog['counts']> & { faultHits: number };
  setAccountStatus(sid: string, status: 'active' | 'suspended' | 'closed'): void;
  /** `call('brands', 'BN..', {status: 'FAILED'})`: a control call of a resource. */
  call(name: string, sid: string | undefined, body: Readonly<Record<string, unknown>>): Promise<SimAnswer>;
  /** What Twilio would ask for when something comes in; undefined when no account has the number. */
  inbound(to: string, kind: InboundKind): InboundTarget | undefined;
  reset(): void;
  /** One call under /_sim, as the server gets it. */
  handle(request: { method: string; path: string; query: URLSearchParams; body: string }): Promise<SimAnswer>;
}

interface ControlParts {
  readonly world: SimWorld;
  readonly log: RequestLog;
  readonly faults: Faults;
  reset(): void;
}

export function controlOf({ world, log, faults, reset }: ControlParts): SimControl {
  const control: SimControl = {
    advance: (byMs) => world.clock.advance(byMs),
    fault: faults.add,
    clearFaults: faults.clear,
    objects: (kind) => world.collections.get(kind)?.all() ?? [],
    requests: log.entries,
    counts: () => ({ ...log.counts(), faultHits: faults.hits() }),
    setAccountStatus(sid, status) {
      const account = world.accounts.get(sid);
      if (account === undefined) throw new Error(`no account ${sid}`);
      account.status = status;
    },
    async call(name, sid, body) {
      const handler = world.controls.get(name);
      if (handler === undefined) return { status: 404, body: { error: `no control call ${name}` } };
      return handler({ method: 'POST', sid, body });
    },
    inbound: (to, kind) => inboundOf(world, to, kind),
    reset,
    handle,
  };

  async function handle(request: {
    method: string;
    path: string;
    query: URLSearchParams;
    body: string;
  }): Promise<SimAnswer> {
    const [, , name = '', sid] = request.path.split('/');
    const parsed = request.body === '' ? {} : readJson(request.body);
    if (!isObject(parsed)) return bad('the body must be a JSON object');
    switch (`${request.method} ${name}`) {
      case 'GET health':
        return ok({ status: 'ok', now: world.now(), timers: world.clock.pending() });
      case 'POST time': {
        const { advanceMs } = parsed;
        if (typeof advanceMs !== 'number' || !(advanceMs >= 0)) return bad('advanceMs must be a number >= 0');
        await control.advance(advanceMs);
        return ok({ now: world.now() });
      }
      case 'POST faults': {
        const rule = readRule(parsed);
        if (typeof rule === 'string') return bad(rule);
        control.fault(rule);
        return { status: 201, body: rule };
      }
      case 'DELETE faults':
        control.clearFaults();
        return { status: 204 };
      case 'GET objects': {
        const kind = request.query.get('kind');
        if (kind === null) return ok({ kinds: [...world.collections.keys()].sort() });
        return ok({ objects: control.objects(kind) });
      }
      case 'GET requests':
        return ok({ counts: control.counts(), requests: control.requests() });
      case 'POST accounts': {
        const account = world.accounts.get(sid ?? '');
        const { status } = parsed;
        if (account === undefined) return { status: 404, body: { error: 'no such account' } };
        if (status !== 'active' && status !== 'suspended' && status !== 'closed')
          return bad('unknown status');
        account.status = status;
        return ok({ sid: account.sid, status });
      }
      case 'POST delays': {
        for (const [key, value] of Object.entries(parsed)) {
          if (!(key in world.delays) || typeof value !== 'number') return bad(`unknown delay ${key}`);
        }
        Object.assign(world.delays, parsed);
        return ok(world.delays);
      }
      case 'POST reset':
        control.reset();
        return { status: 204 };
      default: {
        const handler = world.controls.get(name);
        if (handler !== undefined) return handler({ method: request.method, sid, body: parsed });
        return { status: 404, body: { error: `no control call ${request.method} /_sim/${name}` } };
      }
    }
  }
  return control;
}

const ok = (body: unknown): SimAnswer => ({ status: 200, body });
const bad = (error: string): SimAnswer => ({ status: 400, body: { error } });

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A rule out of JSON, or what is wrong with it: a typing error must not pass as "no fault". */
function readRule(body: Readonly<Record<string, unknown>>): FaultRule | string {
  const fault = FAULTS.find((one) => one === body.fault);
  if (fault === undefined) return `fault must be one of ${FAULTS.join(', ')}`;
  const match = objectOf(body.match);
  const texts: Record<string, string> = {};
  for (const key of ['method', 'path', 'body']) {
    const text = textOf(match[key]);
    if (text === undefined && match[key] !== undefined) return `match.${key} must be a text`;
    if (text !== undefined) texts[key] = text;
  }
  try {
    for (const key of ['path', 'body']) new RegExp(texts[key] ?? '');
  } catch {
    return 'match.path and match.body must be regular expressions';
  }
  const numbers: Record<string, number> = {};
  for (const key of ['times', 'skip', 'status', 'code', 'retryAfter', 'delayMs']) {
    const value = body[key];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
      return `${key} must be an integer`;
    numbers[key] = value;
  }
  const known = ['match', 'fault', 'message', 'times', 'skip', 'status', 'code', 'retryAfter', 'delayMs'];
  const unknown = Object.keys(body).find((key) => !known.includes(key));
  if (unknown !== undefined) return `unknown field ${unknown}`;
  const message = textOf(body.message);
  return { fault, match: texts, ...numbers, ...(message !== undefined && { message }) };
}
