import type { Outcome, Refusal } from '#kernel/outcome.ts';
import { REASON } from '../../domain/reasons.ts';
import type { Evaluation, ProviderFault } from './calls.ts';
import { BRAND_ERRORS } from './errors-brands.ts';
import { CALL_ERRORS } from './errors-calls.ts';
import { CAMPAIGN_ERRORS } from './errors-campaigns.ts';
import type { ErrorEntry } from './errors-entry.ts';
import { ownField } from './errors-fields.ts';
import { NUMBER_ERRORS } from './errors-numbers.ts';
import { withoutPii } from './errors-text.ts';
import { TRUSTHUB_ERRORS } from './errors-trusthub.ts';

export type { ErrorEntry } from './errors-entry.ts';

/** Every code that we know, as data. */
export const ERRORS: readonly ErrorEntry[] = [
  ...CALL_ERRORS,
  ...TRUSTHUB_ERRORS,
  ...BRAND_ERRORS,
  ...CAMPAIGN_ERRORS,
  ...NUMBER_ERRORS,
];

const BY_CODE: ReadonlyMap<string, ErrorEntry> = new Map(ERRORS.map((entry) => [entry.code, entry]));

export function entryFor(code: string | undefined): ErrorEntry | undefined {
  return code === undefined ? undefined : BY_CODE.get(code);
}

const PAGES = 'https://www.twilio.com/docs/api/errors/';
const NO_WORDS = 'The provider refuses this and does not say why.';
/** How long something that happens without us is left alone before the next look. */
const WAIT_MS = 60_000;
/** Codes of an answer without one, by its status. */
const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  401: '20003',
  404: '20404',
  409: '20409',
  429: '20429',
};

/** A 4xx answer of a call. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
  readonly moreInfo?: string;
}

/**
 * What a 4xx answer comes to. `retry` is `throttled` when it was certainly never processed and `unknown`
 * otherwise: the latter counts as an attempt, so that something gone for good is not asked for for ever.
 * @returns an Outcome, `alreadyDone`, or `account` when every further call would be turned away too. A code
 * that we do not know is a refusal with the provider's text, for the operator to read.
 */
export function interpretError(
  answer: ErrorAnswer,
):
  | Outcome<never>
  | { readonly kind: 'alreadyDone' }
  | { readonly kind: 'account'; readonly code: string; readonly message: string } {
  const { status, message, moreInfo } = answer;
  const code = codeOf(answer);
  const entry = entryFor(code ?? CODE_OF_STATUS[status]);
  const refused: Outcome<never> = {
    kind: 'refused',
    refusal: refusalOf({
      ...(code === undefined ? {} : { code }),
      ...(message === undefined ? {} : { description: message }),
      ...(moreInfo === undefined ? {} : { url: moreInfo }),
    }),
  };
  switch (entry?.outcome) {
    case undefined:
      return status === 408 || status >= 500 ? unknownAnswer(status, code) : refused;
    case 'refused':
    case 'operator':
      return refused;
    case 'alreadyDone':
      return { kind: 'alreadyDone' };
    case 'account':
      return { kind: 'account', code: entry.code, message: entry.message };
    case 'retry':
      return entry.retryAfterMs === undefined
        ? unknownAnswer(status, entry.code)
        : { kind: 'throttled', retryAfterMs: entry.retryAfterMs, reason: entry.message };
    case 'wait':
      return { kind: 'pending', checkAfterMs: entry.retryAfterMs ?? WAIT_MS, waiting: waitingOf(entry) };
  }
}

/** The code, save where the status rules over it: such an answer is never about what was asked. */
function codeOf({ status, code }: ErrorAnswer): string | undefined {
  if (status === 429) return CODE_OF_STATUS[status];
  if (status === 401 && entryFor(code)?.outcome !== 'account') return CODE_OF_STATUS[status];
  return code;
}

function unknownAnswer(status: number, code: string | undefined): Outcome<never> {
  return { kind: 'unknown', reason: `the provider answered ${status}${code ? `, code ${code}` : ''}` };
}

