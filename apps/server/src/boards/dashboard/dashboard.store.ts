import { type RawBuilder, sql } from 'kysely';
import { mayReadBoard } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';
import type { DashboardPendingApproval, DashboardPendingApprovals, DashboardQuery } from './dashboard.schema.ts';
import { type Range, toSlots } from './ranges.rules.ts';
import type { FlowRow, SlotRow } from './series.rules.ts';

/** The boards that a dashboard is about: readable ones, of the group and the board that were asked for. */
export async function listScope(ctx: Context, { board_id, group_id }: DashboardQuery): Promise<string[]> {
  const rows = await ctx.db
    .selectFrom('boards as b')
    .select('b.id')
    .where('b.org_id', '=', ctx.orgId)
    .where(mayReadBoard(ctx, sql.ref('b.id')))
    .$if(board_id !== undefined, (query) => query.where('b.id', '=', board_id as string))
    .$if(group_id !== undefined, (query) => query.where('b.board_group_id', '=', group_id as string))
    .execute();
  return rows.map(({ id }) => id);
}

/** Which line of history is the newest: every change of a task or an approval writes one. */
export async function findNewestLine({ db, orgId }: Context): Promise<string | undefined> {
  const line = await db
    .selectFrom('activity_events')
    .select('id')
    .where('org_id', '=', orgId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return line?.id;
}

const isOf = ({ orgId }: Context, boards: string[], alias: string) =>
  sql`${sql.ref(`${alias}.org_id`)} = ${orgId} and ${sql.ref(`${alias}.board_id`)} = any(${boards}::uuid[])`;

/** In which slot of the range an instant is. */
const inSlot = (range: Range, at: RawBuilder<unknown>) =>
  sql`width_bucket(${at}, ${toSlots(range)}::timestamptz[]) as slot`;

/** Tasks by status now: read from the index of boards and statuses alone. */
export async function countTasks({ db, orgId }: Context, boards: string[]): Promise<{ status: string; n: number }[]> {
  const { rows } = await sql<{ status: string; n: number }>`
    select t.status, count(*)::int as n from boards b join tasks t on t.board_id = b.id
    where b.org_id = ${orgId} and b.id = any(${boards}::uuid[]) group by 1`.execute(db);
  return rows;
}

const gain = (status: string) => sql`(count(*) filter (where c.to_status = ${sql.lit(status)})
  - count(*) filter (where c.from_status = ${sql.lit(status)}))::int as ${sql.ref(status)}`;

/** What statuses gained and lost, since the comparison began. One row per slot: to group by statuses, too, took twice as long. */
export async function listFlows(ctx: Context, boards: string[], range: Range): Promise<FlowRow[]> {
  const { rows } = await sql<FlowRow>`
    select ${inSlot(range, sql`c.at`)}, ${gain('inbox')}, ${gain('in_progress')}, ${gain('review')}, ${gain('done')}
    from task_status_changes c
    where ${isOf(ctx, boards, 'c')} and c.at >= ${range.comparison.from} group by 1`.execute(ctx.db);
  return rows;
}

/** Tasks that were done; one that was done again in the same window counts where it was done last. */
export async function listThroughput(
  ctx: Context,
  boards: string[],
  range: Range,
): Promise<(SlotRow & { n: number })[]> {
  const { primary, comparison } = range;
  const { rows } = await sql<SlotRow & { n: number }>`
    select ${inSlot(range, sql`at`)}, count(*)::int as n from (
      select max(c.at) as at from task_status_changes c
      where ${isOf(ctx, boards, 'c')} and c.to_status = 'done' and c.at >= ${comparison.from} and c.at <= ${primary.to}
      group by c.task_id, c.at >= ${primary.from}) last_done
    group by 1`.execute(ctx.db);
  return rows;
}

export interface CycleTimes {
  /** Mean hours of the cycles that ended in a bucket. */
  means: (SlotRow & { hours: number })[];
  /** Over the last 7 days. */
  median7d: number | null;
  /** Over the range. */
  median: number | null;
}

/** How long cycles took, from the first `in_progress` to `done`. */
export async function findCycleTimes(ctx: Context, boards: string[], range: Range): Promise<CycleTimes> {
  const { primary, comparison } = range;
  const weekAgo = new Date(primary.to.getTime() - 7 * 86_400_000);
  const since = weekAgo < comparison.from ? weekAgo : comparison.from;
  const { rows } = await sql<{ figure: string; hours: number | null } & SlotRow>`
    with cycles as materialized (
      select max(c.at) as at, extract(epoch from max(c.at) - min(c.began_at))::float8 / 3600 as hours
      from task_status_changes c
      where ${isOf(ctx, boards, 'c')} and c.to_status = 'done' and c.at >= ${since} and c.at <= ${primary.to}
        and c.began_at is not null
      group by c.task_id, c.cycle)
    select 'mean' as figure, ${inSlot(range, sql`at`)}, avg(hours) as hours from cycles
      where at >= ${comparison.from} group by 2
    union all select 'median', null, percentile_cont(0.5) within group (order by hours) from cycles
      where at >= ${primary.from}
    union all select 'median_7d', null, percentile_cont(0.5) within group (order by hours) from cycles
      where at >= ${weekAgo}`.execute(ctx.db);
  const find = (figure: string) => rows.find((row) => row.figure === figure)?.hours ?? null;
  const means = rows.flatMap(({ figure, slot, hours }) =>
    figure === 'mean' && hours !== null ? [{ slot, hours }] : [],
  );
  return { means, median: find('median'), median7d: find('median_7d') };
}

export type ErrorRow = SlotRow & { total: number; failed: number };

/** Events of tasks, and how many of them are failures. */
export async function listErrors(ctx: Context, boards: string[], range: Range): Promise<ErrorRow[]> {
  const { rows } = await sql<ErrorRow>`
    select ${inSlot(range, sql`e.created_at`)}, count(*)::int as total,
      (count(*) filter (where e.event_type like '%failed'))::int as failed
    from activity_events e where ${isOf(ctx, boards, 'e')} and e.task_id is not null
      and e.created_at >= ${range.comparison.from} and e.created_at <= ${range.primary.to}
    group by 1`.execute(ctx.db);
  return rows;
}

/** Agents of the boards that were seen since an instant. */
export async function countActiveAgents(ctx: Context, boards: string[], since: Date): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from agents a where ${isOf(ctx, boards, 'a')} and a.last_seen_at >= ${since}`.execute(
    ctx.db,
  );
  return rows[0]?.n ?? 0;
}

/** The newest approvals that wait for somebody, and how many there are. */
export async function listPendingApprovals(
  ctx: Context,
  boards: string[],
  limit: number,
): Promise<DashboardPendingApprovals> {
  const { rows } = await sql<DashboardPendingApproval & { total: number }>`
    select p.id as approval_id, p.board_id, b.name as board_name, p.action_type, p.confidence, p.created_at,
      t.title as task_title, p.total
    from (
      select a.*, count(*) over ()::int as total from approvals a
      where ${isOf(ctx, boards, 'a')} and a.status = 'pending' and a.expires_at > ${ctx.now()}
      order by a.created_at desc, a.id desc limit ${limit}) p
    join boards b on b.id = p.board_id left join tasks t on t.id = p.task_id
    order by p.created_at desc, p.id desc`.execute(ctx.db);
  return { total: rows[0]?.total ?? 0, items: rows.map(({ total: _, ...item }) => item) };
}
