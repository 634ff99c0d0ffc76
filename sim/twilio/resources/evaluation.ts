import { formatFault } from './attribute-formats.ts';
import type { EndUserRequirement, Policy } from './policies.ts';

/** What hangs on a bundle, as far as an evaluation looks at it. */
export interface BundleContent {
  readonly endUsers: readonly { readonly type: string; readonly attributes: Record<string, unknown> }[];
  /** Documents of the address type; `addressExists` is false when no address of the account is named. */
  readonly addressDocuments: readonly { readonly addressSids: string; readonly addressExists: boolean }[];
  /** Policy sids of the attached customer profiles. */
  readonly profilePolicies: readonly string[];
}

interface InvalidField {
  readonly friendly_name: string;
  readonly object_field: string;
  readonly failure_reason: string;
  readonly error_code: number;
}

interface EvaluationResult {
  readonly friendly_name: string;
  readonly object_type: string;
  readonly passed: boolean;
  readonly failure_reason: string | null;
  readonly error_code: number | null;
  readonly valid: readonly { readonly friendly_name: string; readonly object_field: string }[];
  readonly invalid: readonly InvalidField[];
  readonly requirement_friendly_name: string;
  readonly requirement_name: string;
}

export interface EvaluationVerdict {
  readonly status: 'compliant' | 'noncompliant';
  readonly results: readonly EvaluationResult[];
}

/** TrustHub's codes of an evaluation (docs/twilio.md 3.6). */
const CODE = {
  endUserMissing: 22214,
  fieldMissing: 22215,
  documentMissing: 22216,
  documentFieldMissing: 22217,
  addressMissing: 22219,
} as const;

const title = (field: string) =>
  field
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');

function result(
  about: { name: string; type: string; requirementName: string },
  fault: { reason: string; code: number } | undefined,
  fields: { valid: readonly string[]; invalid: readonly InvalidField[] },
): EvaluationResult {
  return {
    friendly_name: about.name,
    object_type: about.type,
    passed: fault === undefined,
    failure_reason: fault?.reason ?? null,
    error_code: fault?.code ?? null,
    valid: fields.valid.map((field) => ({ friendly_name: title(field), object_field: field })),
    invalid: fields.invalid,
    requirement_friendly_name: about.name,
    requirement_name: about.requirementName,
  };
}

function invalidField(field: string, reason: string, code: number): InvalidField {
  return { friendly_name: title(field), object_field: field, failure_reason: reason, error_code: code };
}

function endUserResult(item: EndUserRequirement, content: BundleContent): EvaluationResult | undefined {
  const about = { name: item.name, type: item.type, requirementName: item.type };
  const endUser = content.endUsers.find((candidate) => candidate.type === item.type);
  const required = item.fields.filter((field) => !item.optional.includes(field));
  if (endUser === undefined) {
    if (item.mayBeMissing) return undefined;
    const invalid = required.map((field) =>
      invalidField(field, `The ${title(field)} is missing.`, CODE.fieldMissing),
    );
    const reason = `${item.name} is missing. Please add one to the bundle.`;
    return result(about, { reason, code: CODE.endUserMissing }, { valid: [], invalid });
  }
  const invalid: InvalidField[] = [];
  for (const field of item.fields) {
    const value = endUser.attributes[field];
    const reason =
      value === undefined || value === null || value === ''
        ? required.includes(field)
          ? `The ${title(field)} is missing.`
          : undefined
        : formatFault(field, value);
    const missingForPublic = reason ?? neededByPublicCompany(field, value, endUser.attributes);
    if (missingForPublic) invalid.push(invalidField(field, missingForPublic, CODE.fieldMissing));
  }
  const valid = item.fields.filter((field) => !invalid.some((entry) => entry.object_field === field));
  const fault =
    invalid.length === 0
      ? undefined
      : { reason: `${item.name} has missing or invalid fields.`, code: CODE.fieldMissing };
  return result(about, fault, { valid, invalid });
}

/** A public company names its exchange, its ticker and a contact for the 2FA mail (docs/twilio.md 4). */
function neededByPublicCompany(
  field: string,
  value: unknown,
  attributes: Record<string, unknown>,
): string | undefined {
  if (attributes.company_type !== 'public' || (value !== undefined && value !== '')) return undefined;
  if (!['stock_exchange', 'stock_ticker', 'brand_contact_email'].includes(field)) return undefined;
  return `The ${title(field)} is missing. A public company must give it.`;
}

function addressResult(content: BundleContent): EvaluationResult {
  const about = {
    name: 'Physical Business Address',
    type: 'customer_profile_address',
    requirementName: 'customer_profile_address',
  };
  const document = content.addressDocuments[0];
  if (document === undefined) {
    const invalid = [invalidField('address_sids', 'The Address is missing.', CODE.addressMissing)];
    const reason = 'Physical Business Address is missing. Please add one to the bundle.';
    return result(about, { reason, code: CODE.documentMissing }, { valid: [], invalid });
  }
  if (document.addressSids === '') {
    const invalid = [invalidField('address_sids', 'The Address sid is missing.', CODE.documentFieldMissing)];
    const reason = 'The address document names no address.';
    return result(about, { reason, code: CODE.documentFieldMissing }, { valid: [], invalid });
  }
  if (!document.addressExists) {
    const invalid = [invalidField('address_sids', 'The Address does not exist.', CODE.addressMissing)];
    return result(
      about,
      { reason: 'The Address is missing.', code: CODE.addressMissing },
      { valid: [], invalid },
    );
  }
  return result(about, undefined, { valid: ['address_sids'], invalid: [] });
}

/** Presence and format of everything that the policy asks of a bundle; says nothing about truth. */
export function evaluate(policy: Policy, content: BundleContent): EvaluationVerdict {
  const results: EvaluationResult[] = [];
  for (const item of policy.endUsers) {
    const found = endUserResult(item, content);
    if (found) results.push(found);
  }
  if (policy.addressDocument) results.push(addressResult(content));
  for (const profile of policy.profiles) {
    const attached = content.profilePolicies.includes(profile.policySid);
    const reason = `${profile.name} is missing. Please add one to the bundle.`;
    const fault = attached ? undefined : { reason, code: CODE.documentMissing };
    results.push(result(profile, fault, { valid: [], invalid: [] }));
  }
  return { status: results.every((entry) => entry.passed) ? 'compliant' : 'noncompliant', results };
}
