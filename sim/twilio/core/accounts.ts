import { notFound, type SimRequest, simError } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimAccount, SimWorld } from '../world.ts';
import { rfc2822 } from './view.ts';

const ROOT = '/2010-04-01/Accounts';

/** Accounts and subaccounts. Credentials of a parent create and change its subaccounts. */
export const accountRoutes: readonly SimRoute[] = [
  { method: 'GET', product: 'api', path: `${ROOT}.json`, handle: list },
  { method: 'POST', product: 'api', path: `${ROOT}.json`, handle: create },
  {
    method: 'GET',
    product: 'api',
    path: `${ROOT}/:account.json`,
    handle(request, world) {
      const account = world.accounts.get(request.account);
      return account === undefined ? notFound(request) : { status: 200, body: view(account) };
    },
  },
  { method: 'POST', product: 'api', path: `${ROOT}/:account.json`, handle: update },
];

function list(request: SimRequest, world: SimWorld) {
  const name = request.query.get('FriendlyName');
  const status = request.query.get('Status');
  const own = [...world.accounts.values()].filter(
    (account) =>
      (account.sid === request.account || account.parent === request.account) &&
      (name === null || account.friendlyName === name) &&
      (status === null || account.status === status),
  );
  return world.page(request, own.map(view), 'accounts');
}

function create(request: SimRequest, world: SimWorld) {
  const parent = world.accounts.get(request.account);
  if (parent?.parent !== undefined) return simError(400, 20001, 'A subaccount cannot have subaccounts');
  const account: SimAccount = {
    sid: world.newSid('AC'),
    token: world.newSid(''),
    status: 'active',
    friendlyName: request.form.get('FriendlyName') ?? `SubAccount Created at ${rfc2822(world.now())}`,
    parent: request.account,
    keys: [],
    createdAt: world.now(),
  };
  world.accounts.set(account.sid, account);
  return { status: 201, body: view(account) };
}

function update(request: SimRequest, world: SimWorld) {
  const account = world.accounts.get(request.account);
  if (account === undefined) return notFound(request);
  const status = request.form.get('Status');
  if (status !== null) {
    if (account.status === 'closed') return simError(400, 21479, 'A closed account cannot be reopened');
    if (status !== 'active' && status !== 'suspended' && status !== 'closed') {
      return simError(400, 20001, `Invalid Status ${status}`);
    }
    account.status = status;
  }
  account.friendlyName = request.form.get('FriendlyName') ?? account.friendlyName;
  return { status: 200, body: view(account) };
}

function view(account: SimAccount): Readonly<Record<string, unknown>> {
  return {
    sid: account.sid,
    owner_account_sid: account.parent ?? account.sid,
    friendly_name: account.friendlyName,
    auth_token: account.token,
    status: account.status,
    type: 'Full',
    date_created: rfc2822(account.createdAt),
    date_updated: rfc2822(account.createdAt),
    uri: `${ROOT}/${account.sid}.json`,
    subresource_uris: {
      addresses: `${ROOT}/${account.sid}/Addresses.json`,
      applications: `${ROOT}/${account.sid}/Applications.json`,
      available_phone_numbers: `${ROOT}/${account.sid}/AvailablePhoneNumbers.json`,
      incoming_phone_numbers: `${ROOT}/${account.sid}/IncomingPhoneNumbers.json`,
    },
  };
}
