// What a purchase is measured against: the provider's official SDK as a program would use it that knows no keys, no
// ledger and no crash. It searches, buys and configures; when told so it asks before as often as the service does.

import { once } from 'node:events';
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import { closedLoop, type LoopReport, type Span } from './closed-loop.ts';

export interface SdkOrder {
  readonly baseUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly areaCodes: readonly string[];
  readonly workers: number;
  readonly span: Span;
  /** The two look-ups that keep the service from buying twice. */
  readonly lookUps: boolean;
  readonly smsUrl: string;
  readonly voiceUrl: string;
}

export interface PurchaseReport extends LoopReport {
  /** What the process that buys took of a processor for one purchase, the warm-up's included. */
  readonly cpuMs: number;
}

/** The SDK knows the provider's host only. */
class Redirected extends twilio.RequestClient {
  private readonly base: string;

  constructor(base: string) {
    super({ timeout: 10_000, keepAlive: true });
    this.base = base;
  }

  override request<T>(options: RequestClient.RequestOptions<T>) {
    const { pathname, search } = new URL(options.uri);
    return super.request<T>({ ...options, uri: this.base + pathname + search });
  }
}

/** As many as the service asks for first. */
const LISTED = 50;
const NONE = '';

// Whoever ordered it is gone: nobody wants the answer.
process.on('disconnect', () => process.exit(1));
const [order] = (await once(process, 'message')) as [SdkOrder];
const { accountSid, authToken, areaCodes, smsUrl, voiceUrl } = order;
const sdk = twilio(accountSid, authToken, { httpClient: new Redirected(order.baseUrl) });
/** The provider lets an account buy a number twice; whoever measures purchases must not. */
const taken = new Set<string>();
let purchases = 0;

const before = process.cpuUsage();
const ended = await closedLoop(order.workers, order.span, async () => {
  try {
    await purchase(areaCodes[purchases++ % areaCodes.length] ?? NONE, `bench-${purchases}`);
    return undefined;
  } catch (error) {
    return String(error);
  }
});
const { user, system } = process.cpuUsage(before);
const report: PurchaseReport = { ...ended, cpuMs: (user + system) / 1_000 / purchases };
process.send?.(report, () => process.exit());

async function purchase(areaCode: string, friendlyName: string): Promise<void> {
  if (order.lookUps) await sdk.incomingPhoneNumbers.page({ friendlyName });
  const listed = await sdk.availablePhoneNumbers('US').local.list({
    areaCode: Number(areaCode),
    smsEnabled: true,
    voiceEnabled: true,
    excludeAllAddressRequired: true,
    limit: LISTED,
  });
  const free = listed.filter(({ phoneNumber }) => !taken.has(phoneNumber));
  const chosen = free[Math.floor(Math.random() * free.length)]?.phoneNumber;
  if (chosen === undefined) throw new Error(`nothing for sale in ${areaCode}`);
  taken.add(chosen);
  if (order.lookUps) await sdk.incomingPhoneNumbers.page({ phoneNumber: chosen });
  const { sid } = await sdk.incomingPhoneNumbers.create({ phoneNumber: chosen, friendlyName });
  await sdk.incomingPhoneNumbers(sid).update({
    ...{ smsUrl, smsMethod: 'POST', smsFallbackUrl: NONE, smsApplicationSid: NONE },
    ...{ voiceUrl, voiceMethod: 'POST', voiceFallbackUrl: NONE, voiceApplicationSid: NONE },
    ...{ trunkSid: NONE, statusCallback: NONE, statusCallbackMethod: 'POST' },
  });
}
