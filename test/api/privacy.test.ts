import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { createLogger } from '../../src/platform/telemetry/log.ts';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { useApp } from '../support/app.ts';
import { eachDatabase, testClock } from '../support/database.ts';
import { startReceiver } from '../support/receiver.ts';
import { rowsOf, tablesOf } from './catalogue.ts';
import { brandBody, campaignBody, newNumber, submittedBrand, submittedCampaign } from './stories.ts';

/** Words that nothing else would ever say; the brand's PII is made of them and of nothing else. */
const PERSON = {
  taxId: '37-9182736',
  supportEmail: 'zwiebelkuchen@quittenmus.com',
  supportPhone: '+12025557341',
  mobilePhone: '+12025558629',
  address: {
    street: '4711 Kaulquappengasse',
    street2: 'Hinterhaus Wirsing',
    city: 'Schnabelwaid',
    region: 'OH',
    postalCode: '43987-6152',
    country: 'US',
  },
  representative: {
    firstName: 'Quendolin',
    lastName: 'Habergeiss',
    email: 'q.habergeiss@quittenmus.com',
    phone: '+12025559173',
    title: 'Oberhofmeisterin',
    jobPosition: 'Muhmenvorstand',
  },
} as const;

const WORDS: readonly string[] = [
  ...Object.values({ ...PERSON, address: '', representative: '' }),
  ...Object.values(PERSON.address).filter((word) => word.length > 2),
  ...Object.values(PERSON.representative),
].filter((word) => word !== '');
/** Numbers are recognised in any spelling by their last digits. */
const TRACES: readonly string[] = [
  ...WORDS,
  '379182736',
  '9182736',
  ...['7341', '8629', '9173'].map((end) => `555${end}`),
  'zwiebelkuchen',
  'kaulquappen',
  'habergeiss',
];

/** Which of the words a text has, in clear, in hex or in base64, whatever the case. */
function tracesIn(text: string): string[] {
  const lower = text.toLowerCase();
  return TRACES.filter(
    (word) =>
      lower.includes(word.toLowerCase()) ||
      lower.includes(Buffer.from(word).toString('hex')) ||
      // What surrounds a word shifts its base64 by 0 to 2 bytes, and touches no more than its ends.
      [0, 1, 2].some((shift) => {
        const encoded = Buffer.from('\0'.repeat(shift) + word).toString('base64');
        const inner = encoded.slice(shift === 0 ? 0 : 4, Math.max(0, encoded.length - 4));
        return inner.length >= 8 && text.includes(inner);
      }),
  );
}

test('the search finds a word in clear, in hex and in base64', () => {
  const word = PERSON.representative.lastName;
  for (const encoding of ['utf8', 'hex', 'base64'] as const) {
    for (const prefix of ['', 'a', 'ab']) {
      const text = Buffer.from(`${prefix}${word}, and more`).toString(encoding);
      assert.ok(tracesIn(text).includes(word), `${encoding} ${prefix}`);
    }
  }
  assert.deepEqual(tracesIn('nothing of the kind'), []);
});

