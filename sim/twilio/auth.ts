import { type SimAnswer, simError } from './request.ts';
import type { SimAccount, SimWorld } from './world.ts';

export type AuthResult =
  | { readonly kind: 'ok'; readonly account: string }
  | { readonly kind: 'refused'; readonly account: string | undefined; readonly answer: SimAnswer };

/** Paths on which a standard API key is not accepted: accounts and keys themselves. */
const NEEDS_MAIN_KEY = /^\/2010-04-01\/Accounts(\.json|\/[^/]+\.json|\/[^/]+\/Keys.*)$/;
const ACCOUNT_IN_PATH = /^\/2010-04-01\/Accounts\/([^/.]+)/;

/**
 * HTTP Basic: `AC..:token` or `SK..:secret`. Under /2010-04-01 the account of the path counts; it must be the
 * caller's own or a subaccount of it. Wrong: 401/20003; an account that is not active: 403/20005.
 */
export function authenticate(world: SimWorld, header: string | undefined, path: string): AuthResult {
  const credentials = readBasic(header);
  const caller = credentials && callerOf(world, credentials, path);
  if (caller === undefined) return refused(undefined, simError(401, 20003, 'Authenticate'));
  const named = ACCOUNT_IN_PATH.exec(path)?.[1];
  const target = named === undefined ? caller : world.accounts.get(named);
  if (target === undefined || (target !== caller && target.parent !== caller.sid)) {
    return refused(caller.sid, simError(401, 20003, 'Authenticate'));
  }
  // A parent must reach its suspended subaccount to activate it again, so only the caller's own state counts.
  if (caller.status !== 'active') return refused(caller.sid, simError(403, 20005, 'Account not active'));
  return { kind: 'ok', account: target.sid };
}

function refused(account: string | undefined, answer: SimAnswer): AuthResult {
  return { kind: 'refused', account, answer };
}

function callerOf(
  world: SimWorld,
  { user, password }: { user: string; password: string },
  path: string,
): SimAccount | undefined {
  const own = world.accounts.get(user);
  if (own !== undefined) return own.token === password ? own : undefined;
  for (const account of world.accounts.values()) {
    const key = account.keys.find((one) => one.sid === user && one.secret === password);
    if (key === undefined) continue;
    return key.kind === 'standard' && NEEDS_MAIN_KEY.test(path) ? undefined : account;
  }
  return undefined;
}

function readBasic(header: string | undefined): { user: string; password: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
