import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { type Brand, brandBody, draftBrand, fieldsOf, REPRESENTATIVE } from './stories.ts';

eachDatabase('editing brands', (open) => {
  const app = useApp(open);

  test('a merge patch keeps what it leaves out and removes what it sets to null (RFC 7396)', async () => {
    const a = await app().tenant();
    const brandId = await draftBrand(a, { description: 'Heating', representative: REPRESENTATIVE });
    const path = `/brands/${brandId}`;
    const patch = {
      legalName: 'Alder Creek Inc',
      supportEmail: null,
      displayName: null,
      representative: { ...REPRESENTATIVE, title: null, lastName: 'Creek' },
    };
    const merge = { 'content-type': 'application/merge-patch+json' };
    const { status, body, headers } = await a.call<Brand>('PATCH', path, patch, merge);
    assert.deepEqual([status, headers.etag, body.status.generation], [200, '"2"', 2]);
    const { supportEmail, ...kept } = brandBody();
    const { title, ...person } = REPRESENTATIVE;
    assert.deepEqual(body.spec, {
      ...kept,
      legalName: 'Alder Creek Inc',
      displayName: 'Alder Creek Inc',
      description: 'Heating',
      representative: { ...person, lastName: 'Creek' },
    });
    const removed = await a.call<Brand>('PATCH', path, { representative: null });
    assert.equal(removed.body.spec.representative, undefined);
  });

  test('a patch that changes nothing keeps generation and ETag', async () => {
    const a = await app().tenant();
    const path = `/brands/${await draftBrand(a)}`;
    for (const patch of [{}, { legalName: 'Alder Creek Heating LLC' }, { description: null }]) {
      const { status, body, headers } = await a.call<Brand>('PATCH', path, patch);
      assert.deepEqual([status, headers.etag, body.status.generation], [200, '"1"', 1]);
    }
  });

  test('null cannot remove what is required, and the whole is checked, not the patch alone', async () => {
    const a = await app().tenant();
    const path = `/brands/${await draftBrand(a)}`;
    const required = { legalName: null, websiteDomain: null, country: null, brandType: null };
    const refused = await a.call('PATCH', path, required);
    assert.deepEqual([refused.status, fieldsOf(refused.body).sort()], [422, Object.keys(required).sort()]);
    const without = await a.call('PATCH', path, { taxId: null });
    assert.deepEqual([without.status, fieldsOf(without.body)], [422, ['taxId']]);
    assert.equal((await a.call('PATCH', path, { taxId: null, brandType: 'SOLE_PROP' })).status, 200);
    const back = await a.call('PATCH', path, { brandType: 'STANDARD' });
    assert.deepEqual([back.status, fieldsOf(back.body)], [422, ['taxId']]);
  });

  test('an edit of what has moved on is refused with 412; `*` and one of a list match', async () => {
    const a = await app().tenant();
    const path = `/brands/${await draftBrand(a)}`;
    const patch = (displayName: string, ifMatch: string) =>
      a.call('PATCH', path, { displayName }, { 'if-match': ifMatch });
    assert.equal((await patch('One', '"1"')).status, 200);
    const stale = await patch('Two', '"1"');
    assert.deepEqual([stale.status, stale.body.error.code], [412, 'PreconditionFailed']);
    assert.equal((await patch('Two', 'W/"2"')).status, 412, 'a weak tag never matches');
    assert.equal((await patch('Two', '"9", "2"')).status, 200);
    assert.equal((await patch('Three', '*')).status, 200);
    assert.equal((await patch('Four', '4')).status, 400);
    assert.equal((await a.call('POST', `${path}:submit`, undefined, { 'if-match': '"1"' })).status, 412);
    assert.equal((await a.call('POST', `${path}:submit`, undefined, { 'if-match': '"4"' })).status, 202);
  });

  test('only DRAFT and REJECTED can be edited; country and EIN are frozen from the first submit on (C18)', async () => {
    const a = await app().tenant();
    const taxId = '99-0000001';
    const brandId = await draftBrand(a, { taxId: '99-0000009', legalName: 'Rosa' });
    const path = `/brands/${brandId}`;
    assert.equal((await a.call('PATCH', path, { taxId })).status, 200, 'not submitted yet');
    await a.call('POST', `${path}:submit`);
    const submitted = await a.call('PATCH', path, { displayName: 'R' });
    assert.deepEqual([submitted.status, submitted.body.error.details.phase], [409, 'SUBMITTED']);
    await app().settle();
    const frozen = await a.call('PATCH', path, { taxId: '12-3456789' });
    assert.deepEqual([frozen.status, frozen.body.error.details.field], [409, 'taxId']);
    assert.equal((await a.call('PATCH', path, { taxId: '990000001' })).status, 200, 'the same EIN');
    const legalName = 'Rosa Plumbing Incorporated';
    const edited = await a.call<Brand>('PATCH', path, { legalName });
    assert.deepEqual([edited.status, edited.body.status.phase], [200, 'REJECTED']);
    await a.call('POST', `${path}:submit`);
    await app().settle();
    const vetted = await a.call('PATCH', path, { legalName: 'Rosa' });
    assert.deepEqual([vetted.status, vetted.body.error.details.phase], [409, 'VETTED']);
  });

  test('an edit cannot take the EIN of another brand of the tenant', async () => {
    const a = await app().tenant();
    await draftBrand(a, { taxId: '12-0000001' });
    const brandId = await draftBrand(a, { taxId: '12-0000002' });
    assert.equal((await a.call('PATCH', `/brands/${brandId}`, { taxId: '12-0000001' })).status, 409);
    const { body } = await a.call<Brand>('GET', `/brands/${brandId}`);
    assert.equal(body.spec.taxId, '12-0000002');
  });
});