eachDatabase('PII', (open) => {
  const lines: string[] = [];
  const log = createLogger(
    { level: 'trace', service: 'registration', role: 'all' },
    { write: (line) => void lines.push(line) },
  );
  const app = useApp(open, { log, clock: testClock(new Date().toISOString()) });

  test('is in no log line, event, queue or ledger row, stored answer or error: through a whole story', async () => {
    const a = await app().tenant();
    const receiver = await startReceiver();
    const answers: string[] = [];
    try {
      const eventTypes = ['BrandSubmitted', 'BrandVetted', 'BrandRejected', 'NumberVerified', 'A2PReady'];
      const hook = await a.call<Schemas['WebhookWithSecret']>('POST', '/webhooks', {
        url: receiver.url,
        eventTypes,
      });
      receiver.trust(hook.body.secret);
      const brandId = await submittedBrand(a, PERSON);
      const campaignId = await submittedCampaign(a, brandId);
      const headers = { 'idempotency-key': 'k', 'correlation-id': 'story' };
      await a.call('POST', '/brands', brandBody(PERSON), headers);
      await a.call('POST', '/brands', brandBody(PERSON), headers);
      await a.call('POST', '/numbers:attach', { campaignId, e164: newNumber() });
      await app().settle();
      // A refusal of the provider, an edit and a second submission.
      const rosa = await submittedBrand(a, { ...PERSON, taxId: '99-0000001', legalName: 'Rosa' });
      await app().settle();
      await a.call('PATCH', `/brands/${rosa}`, { legalName: 'Rosa Plumbing Incorporated' });
      await a.call('POST', `/brands/${rosa}:submit`);
      await app().settle();
      answers.push(...(await refusals(a, brandId)));
      assert.ok(receiver.accepted.length >= 5, `${receiver.accepted.length} events`);
    } finally {
      await receiver.close();
    }
    assert.ok(lines.length >= 40, `${lines.length} lines`);
    assert.ok(lines.some((line) => line.includes('"correlationId":"story"')));
    assert.deepEqual(tracesIn(lines.join('')), [], 'log');
    assert.ok(answers.length >= 10, `${answers.length} refusals`);
    assert.deepEqual(tracesIn(answers.join('')), [], 'errors');

    const tables = (await tablesOf(app().db.owner)).filter(({ isPartition }) => !isPartition);
    for (const name of ['events', 'reconcile_queue', 'effects', 'idempotency_keys', 'deliveries', 'brands']) {
      assert.ok(
        tables.some((table) => table.name === name),
        name,
      );
    }
    for (const { name } of tables) {
      const rows = JSON.stringify(await rowsOf(app().db.owner, name));
      assert.deepEqual(tracesIn(rows), [], `at rest in ${name}`);
    }
  });

  /** Every kind of refusal of requests that are full of PII. */
  async function refusals(a: Awaited<ReturnType<ReturnType<typeof app>['tenant']>>, brandId: string) {
    const { taxId, supportEmail, supportPhone, address, representative } = PERSON;
    const json = { 'content-type': 'application/json' };
    const asked = [
      await a.call('POST', '/brands', brandBody({ ...PERSON, displayName: 'Other' })),
      await a.call('POST', '/brands', {
        ...PERSON,
        taxId: `${taxId}0`,
        supportEmail: `${supportEmail} `,
        supportPhone: `${supportPhone}x`,
        address: { ...address, postalCode: address.city },
        representative: { ...representative, email: representative.lastName, phone: representative.title },
      }),
      await a.call('POST', '/brands', brandBody({ ...PERSON, websiteDomain: supportEmail })),
      await a.call('POST', '/brands', brandBody({ ...PERSON, supportEmail: 'x@localhost.nosuchtld' })),
      await a.call('PATCH', `/brands/${brandId}`, PERSON),
      await a.call('PATCH', `/brands/${brandId}`, {
        taxId: supportEmail,
        address: { street: address.street },
      }),
      await a.call(
        'POST',
        '/campaigns',
        campaignBody(brandId, { linkDomains: [supportEmail], brandId: supportEmail }),
      ),
      await a.call('POST', '/numbers:attach', { campaignId: supportEmail, e164: taxId }),
      await a.call('GET', `/numbers/${encodeURIComponent(supportPhone)}`),
      await a.call('GET', `/brands/${encodeURIComponent(supportEmail)}`),
      await a.call('GET', `/brands?phase=${encodeURIComponent(supportEmail)}&cursor=${taxId}`),
      await a.call('GET', `/brands?limit=${taxId}`, undefined, { 'if-match': supportEmail }),
      await a.call('POST', '/webhooks', { url: `https://${supportEmail}:x@quittenmus.com/` }),
      await app().send({
        method: 'POST',
        url: '/v1/brands',
        headers: { authorization: `Bearer ${a.token}`, ...json },
        payload: `{"supportEmail": "${supportEmail}" "${taxId}"}`,
      }),
      await app().send({
        method: 'GET',
        url: '/v1/brands',
        headers: { authorization: `Bearer ${supportEmail}` },
      }),
      await app().send({ method: 'GET', url: `/v1/people/${encodeURIComponent(supportEmail)}` }),
    ];
    for (const { status, text } of asked) assert.ok(status >= 400 && status < 500, `${status} ${text}`);
    return asked.map(({ text }) => text);
  }

  test('is in neither the answer nor the log of a failure of ours; the log says what failed', async () => {
    const { owner } = app().db;
    for (const [break_, mend] of [
      [
        sql`alter table brands rename column sealed_spec to hidden`,
        sql`alter table brands rename column hidden to sealed_spec`,
      ],
      [
        sql`alter table brands add constraint nothing_fits check (country = 'XX') not valid`,
        sql`alter table brands drop constraint nothing_fits`,
      ],
    ]) {
      assert.ok(break_ && mend);
      const a = await app().tenant();
      await break_.execute(owner);
      lines.length = 0;
      const headers = { 'idempotency-key': 'k' };
      const failed = await a.call('POST', '/brands', brandBody(PERSON), headers);
      await mend.execute(owner);

      assert.deepEqual([failed.status, failed.body.error.code], [500, 'Internal']);
      assert.deepEqual(Object.keys(failed.body.error.details), ['correlationId']);
      const told = lines.filter((line) => line.includes('request failed'));
      assert.equal(told.length, 1);
      assert.match(told.join(''), /"type":"\w*[Ee]rror"/);
      assert.deepEqual(tracesIn(lines.join('')), []);
      assert.deepEqual(tracesIn(failed.text), []);
      const again = await a.call('POST', '/brands', brandBody(PERSON), headers);
      assert.ok(again.status < 300, 'a 500 is not kept under its key');
    }
  });

  test("a sole proprietor's name is a person's: it is in no log line, event, queue or ledger row", async () => {
    const a = await app().tenant();
    lines.length = 0;
    const { taxId, ...person } = PERSON;
    const legalName = 'Quendolin Habergeiss';
    await submittedBrand(a, { ...person, brandType: 'SOLE_PROP', taxId: undefined, legalName });
    await app().settle();
    assert.deepEqual(tracesIn(lines.join('')), []);
    for (const table of ['events', 'reconcile_queue', 'effects', 'idempotency_keys', 'deliveries']) {
      assert.deepEqual(tracesIn(JSON.stringify(await rowsOf(app().db.owner, table))), [], table);
    }
  });
});
