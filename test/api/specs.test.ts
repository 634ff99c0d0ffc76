import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { type Answer, type Caller, useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { type Brand, type Campaign, fieldsOf, phaseOf } from './stories.ts';

/* Specs as people write them, and as nobody should: whatever is taken has to go the whole way. */

const text = (maxLength: number) =>
  fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength }),
    fc.lorem({ maxCount: 8 }),
    fc.constantFrom(
      'Änne’s Bäckerei & Söhne',
      'محل الزهور',
      '花屋',
      'Bob\u00a0\u00a0& Sons',
      ' a  b ',
      '\u202eevil',
      '👩‍🔧 Fixit',
      "O'Neil\\x",
    ),
  );
const prose = fc
  .tuple(text(200), text(200), fc.constantFrom('\n', '\r\n', '\t', ' '))
  .map(([one, two, between]) => one + between + two);
const digits = (n: number) => fc.nat(10 ** n - 1).map((number) => String(number).padStart(n, '0'));
const phone = fc
  .oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(fc.constantFrom('+1202', '202', '(202) ', '1-202-', '202.'), digits(7)),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom('+44 ', '0'), digits(7)) },
  )
  .map((parts) => parts.join(''));
const email = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('Help+1@Example.com', "o'neil@example.co.uk", 'a.b_c@münchen.de') },
  { weight: 1, arbitrary: fc.emailAddress() },
);
const HOSTS = (
  'example.com EXAMPLE.com shop.example.co.uk https://www.example.com/a?b#c example.com. münchen.de 例え.jp ' +
  'xn--mnchen-3ya.de me.github.io example.com:8443 u@example.com 192.0.2.1 localhost bit.ly com a..b.com'
).split(' ');
const host = fc.oneof(fc.constantFrom(...HOSTS), fc.domain(), fc.webUrl());
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 3 });

const brandSpec = fc
  .record({
    brandType: fc.constantFrom('STANDARD', 'STANDARD', 'SOLE_PROP'),
    legalName: text(80),
    websiteDomain: fc.oneof({ weight: 4, arbitrary: fc.constant('example.com') }, host),
    displayName: optional(text(80)),
    supportEmail: optional(email),
    supportPhone: optional(phone),
    mobilePhone: optional(phone),
    businessType: optional(text(40)),
    description: optional(prose),
    address: optional(
      fc.record({
        street: text(60),
        city: text(40),
        region: fc.constantFrom('DC', 'ny', 'XX'),
        postalCode: digits(5),
        country: fc.constant('US'),
      }),
    ),
    representative: optional(
      fc.record({
        firstName: text(30),
        lastName: text(30),
        email,
        phone,
        title: optional(text(30)),
      }),
    ),
  })
  .map((spec) => ({ country: 'US', ...spec }));

const stopAndHelp = fc
  .tuple(text(60), fc.constantFrom('Reply STOP or HELP.', 'stop / help', 'nonstop helpful'))
  .map((parts) => parts.join(' '));
const campaignSpec = (domain: string) =>
  fc.record({
    optInDescription: prose,
    sampleMessages: fc.array(
      fc
        .tuple(
          text(80),
          fc.constantFrom('', `https://${domain}/x`, `${domain}.`, 'bit.ly/x', 'Mr.Smith', 'a.com'),
        )
        .map((parts) => parts.join(' ')),
      { minLength: 1, maxLength: 5 },
    ),
    stopHelpText: stopAndHelp,
    linkDomains: fc.array(fc.constantFrom(domain, domain, domain, `www.${domain}`, 'elsewhere.com'), {
      minLength: 1,
      maxLength: 3,
    }),
    description: optional(prose),
    privacyPolicyUrl: optional(
      fc.constantFrom(`https://${domain}/privacy`, 'https://docs.google.com/x', 'https://bit.ly/x'),
    ),
    helpMessage: optional(text(80)),
  });

eachDatabase('any spec', (open, engine) => {
  const app = useApp(open);

  /** A refusal of meaning says which fields; there is no other for a request of right form. */
  function assertRefused({ status, body, text }: Awaited<ReturnType<Caller['call']>>): void {
    const refusal = body as Parameters<typeof fieldsOf>[0];
    assert.equal(status, 422, text);
    assert.ok(fieldsOf(refusal).length > 0, text);
  }

  /** What was answered as the spec is the spec: writing it again changes nothing. */
  async function assertStable(a: Caller, path: string, spec: object, etag: unknown): Promise<void> {
    const again: Answer<unknown> = await a.call<unknown>('PATCH', path, spec);
    assert.deepEqual([again.status, again.headers.etag], [200, etag], again.text);
  }

  test('is taken, kept as it was answered, and brought to its end; or refused by field; never a 5xx', async (t) => {
    const a = await app().tenant();
    const submitted: string[] = [];
    let eins = 0;
    const figures = { taken: 0, refused: 0 };
    const specs = fc.record({
      brand: brandSpec,
      campaign: fc.constantFrom('example.com').chain(campaignSpec),
    });
    await fc.assert(
      fc.asyncProperty(specs, async ({ brand: shape, campaign }) => {
        // One EIN a case: what came before must not decide over this one.
        eins += 1;
        const brand = { ...shape, taxId: `${eins % 2 ? '45-' : '45'}${1_000_000 + eins}` };
        const created = await a.call<Brand>('POST', '/brands', brand);
        if (created.status >= 300) {
          figures.refused += 1;
          return assertRefused(await a.call('POST', '/brands', brand));
        }
        figures.taken += 1;
        const { brandId, spec } = created.body;
        const path = `/brands/${brandId}`;
        await assertStable(a, path, spec, created.headers.etag);
        const order = await a.call('POST', `${path}:submit`);
        if (order.status !== 202) assertRefused(order);
        else submitted.push(path);
        const made = await a.call<Campaign>('POST', '/campaigns', { brandId, ...campaign });
        if (made.status !== 201)
          return assertRefused(await a.call('POST', '/campaigns', { brandId, ...campaign }));
        await assertStable(a, `/campaigns/${made.body.campaignId}`, made.body.spec, made.headers.etag);
        assert.equal((await a.call('POST', `/campaigns/${made.body.campaignId}:submit`)).status, 202);
        if (order.status === 202) submitted.push(`/campaigns/${made.body.campaignId}`);
      }),
      {
        numRuns: engine === 'postgres' ? 60 : 20,
        interruptAfterTimeLimit: 8_000,
        markInterruptAsFailure: false,
      },
    );
    t.diagnostic(`${JSON.stringify({ ...figures, submitted: submitted.length })}`);
    await app().settle();
    for (const path of submitted) {
      const wanted = path.startsWith('/brands') ? 'VETTED' : 'ACTIVE';
      assert.equal(await phaseOf(a, path), wanted, path);
    }
    const { rows } =
      await sql`select last_error from reconcile_queue where failures > 0 or parked_at is not null`.execute(
        app().db.owner,
      );
    assert.deepEqual(rows, []);
  });
});
