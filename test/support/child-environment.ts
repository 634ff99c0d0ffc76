/**
 * What a process that a test starts takes from the test's own environment, beside what the test gives it: where
 * programs are, and where the run keeps compiled code (tools/test.ts); a service compiles for half of its start.
 */
export function childEnvironment(): Readonly<Record<string, string>> {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) };
}
