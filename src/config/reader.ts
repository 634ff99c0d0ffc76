export type Environment = Readonly<Record<string, string | undefined>>;

export type Reader = ReturnType<typeof reader>;

/** Reads one environment: one function a kind of value; each notes its fault and answers something of the right type to go on with. */
export function reader(env: Environment, faults: string[]) {
  const text = (name: string): string | undefined => env[name]?.trim() || undefined;
  return {
    text,
    matching(name: string, pattern: RegExp, what: string, fallback: string): string {
      const value = text(name) ?? fallback;
      if (!pattern.test(value)) faults.push(`${name}: is not ${what}; e.g. ${fallback}`);
      return value;
    },
    integer(name: string, min: number, max: number, fallback: number): number {
      const value = text(name) ?? String(fallback);
      const number = Number(value);
      if (/^\d+$/.test(value) && number >= min && number <= max) return number;
      faults.push(`${name}: "${value}" is no whole number from ${min} to ${max}; e.g. ${fallback}`);
      return fallback;
    },
    boolean(name: string, fallback: boolean): boolean {
      const value = text(name) ?? String(fallback);
      if (value !== 'true' && value !== 'false') faults.push(`${name}: "${value}" is neither true nor false`);
      return value === 'true';
    },
    oneOf<T extends string>(name: string, words: readonly T[], fallback: T): T {
      const value = text(name) ?? fallback;
      const word = words.find((candidate) => candidate === value);
      if (word === undefined) faults.push(`${name}: "${value}" is not one of ${words.join(', ')}`);
      return word ?? fallback;
    },
    /** Words separated by commas, in the order of `words`; all of them when unset. */
    list<T extends string>(name: string, words: readonly T[]): readonly T[] {
      const asked = (text(name) ?? words.join(',')).split(',').map((word) => word.trim());
      const wrong = asked.filter((word) => !words.some((candidate) => candidate === word));
      for (const word of wrong) faults.push(`${name}: "${word}" is not one of ${words.join(', ')}`);
      return Object.freeze(words.filter((word) => asked.includes(word)));
    },
    url(name: string, protocols: readonly string[], example: string): string | undefined {
      const value = text(name);
      if (value === undefined) return undefined;
      const parsed = URL.parse(value);
      // What is connected to by more than its address.
      const isStore = protocols.includes('postgres:') || protocols.includes('redis:');
      if (!parsed || !protocols.includes(parsed.protocol) || parsed.hostname === '') {
        // Never the value: it may hold a password.
        faults.push(`${name}: is no URL of the form ${example}`);
      } else if (!isStore && (parsed.search || parsed.hash || parsed.username || parsed.password)) {
        faults.push(`${name}: must have no user, query or fragment; e.g. ${example}`);
      }
      return isStore ? value : value.replace(/\/+$/, '');
    },
  };
}
