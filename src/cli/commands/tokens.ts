import { isScope, SCOPES, type Scope } from '#platform/secrets/tokens.ts';
import { createToken, findTenant, listTokens, revokeToken } from '../../registration/store/tenants.ts';
import { name, text, word } from '../arguments.ts';
import { BadUsage, type Commands } from '../command.ts';

export const tokenCommands: Commands = {
  'tokens create': {
    usage: 'tokens create --tenant <id|name> [--name <name>] [--scope read,write,pii]',
    summary: 'make an API token and show it, this once; pii shows tax ids unmasked',
    options: {
      tenant: { type: 'string' },
      name: { type: 'string' },
      scope: { type: 'string', default: 'read,write' },
    },
    async run(args, { open, clock }) {
      const tenant = text(args, 'tenant');
      if (tenant === undefined) throw new BadUsage('--tenant is missing');
      const scopes = scopesOf(text(args, 'scope') ?? '');
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
