import type { Service } from '../service/service.ts';
import type { Handler } from './handler.ts';

/** GET /numbers/{sid}: as the provider has it now (B:520). */
export function getNumberHandler(service: Service): Handler<'getNumber'> {
  return {
    async handle({ params }, { scope }) {
      const { sid, e164, country, capabilities, webhooks } = await service.getNumber(params.sid, scope);
      const { sms, voice } = capabilities;
      const { correlationId } = scope;
      return {
        status: 200,
        body: { sid, e164, country, capabilities: { sms, voice }, webhooks, correlationId },
      };
    },
  };
}
