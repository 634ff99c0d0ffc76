/** The row was written by somebody else since it was read: optimistic lock lost. Read again, decide again. */
export class StaleVersion extends Error {
  constructor(what: string) {
    super(`${what} was changed meanwhile`);
    this.name = 'StaleVersion';
  }
}
