import { join } from 'node:path';

/** File of the tokens that are good in development, an entry a line; read anew while the service runs. */
export function developmentTokenFile(dataDir: string): string {
  return join(dataDir, 'provisioning-tokens');
}
