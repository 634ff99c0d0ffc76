import { createClient } from './client.ts';
import { columns } from './screen.ts';
import type { Stage } from './stage.ts';
import { showRequest } from './watch.ts';

interface Candidate {
  readonly e164: string;
}

interface Bought {
  readonly sid: string;
  readonly e164: string;
  readonly state: string;
}

/** Where the number of a business lives, and the token for asking. */
export interface NumberShop {
  readonly url: string;
  readonly token: string;
}

const WEBHOOKS = {
  smsWebhookUrl: 'https://hooks.birchandmain.example/sms',
  voiceUrl: 'https://hooks.birchandmain.example/voice',
  statusCallbackUrl: 'https://hooks.birchandmain.example/status',
};

/**
 * Looks for a number, buys it once although it is asked for twice, and reads back where it rings.
 * @returns the number, and a check that it cannot be released while it is in use.
 */
export async function buyNumber(
  { screen, signal }: Pick<Stage, 'screen' | 'signal'>,
  shop: NumberShop,
  areaCode: string,
): Promise<{ readonly e164: string; refusedRelease(): Promise<void> }> {
  const client = createClient(shop.url, shop.token, signal);
  const search = `/availability?areaCode=${areaCode}&sms=true&voice=true&limit=3`;
  const { candidates } = (
    await client.call<{ readonly candidates: readonly Candidate[] }>('GET', search, { expect: 200 })
  ).body;
  const seen = candidates.map(({ e164 }) => e164).join(', ');
  showRequest(screen, 'number', 'GET /availability', 200, seen);

  const order = { areaCode, capabilities: ['sms', 'voice'], webhooks: WEBHOOKS };
  const dryRun = { body: { ...order, dryRun: true }, expect: 200 };
  const { plan } = (
    await client.call<{ readonly plan: readonly { readonly op: string }[] }>('POST', '/numbers', dryRun)
  ).body;
  showRequest(screen, 'number', 'POST /numbers', 200, `dry run: ${plan.map(({ op }) => op).join(', ')}`);

  // Two at the same time under one key, as when a client was impatient.
  const purchase = { body: order, idempotencyKey: crypto.randomUUID(), expect: 201 };
  const [first, second] = await Promise.all(
    [1, 2].map(() => client.call<Bought>('POST', '/numbers', purchase)),
  );
  if (!first || !second) throw new Error('a purchase was not answered');
  if (first.body.sid !== second.body.sid) throw new Error('one key has bought two numbers');
  const { sid, e164, state } = first.body;
  showRequest(screen, 'number', 'POST /numbers', 201, `${state}, ${e164}, ${sid}`);
  showRequest(screen, 'number', 'POST /numbers', 201, 'same Idempotency-Key: the same number, bought once');

  const { webhooks } = (
    await client.call<{ readonly webhooks: Readonly<Record<string, string>> }>('GET', `/numbers/${sid}`, {
      expect: 200,
    })
  ).body;
  showRequest(screen, 'number', 'GET /numbers/{sid}', 200, 'as the provider has it:');
  for (const [name, url] of Object.entries(webhooks)) {
    screen.row({ what: '', of: 'number', text: columns([name, 18], [url, 0]) });
  }
  return {
    e164,
    async refusedRelease() {
      await client.call('DELETE', `/numbers/${sid}`, { idempotencyKey: crypto.randomUUID(), expect: 409 });
      showRequest(screen, 'number', 'DELETE /numbers/{sid}', 409, 'a number in use is not released');
    },
  };
}
