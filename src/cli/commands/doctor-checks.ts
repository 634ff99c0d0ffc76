import type { Output } from '../command.ts';

/** One thing that was looked at. */
export interface Check {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly check: string;
  readonly finding: string;
  readonly advice?: string;
}

export function report(data: readonly Check[]): Output {
  return { data, failed: data.some(({ state }) => state === 'fail') };
}

const line =
  (state: Check['state']) =>
  (check: string, finding: string, advice?: string): Check => ({
    state,
    check,
    finding,
    ...(advice === undefined ? {} : { advice }),
  });
export const [ok, warn, fail] = [line('ok'), line('warn'), line('fail')];
