import { createHash } from 'node:crypto';
import type { KeyScope } from '../ports.ts';

/**
 * One name for what makes a key one: 64 hexadecimal digits. Each part goes in with its length, so that no two
 * scopes can be written the same way.
 */
export function keyIdOf({ caller, method, path, key }: KeyScope): string {
  const hash = createHash('sha256');
  for (const part of [caller, method, path, key]) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return hash.digest('hex');
}
