import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await sql`create table things (n int, name text)`.execute(database.db);
});
afterAll(() => database.drop());

/** Runs the same statement on one connection and lists what is prepared there. */
const runTen = (statement: (n: number) => ReturnType<typeof sql>) =>
  database.db.connection().execute(async (db) => {
    for (let n = 0; n < 10; n++) await statement(n).execute(db);
    const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db);
    return rows.map((row) => row.statement);
  });

it('prepares a statement that comes again, once', async () => {
  const prepared = await runTen((n) => sql`select name from things where n = ${n}`);
  expect(prepared).toEqual(['select name from things where n = $1']);
});

it('does not prepare one without values, nor one that answers every column of a table', async () => {
  const before = await runTen(() => sql`select 1`);
  for (const statement of [
    (n: number) => sql`select * from things where n = ${n}`,
    (n: number) => sql`insert into things (n) values (${n}) returning *`,
    (n: number) => sql`with t as (select n from things) select t.* from t where n = ${n}`,
  ])
    expect(await runTen(statement)).toEqual(before);
});

it('goes on when a column is added to a table that it reads', async () => {
  const read = (n: number) => sql`with t as (select * from things) select t.name from t where t.n = ${n}`;
  expect(await runTen(read)).toContain('with t as (select * from things) select t.name from t where t.n = $1');
  await sql`alter table things add column late text`.execute(database.db);
  await expect(runTen(read)).resolves.toBeDefined();
  await expect(runTen((n) => sql`select * from things where n = ${n}`)).resolves.toBeDefined();
});
