import { sql } from 'kysely';
import type { Database } from '#server/platform/postgres/database.ts';

/** An hour or day of an organization, and how many things its rollups count now. */
export interface Span {
  org_id: string;
  t: Date;
  counted: number;
}

/** The newest hour of any organization that has been summed; null before the first. */
export async function findNewestHour(db: Database): Promise<Date | null> {
  const { rows } = await sql<{ t: string | null }>`
    select max(t) as t from rollup_spans where grain = 'hour'`.execute(db);
  return rows[0]?.t ? new Date(rows[0].t) : null;
}

type SpanRow = Omit<Span, 't'> & { t: string };

const toSpan = ({ t, ...row }: SpanRow): Span => ({ ...row, t: new Date(t) });

/** Hours between two instants whose rollups count more than what was summed, oldest first. Counts only grow. */
export async function listStaleHours(db: Database, from: Date, to: Date): Promise<Span[]> {
  const { rows } = await sql<SpanRow>`
    select r.org_id, r.t, r.counted from (
      select org_id, t, sum(n)::bigint as counted from rollup_1h
      where day >= ${from}::date and t >= ${from} and t < ${to} group by 1, 2) r
    join organizations o on o.id = r.org_id
    left join rollup_spans s on s.org_id = r.org_id and s.grain = 'hour' and s.t = r.t
    where s.counted is distinct from r.counted order by r.t, r.org_id`.execute(db);
  return rows.map(toSpan);
}

/** Days whose hours count more than what was summed, oldest first. */
export async function listStaleDays(db: Database, from: Date, to: Date): Promise<Span[]> {
  const { rows } = await sql<SpanRow>`
    select h.org_id, h.t, h.counted from (
      select org_id, date_trunc('day', t, 'UTC') as t, sum(counted)::bigint as counted from rollup_spans
      where grain = 'hour' and t >= ${from} and t < ${to} group by 1, 2) h
    left join rollup_spans s on s.org_id = h.org_id and s.grain = 'day' and s.t = h.t
    where s.counted is distinct from h.counted order by h.t, h.org_id`.execute(db);
  return rows.map(toSpan);
}

export async function saveSpan(db: Database, grain: 'hour' | 'day', { org_id, t, counted }: Span): Promise<void> {
  await sql`
    insert into rollup_spans (org_id, grain, t, counted) values (${org_id}, ${grain}, ${t}, ${counted})
    on conflict (org_id, grain, t) do update set counted = excluded.counted`.execute(db);
}

/** Forgets spans that no answer reaches. */
export async function removeSpansBefore(db: Database, before: Date): Promise<void> {
  await sql`delete from rollup_spans where t < ${before}`.execute(db);
}
