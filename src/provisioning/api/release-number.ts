import type { Service } from '../service/service.ts';
import type { Handler } from './handler.ts';

/** DELETE /numbers/{sid}: gives it back; also when it is gone already (B:522, C46). */
export function releaseNumberHandler(service: Service): Handler<'releaseNumber'> {
  return {
    async handle({ params: { sid } }, { scope }) {
      const { warnings } = await service.release(sid, scope);
      const { correlationId } = scope;
      return {
        status: 200,
        body: { sid, released: true, ...(warnings.length > 0 ? { warnings } : {}), correlationId },
      };
    },
  };
}
