/** What every object has. Times are milliseconds of the simulator's clock. */
export interface SimRecord {
  readonly sid: string;
  readonly account: string;
  readonly createdAt: number;
  updatedAt: number;
  /** Before this moment GET, lists and changes do not see the object (eventual consistency). */
  visibleAt: number;
}

export interface Collection<T extends SimRecord> {
  insert(record: T): T;
  /** Of this account and visible. Changing its fields changes the object; set updatedAt = world.now(). */
  find(account: string, sid: string): T | undefined;
  /** Visible ones of this account, newest first as Twilio lists them. */
  list(account: string): readonly T[];
  /** Whatever its account and visibility, for inner use: timers, callbacks, control calls. */
  get(sid: string): T | undefined;
  all(): readonly T[];
  remove(sid: string): boolean;
}

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
