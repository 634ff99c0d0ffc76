import { hash } from 'node:crypto';
import type { KeyScope } from '../ports.ts';

/**
 * One name for what makes a key one: 64 hexadecimal digits. Each part goes in with its length, so that no two
 * scopes can be written the same way.
 */
export function keyIdOf({ caller, method, path, key }: KeyScope): string {
  const parts = [caller, method, path, key].map((part) => `${Buffer.byteLength(part)}:${part}`);
  return hash('sha256', parts.join(''));
}
