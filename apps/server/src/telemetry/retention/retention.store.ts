import { sql } from 'kysely';
import type { Platform, TxContext } from '#server/platform/context.ts';
import { dropPartitionsBefore, ensurePartitions } from '#server/platform/postgres/partitions.ts';

const DAY_MS = 86_400_000;
const DAYS_AHEAD = 3;
/** A run may begin on the day before the oldest that is kept, and its steps a day before that. */
const DAYS_BEHIND = 2;

/** Split by the day of a run and dropped whole. */
const DAILY = ['runs', 'steps', 'run_events', 'decisions', 'blobs', 'blob_refs', 'rollup_1m', 'otlp_spans'];
/** Split by month: what charts are drawn from. */
const MONTHLY = ['rollup_1h', 'rollup_sums'];

/** Makes the partitions that telemetry may be written to: the kept days and some ahead. */
export async function ensureTelemetryPartitions({ db, now }: Platform, fullHours: number): Promise<void> {
  const at = now().getTime();
  const from = new Date(at - fullHours * 3_600_000 - DAYS_BEHIND * DAY_MS);
  const to = new Date(at + DAYS_AHEAD * DAY_MS);
  for (const table of DAILY) await ensurePartitions(db, table, from, to);
  for (const table of MONTHLY)
    await sql`select ensure_month_partitions(${table}, ${from}::date, ${to}::date)`.execute(db);
}

/** Drops the partitions that no organization keeps. */
export async function dropTelemetryPartitions(
  { db, now }: Platform,
  kept: { fullHours: number; aggregateDays: number },
): Promise<void> {
  const at = now().getTime();
  const oldest = new Date(at - kept.fullHours * 3_600_000 - DAYS_BEHIND * DAY_MS);
  for (const table of DAILY) await dropPartitionsBefore(db, table, oldest);
  // A month goes when its last day is past: its name is that of the month of the oldest day that is kept.
  const oldestHour = new Date(at - kept.aggregateDays * DAY_MS);
  const month = oldestHour.toISOString().slice(0, 7).replace('-', '');
  for (const table of MONTHLY) {
    const { rows } = await sql<{ name: string }>`
      select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = ${table}::regclass and c.relname < ${`${table}_${month}`}`.execute(db);
    for (const { name } of rows) await sql`drop table if exists ${sql.id(name)}`.execute(db);
  }
}

/** What reports left of an organization that is being deleted: these tables name it without a foreign key. */
export async function removeTelemetry({ db, orgId }: TxContext): Promise<void> {
  for (const table of [...DAILY, ...MONTHLY, 'telemetry_batches'])
    await sql`delete from ${sql.table(table)} where org_id = ${orgId}`.execute(db);
}
