// Measures how far the tests of provisioning's rules and of its service reach, by themselves, and fails below what
// is promised: a purchase takes every branch on some bad day.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';

const FOLDERS = 'src/provisioning/{domain,service}';
const BRANCHES = 95;

const tests = globSync(`${FOLDERS}/*.test.ts`).sort();
if (tests.length === 0) throw new Error(`no tests in ${FOLDERS}`);
const runner = spawn(
  process.execPath,
  [
    '--test',
    '--test-reporter=spec',
    '--experimental-test-coverage',
    `--test-coverage-include=${FOLDERS}/*.ts`,
    '--test-coverage-exclude=**/*.test.ts',
    '--test-coverage-exclude=**/*.test-support.ts',
    `--test-coverage-branches=${BRANCHES}`,
    ...tests,
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
let output = '';
runner.stdout.on('data', (chunk) => (output += String(chunk)));
const code = await new Promise<number>((resolve) => runner.on('exit', (exit) => resolve(exit ?? 1)));
// The tests themselves have been told of by npm test; of a failure everything is of interest.
const table = output.indexOf('start of coverage report');
process.stdout.write(code === 0 && table >= 0 ? output.slice(output.lastIndexOf('\n', table) + 1) : output);
process.exit(code);
