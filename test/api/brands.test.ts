import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schemas } from '../../src/registration/contract.gen.ts';
import { useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import {
  type Brand,
  brandBody,
  draftBrand,
  fieldsOf,
  phaseOf,
  REPRESENTATIVE,
  submittedBrand,
} from './stories.ts';

eachDatabase('brands', (open) => {
  const app = useApp(open);

  test('a new brand is a DRAFT at its Location, with version 1 as its ETag and its spec in one spelling (R107)', async () => {
    const a = await app().tenant();
    const created = await a.call<Brand>('POST', '/brands', {
      country: 'US',
      taxId: '123456789',
      legalName: '  Alder   Creek Heating LLC ',
      websiteDomain: 'https://WWW.AlderCreek.com/about?x=1',
      supportPhone: '(202) 555-0123',
    });
    assert.equal(created.status, 201);
    const { brandId, spec, status } = created.body;
    assert.equal(created.headers.location, `/v1/brands/${brandId}`);
    assert.equal(created.headers.etag, '"1"');
    assert.deepEqual(spec, {
      country: 'US',
      brandType: 'STANDARD',
      taxId: '12-3456789',
      legalName: 'Alder Creek Heating LLC',
      displayName: 'Alder Creek Heating LLC',
      websiteDomain: 'www.aldercreek.com',
      supportPhone: '+12025550123',
    });
    assert.deepEqual(status, {
      phase: 'DRAFT',
      conditions: [],
      generation: 1,
      observedGeneration: 0,
      externalRefs: {},
    });
    const read = await a.call<Brand>('GET', `/brands/${brandId}`);
    assert.deepEqual([read.status, read.headers.etag, read.body], [200, '"1"', created.body]);
  });

  test('an equal second POST finds the brand and changes nothing, in any phase and spelling (C3)', async () => {
    const a = await app().tenant();
    const first = await a.call<Brand>('POST', '/brands', brandBody());
    const respelt = brandBody({ taxId: '123456789', websiteDomain: 'ALDERCREEK.com.' });
    const again = await a.call<Brand>('POST', '/brands', respelt);
    assert.deepEqual([again.status, again.headers.etag, again.body], [200, '"1"', first.body]);
    assert.equal(again.headers.location, undefined);
    await a.call('POST', `/brands/${first.body.brandId}:submit`);
    assert.equal((await a.call<Brand>('POST', '/brands', respelt)).body.status.phase, 'SUBMITTED');
    await app().settle();
    const vetted = await a.call<Brand>('POST', '/brands', respelt);
    assert.deepEqual([vetted.status, vetted.body.status.phase], [200, 'VETTED']);
  });

  test('another spec under the same EIN updates a DRAFT and a REJECTED brand, one generation more (C3)', async () => {
    const a = await app().tenant();
    const taxId = '99-0000001';
    const brandId = await draftBrand(a, { taxId, legalName: 'Rosa' });
    const edited = await a.call<Brand>('POST', '/brands', brandBody({ taxId, legalName: 'Rosa Plumbing' }));
    assert.deepEqual([edited.status, edited.body.brandId, edited.headers.etag], [200, brandId, '"2"']);
    assert.deepEqual([edited.body.spec.legalName, edited.body.status.generation], ['Rosa Plumbing', 2]);
    await a.call('POST', `/brands/${brandId}:submit`);
    await app().settle();
    assert.equal(await phaseOf(a, `/brands/${brandId}`), 'REJECTED');
    const mended = brandBody({ taxId, legalName: 'Rosa Plumbing Incorporated' });
    const again = await a.call<Brand>('POST', '/brands', mended);
    assert.deepEqual(
      [again.status, again.body.status.phase, again.body.status.generation],
      [200, 'REJECTED', 3],
    );
    assert.equal((await a.call('POST', `/brands/${brandId}:submit`)).status, 202);
    await app().settle();
    assert.equal(await phaseOf(a, `/brands/${brandId}`), 'VETTED');
  });

  test('another spec under the EIN of a SUBMITTED or VETTED brand is a 409 that names it (C3)', async () => {
    const a = await app().tenant();
    const brandId = await submittedBrand(a);
    const other = brandBody({ displayName: 'Alder' });
    const submitted = await a.call('POST', '/brands', other);
    assert.equal(submitted.status, 409);
    assert.equal(submitted.body.error.code, 'ConflictError');
    const { correlationId, ...details } = submitted.body.error.details;
    assert.deepEqual(details, { brandId, phase: 'SUBMITTED' });
    await app().settle();
    const vetted = await a.call('POST', '/brands', other);
    assert.deepEqual([vetted.status, vetted.body.error.details.phase], [409, 'VETTED']);
  });

  test('an EIN is unique per tenant: another tenant registers it too, and learns of nothing (C1)', async () => {
    const [a, b] = [await app().tenant(), await app().tenant()];
    const of = { a: await submittedBrand(a), b: await draftBrand(b, { displayName: 'Another' }) };
    assert.notEqual(of.a, of.b);
  });

  test('a sole proprietor has no EIN, and needs a mobile phone to be submitted (C19)', async () => {
    const a = await app().tenant();
    const { taxId, ...sole } = brandBody({ brandType: 'SOLE_PROP' });
    const created = await a.call<Brand>('POST', '/brands', sole);
    assert.deepEqual([created.status, created.body.spec.taxId], [201, undefined]);
    const path = `/brands/${created.body.brandId}`;
    const refused = await a.call('POST', `${path}:submit`);
    assert.deepEqual([refused.status, fieldsOf(refused.body)], [422, ['mobilePhone']]);
    await a.call('PATCH', path, { mobilePhone: '202-555-0124' });
    assert.equal((await a.call('POST', `${path}:submit`)).status, 202);
    // Without an EIN nothing says that it is the same brand.
    assert.equal((await a.call('POST', '/brands', sole)).status, 201);
  });

  test('a 422 lists every field at fault, those of form and those of meaning', async () => {
    const a = await app().tenant();
    const form = await a.call('POST', '/brands', {
      country: 'CA',
      brandType: 'COMPANY',
      taxId: '12-34',
      legalName: ' ',
      websiteDomain: 'a b',
      supportEmail: 'nobody',
      supportPhone: '1',
      address: { street: 'x', city: '', region: 'District', postalCode: '1', country: 'CA' },
      representative: { firstName: 'Ada' },
      typo: true,
    });
    assert.deepEqual([form.status, form.body.error.code], [422, 'ValidationError']);
    assert.deepEqual(fieldsOf(form.body).sort(), [
      'address.city',
      'address.country',
      'address.postalCode',
      'address.region',
      'brandType',
      'country',
      'legalName',
      'representative.email',
      'representative.lastName',
      'representative.phone',
      'supportEmail',
      'supportPhone',
      'taxId',
      'typo',
      'websiteDomain',
    ]);
    const meaning = await a.call(
      'POST',
      '/brands',
      brandBody({
        websiteDomain: 'bit.ly',
        supportEmail: 'help@aldercreek.nosuchtld',
        supportPhone: '+442079460000',
        representative: { ...REPRESENTATIVE, phone: '555-0100' },
      }),
    );
    assert.equal(meaning.status, 422);
    assert.deepEqual(fieldsOf(meaning.body).sort(), [
      'representative.phone',
      'supportEmail',
      'supportPhone',
      'websiteDomain',
    ]);
  });

  test('the EIN is masked in every answer to a token without scope pii', async () => {
    const a = await app().tenant();
    const masked = await a.as('read', 'write');
    const created = await masked.call<Brand>('POST', '/brands', brandBody());
    const path = `/brands/${created.body.brandId}`;
    const answers = [
      created,
      await masked.call<Brand>('POST', '/brands', brandBody()),
      await masked.call<Brand>('POST', '/brands', brandBody({ displayName: 'Alder' })),
      await masked.call<Brand>('GET', path),
      await masked.call<Brand>('PATCH', path, { supportEmail: null }),
      await masked.call<Schemas['BrandList']>('GET', '/brands'),
    ];
    for (const { text } of answers) {
      assert.match(text, /"taxId":"\*\*\*-\*\*6789"/);
      assert.doesNotMatch(text, /12-?3456789/);
    }
    assert.equal((await a.call<Brand>('GET', path)).body.spec.taxId, '12-3456789');
  });

  test('submitting answers 202 with a status that says who acts next, and the brand is vetted later (R24)', async () => {
    const a = await app().tenant();
    const brandId = await draftBrand(a);
    const submitted = await a.call<Schemas['BrandState']>('POST', `/brands/${brandId}:submit`);
    assert.deepEqual([submitted.status, submitted.headers.etag], [202, '"2"']);
    const { phase, conditions, generation, observedGeneration } = submitted.body.status;
    assert.deepEqual([phase, generation, observedGeneration], ['SUBMITTED', 1, 0]);
    assert.deepEqual(
      conditions.map(({ type, status, reason, actor }) => ({ type, status, reason, actor })),
      [{ type: 'Vetted', status: 'False', reason: 'AwaitingProvider', actor: 'provider' }],
    );
    const twice = await a.call('POST', `/brands/${brandId}:submit`);
    assert.deepEqual([twice.status, twice.body.error.details.phase], [409, 'SUBMITTED']);
    await app().settle();
    const { body } = await a.call<Brand>('GET', `/brands/${brandId}`);
    assert.deepEqual([body.status.phase, body.status.observedGeneration], ['VETTED', 1]);
    assert.match(String(body.status.externalRefs.providerBrandId), /^FB/);
    const late = await a.call('POST', `/brands/${brandId}:submit`);
    assert.deepEqual([late.status, late.body.error.details.phase], [409, 'VETTED']);
  });

  test('a rejected brand says why, which field and who acts', async () => {
    const a = await app().tenant();
    const brandId = await submittedBrand(a, { taxId: '99-0000001', legalName: 'Rosa' });
    await app().settle();
    const { body } = await a.call<Brand>('GET', `/brands/${brandId}`);
    assert.equal(body.status.phase, 'REJECTED');
    const vetted = body.status.conditions.find(({ type }) => type === 'Vetted');
    assert.deepEqual(
      [vetted?.status, vetted?.reason, vetted?.field, vetted?.actor],
      ['False', 'TaxIdMismatch', 'legalName', 'tenant'],
    );
  });
});
