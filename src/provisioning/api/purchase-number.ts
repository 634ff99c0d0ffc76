import type { FieldError } from '#kernel/problem.ts';
import { isObject } from '#platform/http/document.ts';
import type { RawRequest } from '#platform/http/validation.ts';
import { CAPABILITIES, type PurchaseOrder } from '../domain/types.ts';
import type { Service } from '../service/service.ts';
import type { Handler } from './handler.ts';

/** POST /numbers: buys and configures, or says what it would do (B:509-515, C13). */
export function purchaseNumberHandler(service: Service): Handler<'purchaseNumber'> {
  return {
    keyless: isDryRun,
    faults: (raw) => [...(isObject(raw.body) ? service.orderFaults(raw.body) : []), ...keyFaults(raw)],
    async handle({ body }, { scope, hold, intent }) {
      const { correlationId } = scope;
      const { dryRun, capabilities = CAPABILITIES, ...rest } = body;
      const order: PurchaseOrder = { ...rest, capabilities };
      if (dryRun) return { status: 200, body: { plan: service.plan(order), correlationId } };

      if (!hold) throw new Error('a purchase was let in without a key');
      const purchased = await service.purchase(order, hold, intent, scope);
      const { sid, e164, warnings } = purchased;
      const headers = { location: `/numbers/${sid}` };
      if (purchased.state === 'PurchasedButUnconfigured') {
        return {
          status: 207,
          headers,
          body: { sid, e164, state: purchased.state, warnings, correlationId },
        };
      }
      const provider = { accountSid: purchased.accountSid };
      return {
        status: 201,
        headers,
        body: { sid, e164, state: purchased.state, warnings, provider, correlationId },
      };
    },
  };
}

function isDryRun(body: unknown): boolean {
  return isObject(body) && body.dryRun === true;
}

/** What costs money has to be told apart from its repetition (C6). */
function keyFaults({ body, headers }: RawRequest): readonly FieldError[] {
  if (isDryRun(body) || headers['idempotency-key'] !== undefined) return [];
  const message = 'is required and must have 1 to 255 printable ASCII characters; only a dry run needs none';
  return [{ field: 'header.idempotency-key', message }];
}
