import type { FieldError } from '#kernel/problem.ts';
import type { Capability, CapabilityFlags } from './types.ts';

/** What is asked for and not there. */
export function lacking(requested: readonly Capability[], supported: CapabilityFlags): readonly Capability[] {
  return requested.filter((capability) => !supported[capability]);
}

/** The fault of an order for a number that cannot do what is asked of it (B:532); none when it can. */
export function capabilityFaults(
  requested: readonly Capability[],
  supported: CapabilityFlags,
): readonly FieldError[] {
  const missing = lacking(requested, supported);
  return missing.length === 0
    ? []
    : [
        {
          field: 'capabilities',
          message: `the number has no ${missing.join(' and no ')}; choose another one`,
        },
      ];
}
