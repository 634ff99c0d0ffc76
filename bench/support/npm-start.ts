import { readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../test/support/child-environment.ts';
import { ON_FREE_PORTS } from '../../test/support/processes.ts';
import { type ListeningChild, startListening } from './listening-child.ts';

const ROOT = new URL('../../', import.meta.url);
const PACKAGE: { readonly scripts: { readonly start: string } } = JSON.parse(
  readFileSync(new URL('package.json', ROOT), 'utf8'),
);

/** One service on a free port as an operator runs it: by what `npm start` says, in a process that has nothing else. */
export async function startMain(env: Readonly<Record<string, string>>): Promise<ListeningChild> {
  const { PATH = '', ...inherited } = childEnvironment();
  // The shell becomes the service: the script says `exec`.
  return startListening(['/bin/sh', '-c', PACKAGE.scripts.start], /health +(\S+)\/readyz/, {
    cwd: fileURLToPath(ROOT),
    env: {
      ...inherited,
      // The same Node as here, whichever the shell would find.
      PATH: `${dirname(process.execPath)}${delimiter}${PATH}`,
      ...ON_FREE_PORTS,
      ...env,
    },
  });
}
