import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '#kernel/problem.ts';
import { hashToken, newToken } from '#platform/secrets/tokens.ts';
import { eachDatabase, testClock } from '../../../test/support/database.ts';
import { createTenant, createToken, findPrincipal, findTenant, listTokens, revokeToken } from './tenants.ts';

const clock = testClock();
const problem = (code: string) => (error: unknown) => error instanceof Problem && error.code === code;

eachDatabase('tenants and tokens', (open) => {
  test('a tenant is found by id and by name, and an id never loses to a name', async () => {
    const { executor } = (await open()).database;
    const first = await createTenant(executor, clock, 'one');
    // A name that looks like the id of another: only older data can have it, the CLI refuses such names.
    const second = await createTenant(executor, clock, first.tenantId);
    assert.deepEqual(await findTenant(executor, 'one'), first);
    assert.deepEqual(await findTenant(executor, first.tenantId), first);
    assert.deepEqual(await findTenant(executor, second.tenantId), second);
    await assert.rejects(findTenant(executor, 'nobody'), problem('NotFound'));
    await assert.rejects(createTenant(executor, clock, 'one'), problem('ConflictError'));
  });

  test('a token that is given may be given again to the same tenant, and to no other', async () => {
    const { executor } = (await open()).database;
    const one = await createTenant(executor, clock, 'one');
    const two = await createTenant(executor, clock, 'two');
    const token = newToken();
    const wanted = { tenantId: one.tenantId, name: 'given', scopes: ['read'], token } as const;
    const first = await createToken(executor, clock, wanted);
    assert.deepEqual(await createToken(executor, clock, wanted), first);
    assert.equal((await listTokens(executor, one.tenantId)).length, 1);
    await assert.rejects(
      createToken(executor, clock, { ...wanted, tenantId: two.tenantId }),
      problem('ConflictError'),
    );
    await revokeToken(executor, clock, first.tokenId);
    assert.equal(await findPrincipal(executor, hashToken(token)), undefined);
    await assert.rejects(createToken(executor, clock, wanted), problem('ConflictError'));
    await assert.rejects(revokeToken(executor, clock, first.tokenId), problem('NotFound'));
  });
});
