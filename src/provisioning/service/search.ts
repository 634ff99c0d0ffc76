import type { FieldError } from '#kernel/problem.ts';
import { capable } from '../domain/candidates.ts';
import { faulty } from '../domain/errors.ts';
import { areaCodeFaults, isInArea } from '../domain/order.ts';
import { cursorOf, LIST_MAX, offsetOf, pageFaults } from '../domain/page.ts';
import {
  type AvailableNumber,
  CAPABILITIES,
  type Capability,
  type CapabilityFlags,
} from '../domain/types.ts';
import type { CallScope, NumberQuery } from '../ports.ts';
import type { ServiceDeps } from './deps.ts';
import { valueFrom } from './results.ts';

export interface SearchQuery {
  readonly areaCode: string;
  readonly sms?: boolean;
  readonly voice?: boolean;
  /** 1 to 100. */
  readonly limit: number;
  /** `nextPage` of an earlier answer. */
  readonly page?: string;
}

export interface Found {
  readonly areaCode: string;
  /** What was asked for. */
  readonly capabilities: CapabilityFlags;
  readonly candidates: readonly AvailableNumber[];
  readonly nextPage?: string;
}

/** Faults of a search that its form does not show. */
export function searchFaults(query: Pick<SearchQuery, 'areaCode' | 'page'>): readonly FieldError[] {
  return [...areaCodeFaults(query.areaCode, 'query.areaCode'), ...pageFaults(query.page)];
}

/**
 * Numbers for sale in an area (B:506). The provider knows no pages: each page asks for as many as end with it and
 * leaves out the first ones, so pages may overlap or leave gaps while others buy (R162).
 */
export async function search(deps: ServiceDeps, query: SearchQuery, scope: CallScope): Promise<Found> {
  const { areaCode, sms = false, voice = false, limit, page } = query;
  const faults = searchFaults(query);
  const offset = offsetOf(page);
  if (faults.length > 0 || offset === undefined) throw faulty(faults);

  const capabilities = CAPABILITIES.filter((capability) => ({ sms, voice })[capability]);
  const end = offset + limit;
  // One more than is shown tells whether there is a next page.
  const listed = await listNumbers(
    deps,
    { areaCode, capabilities, limit: Math.min(end + 1, LIST_MAX) },
    scope,
  );
  return {
    areaCode,
    capabilities: { sms, voice },
    candidates: listed.slice(offset, end),
    ...(listed.length > end ? { nextPage: cursorOf(end) } : {}),
  };
}

/** Numbers for sale that can do what is asked for; none when the provider has none there. */
export async function listNumbers(
  { port, calls }: Pick<ServiceDeps, 'port' | 'calls'>,
  query: NumberQuery & { readonly capabilities: readonly Capability[] },
  scope: CallScope,
): Promise<readonly AvailableNumber[]> {
  const result = await calls.repeat(scope, 'search', () => port.search(query, scope));
  if (result.kind === 'unavailable' || result.kind === 'notFound') return [];
  // Whatever the provider lists besides: what was not asked for is neither shown nor bought.
  const { areaCode } = query;
  const asked = valueFrom(result).filter(({ e164 }) => areaCode === undefined || isInArea(e164, areaCode));
  return capable(asked, query.capabilities);
}
