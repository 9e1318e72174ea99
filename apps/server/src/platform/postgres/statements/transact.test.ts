import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import type { Database } from '../database.ts';
import { sendAlong, shareConnection, transact } from './transact.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await sql`create table things (n int primary key)`.execute(database.db);
});
beforeEach(() => sql`delete from things`.execute(database.db));
afterAll(() => database.drop());

const insert = (db: Database, n: number) => sql`insert into things (n) values (${n})`.execute(db);

async function read(db: Database): Promise<number[]> {
  const { rows } = await sql<{ n: number }>`select n from things order by n`.execute(db);
  return rows.map(({ n }) => n);
}

it('keeps what it wrote when the work returns, and shows it to nobody before', async () => {
  const seen = await transact(database.db, async (tx) => {
    await insert(tx, 1);
    return { within: await read(tx), outside: await read(database.db) };
  });
  expect(seen).toEqual({ within: [1], outside: [] });
  expect(await read(database.db)).toEqual([1]);
});

it('keeps nothing when the work throws, and throws what it threw', async () => {
  const work = transact(database.db, async (tx) => {
    await insert(tx, 1);
    throw new Error('changed my mind');
  });
  await expect(work).rejects.toThrow('changed my mind');
  expect(await read(database.db)).toEqual([]);
});

it('runs what is begun together in the order in which it was begun', async () => {
  const seen = await transact(database.db, (tx) =>
    Promise.all([insert(tx, 1), read(tx), insert(tx, 2), read(tx), insert(tx, 3)]),
  );
  expect([seen[1], seen[3]]).toEqual([[1], [1, 2]]);
});

it('sends a statement along that later ones see', async () => {
  const seen = await transact(database.db, async (tx) => {
    await sendAlong(tx, insert(tx, 1));
    return read(tx);
  });
  expect(seen).toEqual([1]);
});

it('keeps nothing and throws its error when a statement that was sent along fails last', async () => {
  const work = transact(database.db, async (tx) => {
    await insert(tx, 1);
    await sendAlong(tx, insert(tx, 1));
  });
  await expect(work).rejects.toThrow('duplicate key');
  expect(await read(database.db)).toEqual([]);
});

it('throws the error of the statement that failed first, not of those that could not run behind it', async () => {
  const work = transact(database.db, async (tx) => {
    await sendAlong(tx, insert(tx, 1));
    await sendAlong(tx, insert(tx, 1));
    await read(tx);
  });
  await expect(work).rejects.toThrow('duplicate key');
  expect(await read(database.db)).toEqual([]);
});

it('leaves its connection fit for the next one', async () => {
  const fail = (n: number) => transact(database.db, (tx) => Promise.all([insert(tx, n), insert(tx, n), insert(tx, n)]));
  for (let n = 0; n < 20; n++) await expect(fail(n)).rejects.toThrow('duplicate key');
  await transact(database.db, (tx) => insert(tx, 1));
  expect(await read(database.db)).toEqual([1]);
});

it('is not opened within another', async () => {
  const nested = transact(database.db, (tx) => transact(tx, async () => undefined));
  await expect(nested).rejects.toThrow('open already');
});

it('answers reads on one connection, within a transaction on that of the transaction', async () => {
  const pid = async (db: Database) =>
    (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid;
  const pids = await shareConnection(database.db, (db) => Promise.all([pid(db), pid(db), pid(db)]));
  expect(new Set(pids).size).toBe(1);
  const within = await transact(database.db, async (tx) => [await pid(tx), await shareConnection(tx, pid)]);
  expect(within[0]).toBe(within[1]);
});
