/** A fault of our own while a call was made: its cause is thrown on, since it says nothing of the provider. */
export class OwnFault extends Error {
  constructor(cause: unknown) {
    super('a fault of our own', { cause });
    this.name = 'OwnFault';
  }
}

/** A sid for a path. The SDK would read the whole list for an empty one. */
export function sidOf(sid: string): string {
  if (!/^[A-Za-z0-9]+$/.test(sid)) throw new OwnFault(new TypeError('not a sid'));
  return sid;
}
