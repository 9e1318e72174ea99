import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { Tx } from '#server/platform/postgres/database.ts';
import { isExported } from './exports.rules.ts';

export const EXPORT_WORK = 'organization.export';

const ROWS_AT_ONCE = 200;

export type Row = Record<string, unknown>;

/** Runs `read` on one state of the database, however long it takes; nothing waits for it. */
export const inSnapshot = <T>({ db }: Context, read: (tx: Tx) => Promise<T>): Promise<T> =>
  db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read);

/** An organization's rows of a table, a few hundred in memory at a time. */
export async function* readRows(tx: Tx, table: string, orgId: string): AsyncGenerator<Row> {
  const columns = await listColumns(tx, table);
  yield* fetchAll(tx, sql`select ${sql.join(columns)} from ${sql.table(table)} where org_id = ${sql.lit(orgId)}`);
}

/** The people of an organization, as its members see them. */
export const readPeople = (tx: Tx, orgId: string): AsyncGenerator<Row> =>
  fetchAll(
    tx,
    sql`select id, email, name, preferred_name from users
      where id in (select user_id from organization_members where org_id = ${sql.lit(orgId)})`,
  );

async function* fetchAll(tx: Tx, query: ReturnType<typeof sql>): AsyncGenerator<Row> {
  await sql`declare export_rows no scroll cursor for ${query}`.execute(tx);
  while (true) {
    const { rows } = await sql<Row>`fetch ${sql.lit(ROWS_AT_ONCE)} from export_rows`.execute(tx);
    yield* rows;
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await sql`close export_rows`.execute(tx);
}

/** The columns of a table that an archive may hold. */
async function listColumns(tx: Tx, table: string) {
  const { rows } = await sql<{ name: string; type: string }>`
    select attname as name, format_type(atttypid, null) as type from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped order by attnum`.execute(tx);
  return rows.filter(isExported).map(({ name }) => sql.ref(name));
}

/** An export of the organization that has not ended. */
export async function findOpenExport({ db, orgId }: TxContext): Promise<string | undefined> {
  const job = await db
    .selectFrom('work_jobs')
    .select('id')
    .where('org_id', '=', orgId)
    .where('kind', '=', EXPORT_WORK)
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst();
  return job?.id;
}

/** Whether an export of the organization has that job, and has succeeded. */
export async function isExportDone({ db, orgId }: Context, jobId: string): Promise<boolean> {
  const job = await db
    .selectFrom('work_jobs')
    .select('id')
    .where('org_id', '=', orgId)
    .where('kind', '=', EXPORT_WORK)
    .where('state', '=', 'succeeded')
    .where('id', '=', jobId)
    .executeTakeFirst();
  return job !== undefined;
}
