import type { Refusal } from '#kernel/outcome.ts';
import type { FieldError } from '#kernel/problem.ts';
import { linksIn } from '../../domain/hosts.ts';
import { REASON } from '../../domain/reasons.ts';
import { campaignTexts } from '../../domain/texts.ts';
import type { BrandSpec, CampaignSpec } from '../../domain/types.ts';
import { campaignDescription } from './mapping.ts';
import {
  BUSINESS_TYPES,
  businessTypeOf,
  INDUSTRIES,
  industryOf,
  JOB_POSITIONS,
  jobPositionOf,
  VERTICALS,
  verticalOf,
} from './mapping-vocabulary.ts';

/*
 * What the provider wants beyond the seed's minimum (C20, docs/twilio.md 3.2-3.4, 5.3, 6). Pure; each check
 * tells all it finds. Messages never repeat a value: it may be PII.
 */

type Check<Args extends readonly unknown[]> = (...args: Args) => readonly FieldError[];

/** Characters that the provider takes, both ends included. */
export const LENGTHS = {
  description: [40, 4096],
  messageFlow: [40, 2048],
  sample: [20, 1024],
  answer: [20, 320],
} as const;
export const SAMPLES = [2, 5] as const;

const fault = (field: string, message: string): readonly FieldError[] => [{ field, message }];
const NONE: readonly FieldError[] = [];

// --- Brand --------------------------------------------------------------------------------------------------

const STANDARD_CHECKS: readonly Check<[BrandSpec]>[] = [
  ({ taxId }) =>
    taxId?.startsWith('00')
      ? fault('taxId', 'is no EIN of the IRS: none begins with 00; a placeholder is refused')
      : NONE,
  ({ businessType }) => listed('businessType', businessType, businessTypeOf(businessType), BUSINESS_TYPES),
  ({ industry }) => listed('industry', industry, industryOf(industry), INDUSTRIES),
  addressFaults,
  postBoxFaults,
  representativeFaults,
  positionFaults,
];

const SOLE_PROP_CHECKS: readonly Check<[BrandSpec]>[] = [
  ({ taxId }) =>
    taxId === undefined
      ? NONE
      : fault('taxId', 'must be left out: a business with an EIN registers as brandType STANDARD'),
  companyNameFaults,
  ({ industry }) =>
    industry === undefined || verticalOf(industry) !== undefined || industryOf(industry) !== undefined
      ? NONE
      : fault('industry', `must be one of ${VERTICALS.join(', ')}`),
  addressFaults,
  representativeFaults,
];

/** What keeps a brand from being registered with the provider, beyond the domain's own rules. */
export function brandFaults(spec: BrandSpec): readonly FieldError[] {
  const checks = spec.brandType === 'SOLE_PROP' ? SOLE_PROP_CHECKS : STANDARD_CHECKS;
  return checks.flatMap((check) => check(spec));
}

function listed(
  field: string,
  given: string | undefined,
  known: string | undefined,
  words: readonly string[],
): readonly FieldError[] {
  if (known !== undefined) return NONE;
  return fault(field, `${given === undefined ? 'is required: one' : 'must be one'} of ${words.join(', ')}`);
}

function addressFaults({ address }: BrandSpec): readonly FieldError[] {
  return address ? NONE : fault('address', 'is required: the address of the business as it is registered');
}

const POST_BOX = /\bp(?:ost)?\.?\s*o(?:ffice)?\.?\s*box\b/i;

/** A sole proprietor may have one; a company's is refused. */
function postBoxFaults({ address }: BrandSpec): readonly FieldError[] {
  const lines = { street: address?.street, street2: address?.street2 };
  return Object.entries(lines).flatMap(([line, text]) =>
    text !== undefined && POST_BOX.test(text)
      ? fault(`address.${line}`, 'must not be a PO box: give the street address of the business')
      : NONE,
  );
}

function representativeFaults({ representative }: BrandSpec): readonly FieldError[] {
  return representative
    ? NONE
    : fault('representative', 'is required: who may be asked about the business; name, e-mail and phone');
}

function positionFaults({ representative }: BrandSpec): readonly FieldError[] {
  const { title, jobPosition } = representative ?? {};
  return [
    ...(title === undefined ? fault('representative.title', 'is required: the title, in your words') : NONE),
    ...listed('representative.jobPosition', jobPosition, jobPositionOf(jobPosition), JOB_POSITIONS),
  ];
}

