// npm run bench -- <what> [options]: runs one of the measurements beside this file.
import { existsSync } from 'node:fs';

const [what = ''] = process.argv.splice(2, 1);
const file = new URL(`./${what}.ts`, import.meta.url);
if (!/^[a-z]+$/.test(what) || what === 'run' || !existsSync(file)) {
  console.error('npm run bench -- claim | isolation | replay');
  process.exit(2);
}
await import(file.href);
