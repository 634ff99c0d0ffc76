// Makes of what tsc has put into dist/ the package that tenants install: `npm run build:client`, `npm pack ./dist`.
// It has the name and version of the whole, and a manifest of its own: the kit needs no package, and whoever
// receives webhooks must not have to install a database and a runtime with it.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const { name, version, license }: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const manifest = {
  name,
  version,
  description: 'Receives the webhooks of the A2P 10DLC registration service: verify, deduplicate, tell gaps',
  license,
  type: 'module',
  engines: { node: '>=20' },
  exports: {
    './webhooks': { types: './webhooks/index.d.ts', default: './webhooks/index.js' },
    './webhook-test-vectors.json': './webhook-test-vectors.json',
  },
};
writeFileSync('dist/package.json', `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync('docs/receiving-webhooks.md', 'dist/README.md');
copyFileSync('contracts/webhook-test-vectors.json', 'dist/webhook-test-vectors.json');
