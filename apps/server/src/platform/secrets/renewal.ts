import { sql } from 'kysely';
import type { Platform } from '../context.ts';
import type { Secrets } from './secrets.ts';

const ROWS_AT_ONCE = 200;

/**
 * While keys rotate (MC_SECRET_KEY_PREVIOUS): puts every stored secret under the current key, so that the previous one
 * can be dropped. Secrets stand in `*_enc` columns, bound to their place: `table.column:row id`.
 */
export async function renewSecrets(platform: Platform): Promise<void> {
  if (!platform.config.secretKeyPrevious) return;
  for (const column of await listColumns(platform)) {
    const renewed = await renewColumn(platform, column);
    if (renewed > 0) platform.log.info({ ...column, renewed }, 'secrets were put under the current key');
  }
}

interface Column {
  table: string;
  column: string;
}

async function listColumns({ db }: Platform): Promise<Column[]> {
  const { rows } = await sql<Column>`
    select c.table_name as "table", c.column_name as "column" from information_schema.columns c
    join information_schema.columns i using (table_schema, table_name)
    where c.table_schema = 'public' and c.data_type = 'bytea' and c.column_name like '%\\_enc' and i.column_name = 'id'
    order by 1, 2`.execute(db);
  return rows;
}

async function renewColumn({ db, secrets, log }: Platform, { table, column }: Column): Promise<number> {
  let renewed = 0;
  let after = '00000000-0000-0000-0000-000000000000';
  while (true) {
    const { rows } = await sql<{ id: string; sealed: Buffer }>`
      select id, ${sql.ref(column)} as sealed from ${sql.table(table)}
      where id > ${after}::uuid and ${sql.ref(column)} is not null order by id limit ${ROWS_AT_ONCE}`.execute(db);
    for (const { id, sealed } of rows) {
      const next = renew(secrets, sealed, `${table}.${column}:${id}`);
      if (next === 'unreadable') log.error({ table, column, id }, 'a secret is under neither key: set it anew');
      if (next === undefined || next === 'unreadable') continue;
      renewed++;
      // One that was changed meanwhile is under the current key already.
      await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${next}
        where id = ${id} and ${sql.ref(column)} = ${sealed}`.execute(db);
    }
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_AT_ONCE) return renewed;
    after = last.id;
  }
}

/** One secret that nobody can open any more must not keep the others under the old key. */
function renew(secrets: Secrets, sealed: Buffer, place: string): Buffer | 'unreadable' | undefined {
  try {
    return secrets.renew(sealed, place);
  } catch {
    return 'unreadable';
  }
}
