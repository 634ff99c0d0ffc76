import { type FieldError, Problem } from '#kernel/problem.ts';
import { MAX_FAULTS } from '#platform/http/safe-text.ts';
import type { RawRequest, RequestValidator, ValidRequest } from '#platform/http/validation.ts';

/** What the contract cannot say of a request; is given it as it came, of whatever form. */
export type Policy = (raw: RawRequest) => readonly FieldError[];

/**
 * Form and policy judged together, so that one answer names every fault. Where both speak of one field the policy is
 * told: it says what is meant. A policy that speaks of the inside of something ill-formed, or of what holds
 * something ill-formed, saw too little and is not told.
 * Throws Problem: 400 with all fields at fault, 415 as validation does.
 */
export function judge(raw: RawRequest, validate: RequestValidator, policy: Policy = () => []): ValidRequest {
  const { valid, faults } = formOf(raw, validate);
  const told = policy(raw).filter(
    ({ field }) => !faults.some((fault) => isInside(fault.field, field) || isInside(field, fault.field)),
  );
  const fields = [...faults.filter(({ field }) => !told.some((fault) => fault.field === field)), ...told];
  if (fields.length > 0 || !valid) {
    throw new Problem('ValidationError', 'The request has invalid fields', {
      status: 400,
      details: { fields: fields.slice(0, MAX_FAULTS) },
    });
  }
  return valid;
}

function formOf(
  raw: RawRequest,
  validate: RequestValidator,
): { valid?: ValidRequest; faults: readonly FieldError[] } {
  try {
    return { valid: validate(raw), faults: [] };
  } catch (error) {
    const fields = error instanceof Problem ? error.details.fields : undefined;
    if (!Array.isArray(fields)) throw error;
    return { faults: fields.filter(isFieldError) };
  }
}

function isFieldError(value: unknown): value is FieldError {
  return typeof value === 'object' && value !== null && 'field' in value && 'message' in value;
}

/** `a.b` and `a[0]` are inside `a`; everything of the body is inside `body`. */
function isInside(field: string, outer: string): boolean {
  if (outer === 'body') return field !== 'body' && !/^(query|path|header)\b/.test(field);
  return field.startsWith(`${outer}.`) || field.startsWith(`${outer}[`);
}
