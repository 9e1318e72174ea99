import { sql } from 'kysely';
import type { Database } from './database.ts';

const dayOf = (at: Date) => at.toISOString().slice(0, 10);

/** Makes the missing daily partitions of a table for the UTC days from `from` to `to`. */
export async function ensurePartitions(db: Database, table: string, from: Date, to: Date): Promise<void> {
  await sql`select ensure_day_partitions(${table}, ${dayOf(from)}::date, ${dayOf(to)}::date)`.execute(db);
}

/** Drops the daily partitions whose day ended before `before`; returns their names. */
export async function dropPartitionsBefore(db: Database, table: string, before: Date): Promise<string[]> {
  const limit = `${table}_${dayOf(before).replaceAll('-', '')}`;
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ${table}::regclass and c.relname < ${limit}
    order by 1`.execute(db);
  for (const { name } of rows) await sql`drop table if exists ${sql.id(name)}`.execute(db);
  return rows.map(({ name }) => name);
}
