import assert from 'node:assert/strict';
import { test } from 'node:test';
import { injectionCheck, injectOne } from './inject.ts';
import type { Injector, World } from './world.ts';

const nowhere = {} as World;
const atOnce = (inject: Injector['inject']): Injector => ({ name: 'a fault', holdMs: [0, 0], inject });

test('a fault that was injected and ended has no failure', async () => {
  const steps: string[] = [];
  const fault = atOnce(async () => {
    steps.push('begun');
    return async () => void steps.push('ended');
  });
  const span = await injectOne(fault, nowhere, () => 0);
  assert.deepEqual(steps, ['begun', 'ended']);
  assert.deepEqual(injectionCheck([span]).failures, []);
});

for (const [what, fault] of [
  ['cannot be injected', atOnce(() => Promise.reject(new Error('no such process')))],
  ['cannot be ended', atOnce(async () => () => Promise.reject(new Error('no such process')))],
] as const) {
  test(`a fault that ${what} does not end the run, and fails its check`, async () => {
    const span = await injectOne(fault, nowhere, () => 0);
    assert.deepEqual(injectionCheck([span]).failures, ['a fault: no such process']);
  });
}
