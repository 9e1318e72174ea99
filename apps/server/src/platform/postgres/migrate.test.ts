import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { createLog } from '../log.ts';
import { listPending, migrate } from './migrate.ts';

const log = createLog({ logLevel: 'silent', logFormat: 'json' });
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it('has nothing pending on a migrated database, and running again changes nothing', async () => {
  const before = await test.db
    .selectFrom('schema_migrations' as never)
    .selectAll()
    .execute();
  await migrate(test.url, log);
  expect(await listPending(test.db)).toEqual([]);
  expect(
    await test.db
      .selectFrom('schema_migrations' as never)
      .selectAll()
      .execute(),
  ).toEqual(before);
});
