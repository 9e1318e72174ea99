import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { createLog } from '../log/log.ts';
import { listPending, migrate } from './migrate.ts';

const log = createLog({ logLevel: 'silent', logFormat: 'json' });
let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const listLanded = () => test.db.selectFrom('schema_migrations').selectAll().orderBy('name').execute();

it('has nothing pending on a migrated database, and running again changes nothing', async () => {
  const before = await listLanded();
  await migrate(test.url, log);
  expect(await listPending(test.db)).toEqual([]);
  expect(await listLanded()).toEqual(before);
});

it('lands every file once when two processes migrate an empty database', async () => {
  const names = (await listLanded()).map(({ name }) => name);
  await sql`drop schema public, graphile_worker cascade; create schema public`.execute(test.db);
  await Promise.all([migrate(test.url, log), migrate(test.url, log)]);
  expect((await listLanded()).map(({ name }) => name)).toEqual(names);
});

it('refuses a file that was edited after it landed, by its name', async () => {
  await test.db.updateTable('schema_migrations').set({ checksum: 'other' }).where('name', 'like', '0001%').execute();
  const sentence = 'Migration 0001_platform.sql was edited after it landed';
  await expect(migrate(test.url, log)).rejects.toThrow(sentence);
  await expect(listPending(test.db)).rejects.toThrow(sentence);
});

it('refuses a database that a newer version has migrated', async () => {
  await test.db.insertInto('schema_migrations').values({ name: '9999_future.sql', checksum: 'x' }).execute();
  await expect(migrate(test.url, log)).rejects.toThrow('The database has migration 9999_future.sql');
});

it('keeps nothing of a file that fails, and says which', async () => {
  const last = (await listLanded()).at(-1)?.name ?? '';
  await test.db.deleteFrom('schema_migrations').where('name', '=', last).execute();
  await expect(migrate(test.url, log)).rejects.toThrow(new RegExp(`Migration ${last} failed: .* already exists`));
  expect(await listPending(test.db)).toEqual([last]);
});
