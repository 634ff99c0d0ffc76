import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrateDown, migrateUp, migrationStatus } from '../../src/platform/database/migrate.ts';
import { migrations } from '../../src/registration/store/migrations/index.ts';
import { createApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { describeSchema } from './catalogue.ts';
import { wholeStory } from './stories.ts';

const NAMES = Object.keys(migrations);
const KINDS = ['relation', 'column', 'index', 'constraint', 'policy', 'grant'];

eachDatabase('migrations', (open) => {
  test('each goes down to exactly what was before it, and up to exactly what it made; data is no hindrance', async () => {
    const { database, owner } = await open();
    const app = await createApp(database);
    await wholeStory(app, await app.tenant());
    await app.close();

    const newest = await describeSchema(owner);
    for (const kind of KINDS) {
      const facts = newest.filter((fact) => fact.startsWith(kind)).length;
      assert.ok(facts >= 10, `${facts} facts of kind ${kind}`);
    }
    /** By how many migrations are applied. */
    const schemas = [newest];
    for (const name of [...NAMES].reverse()) {
      assert.deepEqual(await migrateDown(owner, migrations), [name]);
      schemas.unshift(await describeSchema(owner));
    }
    const [nothing, ...later] = schemas;
    assert.deepEqual(
      nothing?.filter((fact) => !fact.includes('kysely_migration')),
      [],
      'nothing is left',
    );
    assert.deepEqual(await migrateDown(owner, migrations), [], 'and there is no further down');
    for (const [index, schema] of later.entries()) {
      const known = Object.fromEntries(Object.entries(migrations).slice(0, index + 1));
      assert.deepEqual(await migrateUp(owner, known), [NAMES[index]]);
      assert.deepEqual(await describeSchema(owner), schema, NAMES[index]);
    }
    assert.deepEqual(await migrateUp(owner, migrations), []);
    assert.ok((await migrationStatus(owner, migrations)).every(({ appliedAt }) => appliedAt !== undefined));

    const again = await createApp(database);
    await wholeStory(again, await again.tenant());
    await again.close();
  });
});
