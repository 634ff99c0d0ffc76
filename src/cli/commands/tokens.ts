import { isScope, SCOPES, type Scope } from '#platform/secrets/tokens.ts';
import { SERVICES } from '../../config.ts';
import { createToken, findTenant, listTokens, revokeToken } from '../../registration/store/tenants.ts';
import { name, oneOf, required, text, word } from '../arguments.ts';
import { BadUsage, type Commands } from '../command.ts';
import { createProvisioningToken } from './provisioning-tokens.ts';

export const tokenCommands: Commands = {
  'tokens create': {
    usage:
      'tokens create --tenant <id|name> [--name <name>] [--scope read,write,pii] | --service provisioning --name <name>',
    summary: 'make an API token and show it, this once; pii shows tax ids unmasked',
    options: {
      tenant: { type: 'string' },
      name: { type: 'string' },
      scope: { type: 'string' },
      service: { type: 'string' },
    },
    async run(args, context) {
      const tenant = text(args, 'tenant');
      if (oneOf(args, 'service', SERVICES) === 'provisioning') {
        if (tenant !== undefined || text(args, 'scope') !== undefined)
          throw new BadUsage('a token of the provisioning service has no tenant and no scope');
        return createProvisioningToken(required(args, 'name'), context.settings);
      }
      const { open, clock } = context;
      if (tenant === undefined) throw new BadUsage('--tenant is missing');
      const scopes = scopesOf(text(args, 'scope') ?? 'read,write');
      const tokenName = name(text(args, 'name') ?? 'unnamed');
      const { executor } = (await open('current')).database;
      const { tenantId } = await findTenant(executor, tenant);
      const { token, tokenId } = await createToken(executor, clock, { tenantId, name: tokenName, scopes });
      return {
        data: { tokenId, tenantId, name: tokenName, scopes, token },
        notes: ['the token is not stored and cannot be shown again'],
      };
    },
  },
  'tokens list': {
    usage: 'tokens list [--tenant <id|name>]',
    summary: 'list the tokens, without what is secret',
    options: { tenant: { type: 'string' } },
    async run(args, { open }) {
      const wanted = text(args, 'tenant');
      const { executor } = (await open('current')).database;
      const tenant = wanted === undefined ? undefined : await findTenant(executor, wanted);
      return { data: await listTokens(executor, tenant?.tenantId) };
    },
  },
  'tokens revoke': {
    usage: 'tokens revoke <tokenId>',
    summary: 'end a token; running processes notice within seconds',
    words: 1,
    async run(args, { open, clock }) {
      const { database } = await open('current');
      const tokenId = word(args, 0);
      await revokeToken(database.executor, clock, tokenId);
      return { data: { revoked: tokenId } };
    },
  },
};

function scopesOf(list: string): readonly Scope[] {
  const words = [...new Set(list.split(',').map((scope) => scope.trim()))];
  const scopes = words.filter(isScope);
  if (scopes.length < words.length) throw new BadUsage(`--scope takes ${SCOPES.join(', ')}`);
  return scopes;
}
