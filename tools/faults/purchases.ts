import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, textAt } from './client.ts';

/** A number that was ordered from the provisioning service. */
export interface Purchase {
  readonly key: string;
  sid: string;
  e164: string;
  smsWebhookUrl: string;
  rewired: boolean;
  released: boolean;
  readonly beganMs: number;
  settledMs: number | undefined;
}

/** Of the simulator's stock, some 80 numbers in each that we take: for 900 purchases in turn. */
const AREA_CODES = ['415', '206', '303', '312', '404', '503', '512', '602', '615', '617', '702', '713'];
const HOOKS = 'https://hooks.example.com';
const REWIRED = 0.3;
const RELEASED = 0.2;

/** Buys a number, sometimes sets its webhooks anew and sometimes gives it back. `keep` never does. */
export async function purchase(
  client: Client,
  random: () => number,
  purchases: Purchase[],
  keep = false,
): Promise<Purchase | undefined> {
  const n = purchases.length;
  const areaCode = AREA_CODES[n % AREA_CODES.length] ?? '415';
  const one: Purchase = {
    key: crypto.randomUUID(),
    sid: '',
    e164: '',
    smsWebhookUrl: `${HOOKS}/sms`,
    rewired: false,
    released: false,
    beganMs: performance.now(),
    settledMs: undefined,
  };
  purchases.push(one);
  const [rewired, released] = [random() < REWIRED, random() < RELEASED && !keep];
  const webhooks = { smsWebhookUrl: one.smsWebhookUrl, voiceUrl: `${HOOKS}/voice` };
  const bought = await client.write('POST', '/numbers', { areaCode, webhooks }, one.key);
  if (!bought) return undefined;
  one.sid = textAt(bought.answer, 'sid');
  one.e164 = textAt(bought.answer, 'e164');
  const isConfigured = textAt(bought.answer, 'state') === 'Configured';
  if (rewired || !isConfigured) {
    const url = `${HOOKS}/sms/${n}`;
    if (!(await client.write('PUT', `/numbers/${one.sid}/webhooks`, { ...webhooks, smsWebhookUrl: url })))
      return undefined;
    one.smsWebhookUrl = url;
    one.rewired = true;
  }
  if (released) {
    // A number that was just bought may not be given back in the same moment.
    await sleep(200);
    if (!(await client.write('DELETE', `/numbers/${one.sid}`))) return undefined;
    one.released = true;
  }
  one.settledMs = performance.now();
  return one;
}