const COMPANY =
  /(?:^|[\s,])(?:l\.?l\.?c|l\.?l\.?p|inc(?:orporated)?|corp(?:oration)?|ltd|limited|p\.?l\.?l\.?c)\.?$/i;

/** 30915: the name tells a company, which is no sole proprietor. */
function companyNameFaults({ displayName }: BrandSpec): readonly FieldError[] {
  return COMPANY.test(displayName.trim())
    ? fault('displayName', 'must not end in LLC, Inc and the like: a company registers as STANDARD')
    : NONE;
}

// --- Campaign -----------------------------------------------------------------------------------------------

const CAMPAIGN_CHECKS: readonly Check<[CampaignSpec, BrandSpec]>[] = [
  (spec) => lengthFaults('description', campaignDescription(spec), LENGTHS.description),
  messageFlowFaults,
  sampleFaults,
  answerFaults,
  policyFaults,
];

/** What keeps a campaign of this brand from being registered, beyond the domain's own rules. */
export function campaignFaults(spec: CampaignSpec, brand: BrandSpec): readonly FieldError[] {
  return CAMPAIGN_CHECKS.flatMap((check) => check(spec, brand));
}

type Range = readonly [min: number, max: number];

/**
 * Whether the provider counts characters or UTF-16 units is not documented: what is too short by the one or too
 * long by the other does not fit.
 */
function fits(text: string, [min, max]: Range): boolean {
  return [...text].length >= min && text.length <= max;
}

function lengthFaults(field: string, text: string, range: Range, of = ''): readonly FieldError[] {
  if (fits(text, range)) return NONE;
  const [min, max] = range;
  return fault(field, `must ${of}have ${min} to ${max} characters; it has ${text.length}`);
}

function messageFlowFaults(spec: CampaignSpec, brand: BrandSpec): readonly FieldError[] {
  const { messageFlow } = campaignTexts(spec, brand);
  return spec.messageFlow === undefined
    ? lengthFaults('optInDescription', messageFlow, LENGTHS.messageFlow, 'together with stopHelpText ')
    : lengthFaults('messageFlow', messageFlow, LENGTHS.messageFlow);
}

function sampleFaults({ sampleMessages }: CampaignSpec): readonly FieldError[] {
  const [least, most] = SAMPLES;
  const few = sampleMessages.length < least || sampleMessages.length > most;
  return [
    ...(few ? fault('sampleMessages', `must be ${least} to ${most} messages`) : NONE),
    ...sampleMessages.flatMap((sample, index) =>
      lengthFaults(`sampleMessages[${index}]`, sample, LENGTHS.sample),
    ),
  ];
}

/** A text that we composed too long, of a long name, is replaced by one of the tenant's own. */
function answerFaults(spec: CampaignSpec, brand: BrandSpec): readonly FieldError[] {
  const { helpMessage, optOutMessage } = campaignTexts(spec, brand);
  const faults = (field: 'helpMessage' | 'optOutMessage', text: string) =>
    lengthFaults(field, text, LENGTHS.answer, spec[field] === undefined ? 'be given and ' : '');
  return [...faults('helpMessage', helpMessage), ...faults('optOutMessage', optOutMessage)];
}

/** Reviewers reject a campaign whose policy and terms they cannot find, in a field or by a link in the flow. */
function policyFaults(spec: CampaignSpec, brand: BrandSpec): readonly FieldError[] {
  const { messageFlow } = campaignTexts(spec, brand);
  const linked = linksIn(messageFlow).length > 0;
  const missing = (url: string | undefined, word: RegExp) =>
    url === undefined && !(linked && word.test(messageFlow));
  return [
    ...(missing(spec.privacyPolicyUrl, /privacy/i)
      ? fault('privacyPolicyUrl', 'is required, unless the message flow links to the privacy policy')
      : NONE),
    ...(missing(spec.termsUrl, /\bterms\b/i)
      ? fault('termsUrl', 'is required, unless the message flow links to the terms')
      : NONE),
  ];
}

// --- For orders that were submitted before these rules held ---------------------------------------------------

/** The first of the faults as a refusal, for a pass that finds them; undefined when there are none. */
export function refusalOfFaults(faults: readonly FieldError[]): Refusal | undefined {
  const [first] = faults;
  if (!first) return undefined;
  return {
    reason: REASON.InvalidField,
    message: `The provider wants more: ${first.field} ${first.message}.`,
    field: first.field,
    actor: 'tenant',
    remediation: `Mend ${faults.map(({ field }) => field).join(', ')}, then submit again.`,
  };
}
