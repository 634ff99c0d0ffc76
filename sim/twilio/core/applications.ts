import { notFound, type SimAnswer, type SimRequest } from '../request.ts';
import type { SimRoute } from '../route.ts';
import type { SimWorld } from '../world.ts';
import { type ApplicationRecord, applications } from './records.ts';
import { commonFields, isTrue, snakeCase } from './view.ts';

const ROOT = '/2010-04-01/Accounts/:account/Applications';
const URLS = ['VoiceUrl', 'VoiceFallbackUrl', 'StatusCallback', 'SmsUrl', 'SmsFallbackUrl'];
const SMS_CALLBACKS = ['SmsStatusCallback', 'MessageStatusCallback'];
const METHODS = [
  'VoiceMethod',
  'VoiceFallbackMethod',
  'StatusCallbackMethod',
  'SmsMethod',
  'SmsFallbackMethod',
];
const FLAGS = ['VoiceCallerIdLookup', 'PublicApplicationConnectEnabled'];

export const applicationRoutes: readonly SimRoute[] = [
  {
    method: 'GET',
    product: 'api',
    path: `${ROOT}.json`,
    handle(request, world) {
      const name = request.query.get('FriendlyName');
      const own = applications.of(world).list(request.account);
      const found = own.filter((record) => name === null || record.fields.friendly_name === name);
      return world.page(request, found.map(view), 'applications');
    },
  },
  {
    method: 'POST',
    product: 'api',
    path: `${ROOT}.json`,
    handle(request, world) {
      const record = applications.of(world).insert({
        ...world.stamp('AP', request.account),
        fields: {
          api_version: '2010-04-01',
          friendly_name: null,
          ...Object.fromEntries([...URLS, ...SMS_CALLBACKS].map((name) => [snakeCase(name), null])),
          ...Object.fromEntries(METHODS.map((name) => [snakeCase(name), 'POST'])),
          ...Object.fromEntries(FLAGS.map((name) => [snakeCase(name), false])),
        },
      });
      change(record, request.form);
      return { status: 201, body: view(record) };
    },
  },
  { method: 'GET', product: 'api', path: `${ROOT}/:sid.json`, handle: withRecord(() => undefined) },
  {
    method: 'POST',
    product: 'api',
    path: `${ROOT}/:sid.json`,
    handle: withRecord((record, request, world) => {
      change(record, request.form);
      record.updatedAt = world.now();
      return undefined;
    }),
  },
  {
    method: 'DELETE',
    product: 'api',
    path: `${ROOT}/:sid.json`,
    handle: withRecord((record, _request, world) => {
      applications.of(world).remove(record.sid);
      return { status: 204 };
    }),
  },
];

function withRecord(
  use: (record: ApplicationRecord, request: SimRequest, world: SimWorld) => SimAnswer | undefined,
): SimRoute['handle'] {
  return (request, world) => {
    const record = applications.of(world).find(request.account, request.params.sid ?? '');
    if (record === undefined) return notFound(request);
    return use(record, request, world) ?? { status: 200, body: view(record) };
  };
}

function change(record: ApplicationRecord, form: URLSearchParams): void {
  for (const name of ['FriendlyName', ...URLS, ...SMS_CALLBACKS, ...METHODS]) {
    const value = form.get(name);
    if (value !== null) record.fields[snakeCase(name)] = value === '' ? null : value;
  }
  for (const name of FLAGS) if (form.has(name)) record.fields[snakeCase(name)] = isTrue(form.get(name));
}

function view(record: ApplicationRecord): Readonly<Record<string, unknown>> {
  return { ...commonFields(record, 'Applications'), ...record.fields };
}