function waitingOf({ reason, message, actor, code, remediation }: ErrorEntry) {
  return {
    reason,
    message,
    actor,
    code,
    link: PAGES + code,
    ...(remediation === undefined ? {} : { remediation }),
  };
}

/** errors[] of a brand, a campaign or a bundle, one refusal each, in the provider's order. */
export function refusalsOf(faults: readonly ProviderFault[]): readonly Refusal[] {
  return faults.map((fault) => refusalOf(fault));
}

/** What a tenant can change about a rejected campaign. Its brand is vetted by then and takes no edits (C18). */
const CAMPAIGN_FIELDS: ReadonlySet<string> = new Set([
  'useCase',
  'description',
  'optInDescription',
  'sampleMessages',
  'stopHelpText',
  'privacyPolicyUrl',
  'termsUrl',
  'helpMessage',
  'optOutMessage',
]);

/** errors[] of a campaign: as above, but none names a field of the brand. */
export function refusalsOfCampaign(faults: readonly ProviderFault[]): readonly Refusal[] {
  return faults.map((fault) => refusalOf(fault, (field) => CAMPAIGN_FIELDS.has(field)));
}

function refusalOf(fault: ProviderFault, counts: (field: string) => boolean = () => true): Refusal {
  const entry = entryFor(fault.code);
  const named = (fault.fields ?? []).map(ownField).filter((name) => name !== undefined);
  // Of several the one that can be changed: a tax id is fixed once it was submitted (C18).
  const field = [...named.filter((name) => name !== 'taxId'), ...named, entry?.field].find(
    (name) => name !== undefined && counts(name),
  );
  const link = pageOf(fault);
  const theirs = withoutPii(fault.description);
  const words = entry ? (entry.ownWords && theirs) || entry.message : (theirs ?? NO_WORDS);
  return {
    reason: entry?.reason ?? REASON.ProviderRefused,
    message: words,
    actor: entry?.actor ?? 'operator',
    ...(fault.code === undefined ? {} : { code: fault.code }),
    ...(field === undefined ? {} : { field }),
    ...(link === undefined ? {} : { link }),
    ...(entry?.remediation === undefined ? {} : { remediation: entry.remediation }),
  };
}

/** The page that the provider names for it, when it is one of its own; else the page of the code. */
function pageOf({ code, url }: ProviderFault): string | undefined {
  const page = url === undefined ? null : URL.parse(url);
  if (page?.protocol === 'https:' && /(^|\.)twilio\.com$/.test(page.hostname))
    return `${page.origin}${page.pathname}`;
  return code !== undefined && /^\d{5}$/.test(code) ? PAGES + code : undefined;
}

/**
 * What an evaluation found wanting, one refusal for each field of ours that it names. What it finds beyond our
 * specs (an object that is not attached, such as the primary profile) is the operator's.
 */
export function refusalsOfEvaluation({ faults }: Evaluation): readonly Refusal[] {
  return faults.flatMap((fault) => {
    const fields = new Set(fault.fields.map(ownField).filter((name) => name !== undefined));
    const known = fault.code === undefined ? {} : { code: fault.code };
    const refusal = refusalOf({ code: '22214', description: fault.reason });
    if (fields.size === 0) return [{ ...refusal, ...known }];
    const { message, remediation = '' } = entryFor('22215') ?? { message: NO_WORDS };
    return [...fields].map(
      (field): Refusal => ({
        ...refusalOf({ ...known }),
        reason: REASON.InvalidField,
        message,
        remediation,
        field,
        actor: 'tenant',
      }),
    );
  });
}

/** Why a number's registration failed; events name nothing but the page of an error. */
export function refusalOfPage(page: string | undefined): Refusal {
  const code = page === undefined ? undefined : /(\d{5})\/?$/.exec(URL.parse(page)?.pathname ?? '')?.[1];
  const known = code === undefined ? undefined : entryFor(code);
  const general = refusalOf({ code: '30126' });
  const { code: _generic, link: _page, ...unnamed } = general;
  if (code === undefined) return unnamed;
  return known ? refusalOf({ code }) : { ...unnamed, code, link: PAGES + code };
}
