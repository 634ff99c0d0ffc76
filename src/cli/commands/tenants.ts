import { createTenant, listTenants } from '../../registration/store/tenants.ts';
import { name, word } from '../arguments.ts';
import type { Commands } from '../command.ts';

export const tenantCommands: Commands = {
  'tenants create': {
    usage: 'tenants create <name>',
    summary: 'make a tenant; its rows are its own from then on',
    words: 1,
    async run(args, { open, clock }) {
      const wanted = name(word(args, 0));
      const { database } = await open('current');
      return { data: await createTenant(database.executor, clock, wanted) };
    },
  },
  'tenants list': {
    usage: 'tenants list',
    summary: 'list the tenants',
    async run(_, { open }) {
      const { database } = await open('current');
      return { data: await listTenants(database.executor) };
    },
  },
};
