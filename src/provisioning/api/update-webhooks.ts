import { isObject } from '#platform/http/document.ts';
import type { Service } from '../service/service.ts';
import type { Handler } from './handler.ts';

/** PUT /numbers/{sid}/webhooks: replaces all of them (B:518, C44). */
export function updateWebhooksHandler(service: Service): Handler<'updateWebhooks'> {
  return {
    faults: ({ body }) => (isObject(body) ? service.webhookFaults(body, '') : []),
    async handle({ params, body }, { scope }) {
      const { webhooks, warnings } = await service.updateWebhooks(params.sid, body, scope);
      const { correlationId } = scope;
      return {
        status: 200,
        body: { webhooks, ...(warnings.length > 0 ? { warnings } : {}), correlationId },
      };
    },
  };
}
