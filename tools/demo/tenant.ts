import type { Instance } from './instance.ts';

export interface Tenant {
  readonly name: string;
  readonly token: string;
  /** Ends the token. What was registered stays for whoever wants to look at it. */
  close(): Promise<void>;
}

/** Makes a tenant and a token for it, as an operator does for a new customer. */
export async function createTenant(instance: Instance, name: string): Promise<Tenant> {
  const { tenantId } = await run(instance, ['tenants', 'create', name]);
  const made = await run(instance, ['tokens', 'create', '--tenant', tenantId ?? '', '--name', 'demo']);
  const { token, tokenId } = made;
  if (token === undefined || tokenId === undefined) throw new Error('tokens create answered no token');
  return {
    name,
    token,
    async close() {
      await run(instance, ['tokens', 'revoke', tokenId]);
    },
  };
}

async function run(instance: Instance, argv: readonly string[]): Promise<Partial<Record<string, string>>> {
  const { exitCode, stdout, stderr } = await instance.command([...argv, '--json']);
  const [noun, verb] = argv;
  if (exitCode !== 0) throw new Error(`${noun} ${verb}: ${stderr.trim()}`);
  return JSON.parse(stdout);
}
