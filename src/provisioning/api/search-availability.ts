import { isObject } from '#platform/http/document.ts';
import type { Service } from '../service/service.ts';
import type { Handler } from './handler.ts';

/** GET /availability: what is for sale at this moment (B:506). */
export function searchAvailabilityHandler(service: Service): Handler<'searchAvailability'> {
  return {
    faults({ query }) {
      const { areaCode, page } = isObject(query) ? query : {};
      // What is missing or no single text is the form's to refuse.
      if (typeof areaCode !== 'string') return [];
      return service.searchFaults({ areaCode, ...(typeof page === 'string' ? { page } : {}) });
    },
    async handle({ query }, { scope }) {
      const { areaCode, sms = false, voice = false, limit = DEFAULT_LIMIT, page } = query;
      const wanted = { areaCode, sms, voice, limit, ...(page === undefined ? {} : { page }) };
      const { candidates, nextPage } = await service.search(wanted, scope);
      return {
        status: 200,
        body: {
          areaCode,
          capabilities: { sms, voice },
          candidates: candidates.map(({ e164, country, capabilities }) => ({
            e164,
            country,
            capabilities: { sms: capabilities.sms, voice: capabilities.voice },
          })),
          ...(nextPage === undefined ? {} : { nextPage }),
          correlationId: scope.correlationId,
        },
      };
    },
  };
}

/** As the contract says; validation fills it in. */
const DEFAULT_LIMIT = 20;
