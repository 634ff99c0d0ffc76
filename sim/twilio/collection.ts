import type { Collection, SimRecord } from './world.ts';

/** A new collection, and the same one as it looks to those who do not know its kind. */
export function createCollection<T extends SimRecord>(now: () => number) {
  const bySid = new Map<string, T>();
  const visible = (record: T, account: string) => record.account === account && record.visibleAt <= now();
  const collection: Collection<T> = {
    insert(record) {
      bySid.set(record.sid, record);
      return record;
    },
    find(account, sid) {
      const record = bySid.get(sid);
      return record !== undefined && visible(record, account) ? record : undefined;
    },
    list: (account) => [...bySid.values()].filter((record) => visible(record, account)).reverse(),
    get: (sid) => bySid.get(sid),
    all: () => [...bySid.values()],
    remove: (sid) => bySid.delete(sid),
  };
  const untyped: Collection<SimRecord> = {
    ...collection,
    insert: () => {
      throw new Error('insert through the kind, not through world.collections');
    },
  };
  return { collection, untyped };
}
