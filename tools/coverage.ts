// Measures how far the tests of what decides reach, by themselves, and fails below what is promised: what may be sent and
// what is bought takes every branch on some bad day.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';

interface Promised {
  readonly folders: string;
  /** Names of the files that count, without their ending; all when left out. */
  readonly files?: readonly string[];
  /** Percent of branches. */
  readonly branches: number;
}

const PROMISED: readonly Promised[] = [
  // Phases, their guards and the gate (R66).
  {
    folders: 'src/registration/domain',
    files: [
      ...['aggregate', 'phases', 'readiness'],
      ...['brand', 'campaign', 'campaign-gates', 'campaign-progress', 'binding', 'binding-progress'],
    ],
    branches: 100,
  },
  // Rules and the service of provisioning (R145).
  { folders: 'src/provisioning/{domain,service}', branches: 95 },
];

const codes: number[] = [];
for (const promised of PROMISED) codes.push(await measure(promised));
process.exit(codes.find((code) => code !== 0) ?? 0);

async function measure({ folders, files, branches }: Promised): Promise<number> {
  const tests = globSync(`${folders}/*.test.ts`).sort();
  const counted = files?.map((file) => `${folders}/${file}.ts`) ?? [`${folders}/*.ts`];
  const missing = counted.filter((pattern) => globSync(pattern).length === 0);
  if (tests.length === 0 || missing.length > 0)
    throw new Error(`nothing to measure: ${missing.join(', ') || folders}`);
  const runner = spawn(
    process.execPath,
    [
      '--test',
      '--test-reporter=spec',
      '--experimental-test-coverage',
      ...counted.map((pattern) => `--test-coverage-include=${pattern}`),
      '--test-coverage-exclude=**/*.test.ts',
      '--test-coverage-exclude=**/*.test-support.ts',
      `--test-coverage-branches=${branches}`,
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
  return code;
}
