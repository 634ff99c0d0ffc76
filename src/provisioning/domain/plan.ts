import type { Capability, PurchaseOrder } from './types.ts';

/** What a purchase would do, in order (B:515). */
export type PlannedOperation =
  | { readonly op: 'purchase'; readonly e164: string }
  | {
      readonly op: 'purchase';
      readonly selector: { readonly areaCode: string; readonly capabilities: readonly Capability[] };
    }
  | { readonly op: 'configureMessaging'; readonly smsWebhookUrl: string }
  | {
      readonly op: 'configureVoice';
      readonly voiceUrl?: string;
      readonly voiceAppSid?: string;
      readonly statusCallbackUrl?: string;
    };

/** The plan of a dry run (C13): nobody is asked, so by area code it names the selector instead of a number. */
export function planOf({
  e164,
  areaCode = '',
  capabilities,
  webhooks,
}: PurchaseOrder): readonly PlannedOperation[] {
  const { smsWebhookUrl, ...voice } = webhooks;
  return [
    e164 === undefined ? { op: 'purchase', selector: { areaCode, capabilities } } : { op: 'purchase', e164 },
    { op: 'configureMessaging', smsWebhookUrl },
    { op: 'configureVoice', ...voice },
  ];
}
