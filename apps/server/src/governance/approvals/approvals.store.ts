import { type RawBuilder, sql } from 'kysely';
import { hasRole, mayReadBoard, mayWriteBoard } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';
import type { ApprovalFact } from './approvals.events.ts';
import type { ApprovalQuery, ApprovalRead } from './approvals.schema.ts';

type Condition = RawBuilder<boolean>;

/** SQL: whether nobody decided `a` in time, though no job has written it yet. */
export const isOverdue = ({ now }: Context): Condition =>
  sql`(a.status = 'pending' and a.expires_at <= ${now()}::timestamptz)`;

const INSTANT = sql.lit('YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

/** Approvals in their wire shape, with what `more` adds: columns from `joins`. */
const select = (ctx: Context, more = { columns: sql``, joins: sql`` }) => sql`
  select a.id, a.kind, a.board_id, a.run_id, a.step_key, a.tool, a.rules, a.on_timeout, a.escalation_level,
    a.risk_score, a.risk_factors, a.task_id, links.task_ids, links.task_titles, a.agent_id,
    jsonb_build_object('kind', a.requested_by_kind,
      'id', case a.requested_by_kind when 'user' then a.requested_by_user_id when 'agent' then a.agent_id end,
      'name', case a.requested_by_kind when 'user' then u.name when 'agent' then g.name end) as requested_by,
    a.action_type, a.payload, a.args_hash, a.confidence, a.rubric_scores,
    case when ${isOverdue(ctx)} then 'rejected' else a.status end as status,
    case when ${isOverdue(ctx)} then 'expired' else a.resolution end as resolution,
    a.required_approvals, made.given as approvals_given, a.eligible_group_ids, made.decisions,
    a.expires_at, a.created_at,
    case when ${isOverdue(ctx)} then a.expires_at else a.resolved_at end as resolved_at, a.consumed_at, a.version${more.columns}
  from approvals a
  left join users u on u.id = a.requested_by_user_id
  left join agents g on g.id = a.agent_id
  cross join lateral (
    select coalesce(array_agg(l.task_id order by l.position), '{}') as task_ids,
      coalesce(array_agg(t.title order by l.position), '{}') as task_titles
    from approval_task_links l join tasks t on t.id = l.task_id where l.approval_id = a.id) links
  cross join lateral (
    select (count(*) filter (where d.decision = 'approved'))::int as given,
      coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'approval_id', d.approval_id, 'user_id', d.user_id,
        'user_name', p.name, 'delegated_by_user_id', d.delegated_by_user_id, 'board_group_id', d.board_group_id,
        'decision', d.decision, 'comment', d.comment,
        'created_at', to_char(d.created_at, ${INSTANT})) order by d.created_at, d.id), '[]') as decisions
    from approval_decisions d left join users p on p.id = d.user_id where d.approval_id = a.id) made
  ${more.joins}`;

export async function findApproval(ctx: Context, id: string, boardId?: string): Promise<ApprovalRead | undefined> {
  const { rows } = await sql<ApprovalRead>`${select(ctx)}
    where a.org_id = ${ctx.orgId} and a.id = ${id} and ${boardId ? sql`a.board_id = ${boardId}` : sql`true`}`.execute(
    ctx.db,
  );
  return rows[0];
}

/** One that the caller may read. */
export async function findReadableApproval(ctx: Context, id: string): Promise<ApprovalRead | undefined> {
  const { rows } = await sql<ApprovalRead>`${select(ctx)}
    where a.org_id = ${ctx.orgId} and a.id = ${id} and ${mayRead(ctx)}`.execute(ctx.db);
  return rows[0];
}

/** An approval as facts show it: with how many of its board wait, and how many its tasks have. */
export async function findApprovalFact(ctx: Context, id: string): Promise<ApprovalFact | undefined> {
  const tasks = sql`select m.task_id from approval_task_links m where m.approval_id = this.approval_id`;
  const counts = {
    columns: sql`, waiting.pending_approvals_count, counted.task_counts`,
    joins: sql`
      cross join lateral (select a.id as approval_id, a.board_id) this
      cross join lateral (select count(*)::int as pending_approvals_count from approvals a
        where a.org_id = ${ctx.orgId} and a.board_id = this.board_id and a.status = 'pending'
          and not ${isOverdue(ctx)}) waiting
      cross join lateral (
        select coalesce(jsonb_agg(c), '[]') as task_counts from (${countPerTask(ctx, tasks)}) c) counted`,
  };
  const { rows } = await sql<ApprovalRead & Omit<ApprovalFact, 'approval'>>`
    ${select(ctx, counts)} where a.org_id = ${ctx.orgId} and a.id = ${id}`.execute(ctx.db);
  const [row] = rows;
  if (!row) return undefined;
  const { pending_approvals_count, task_counts, ...approval } = row;
  return { approval, pending_approvals_count, task_counts };
}

/** SQL: per task of `taskIds` that has any, how many approvals it is linked to and how many of them wait. */
const countPerTask = (ctx: Context, taskIds: RawBuilder<unknown>) => sql`
  select l.task_id, count(*)::int as approvals_count,
    (count(*) filter (where a.status = 'pending' and not ${isOverdue(ctx)}))::int as approvals_pending_count
  from approval_task_links l join approvals a on a.id = l.approval_id
  where l.org_id = ${ctx.orgId} and l.task_id in (${taskIds}) and a.kind = 'board'
  group by l.task_id`;

export interface ApprovalSlice {
  limit: number;
  offset: number;
}

const ORDERS = {
  '-created_at': sql`a.created_at desc, a.id desc`,
  expires_at: sql`a.expires_at, a.id`,
} as const satisfies Record<ApprovalQuery['sort'], RawBuilder<unknown>>;

/** A page of those that match with the exact number of all. */
async function listWhere(
  ctx: Context,
  matches: Condition,
  { limit, offset, sort }: ApprovalSlice & Pick<ApprovalQuery, 'sort'>,
) {
  const where = sql`where a.org_id = ${ctx.orgId} and ${matches}`;
  const [page, count] = await Promise.all([
    sql<ApprovalRead>`${select(ctx)} ${where}
      order by ${ORDERS[sort]} limit ${limit} offset ${offset}`.execute(ctx.db),
    sql<{ total: number }>`select count(*)::int as total from approvals a ${where}`.execute(ctx.db),
  ]);
  return { items: page.rows, total: count.rows[0]?.total ?? 0, limit, offset };
}

export const listBoardApprovals = (
  ctx: Context,
  boardId: string,
  { status, ...slice }: ApprovalSlice & Pick<ApprovalQuery, 'status'>,
) => listWhere(ctx, sql`a.board_id = ${boardId} and ${hasStatus(ctx, status)}`, { ...slice, sort: '-created_at' });

/** Those of every board that the caller may read. */
export const listApprovals = (ctx: Context, query: ApprovalQuery) =>
  listWhere(ctx, sql`${mayRead(ctx)} and ${matchesQuery(ctx, query)}`, query);

/** SQL: whether the caller may read `a`: those about no board are for admins. */
const mayRead = (ctx: Context): Condition =>
  sql`(case when a.board_id is null then ${decidesBoardless(ctx)}::boolean
    else ${mayReadBoard(ctx, sql.ref('a.board_id'))} end or ${isAsked(ctx)})`;

/** SQL: whether a policy asks the caller: by name, by role, or for a department. */
function isAsked(ctx: Context): Condition {
  const { caller, actor } = ctx;
  if (caller.kind === 'process') return sql`a.producer_id = ${actor.id}`;
  if (caller.kind !== 'user') return sql`false`;
  return sql`(a.kind = 'policy' and (${actor.id} = any(a.asked_user_ids) or ${caller.role} = any(a.asked_roles)
    or exists (select 1 from boards m where m.org_id = a.org_id
      and m.board_group_id = any(a.asked_group_ids || a.eligible_group_ids) and ${mayWriteBoard(ctx, sql.ref('m.id'))})))`;
}

const decidesBoardless = ({ caller }: Context): boolean =>
  caller.kind === 'user' ? hasRole(caller.role, 'admin') : caller.kind !== 'agent' && caller.kind !== 'process';

function hasStatus(ctx: Context, status: ApprovalQuery['status']): Condition {
  if (status === undefined) return sql`true`;
  if (status === 'rejected') return sql`(a.status = 'rejected' or ${isOverdue(ctx)})`;
  return sql`(a.status = ${status} and not ${isOverdue(ctx)})`;
}

function matchesQuery(ctx: Context, query: ApprovalQuery): Condition {
  const equal = (['board_id', 'kind', 'agent_id', 'run_id', 'action_type'] as const)
    .filter((column) => query[column] !== undefined)
    .map((column) => sql`${sql.ref(`a.${column}`)} = ${query[column]}`);
  const { group_id, expires_before, q, mine, confidence_below, confidence_from, risk_min } = query;
  const conditions = [hasStatus(ctx, query.status), ...equal];
  if (group_id)
    conditions.push(sql`a.board_id in (select id from boards where org_id = ${ctx.orgId}
      and board_group_id = ${group_id})`);
  if (expires_before) conditions.push(sql`a.expires_at < ${expires_before}::timestamptz`);
  if (confidence_below !== undefined) conditions.push(sql`a.confidence < ${confidence_below}`);
  if (confidence_from !== undefined) conditions.push(sql`a.confidence >= ${confidence_from}`);
  if (risk_min !== undefined) conditions.push(sql`a.risk_score >= ${risk_min}`);
  if (q) conditions.push(holdsText(q));
  if (mine) conditions.push(waitsForCaller(ctx));
  return sql`${sql.join(conditions, sql` and `)}`;
}

function holdsText(q: string): Condition {
  const pattern = `%${q.replace(/[\\%_]/g, '\\$&')}%`;
  return sql`(a.action_type ilike ${pattern} or a.payload::text ilike ${pattern} or exists (
    select 1 from approval_task_links l join tasks t on t.id = l.task_id
    where l.approval_id = a.id and t.title ilike ${pattern}))`;
}

/** SQL: whether `a` is open, somebody else asked, and the caller has a voice that nobody used: their own or a lent one. */
const waitsForCaller = (ctx: Context): Condition => sql`(a.status = 'pending' and not ${isOverdue(ctx)}
  and a.requested_by_user_id is distinct from ${ctx.actor.id}::uuid
  and not exists (select 1 from approval_decisions d
    where d.approval_id = a.id and ${ctx.actor.id}::uuid in (d.user_id, d.delegated_by_user_id))
  and case when a.asked_places is not null and not 'board' = any(a.asked_roles) then ${isAsked(ctx)}
    when a.board_id is null then ${decidesBoardless(ctx)}::boolean
    when a.eligible_group_ids = '{}' then ${mayWriteBoard(ctx, sql.ref('a.board_id'))}
    else ${speaksForFreeGroup(ctx)} end)`;

const speaksForFreeGroup = (ctx: Context): Condition => sql`exists (
  select 1 from boards m where m.org_id = a.org_id and m.board_group_id = any(a.eligible_group_ids)
    and (${mayWriteBoard(ctx, sql.ref('m.id'))} or ${mayWriteByLoan(ctx)})
    and not exists (select 1 from approval_decisions d
      where d.approval_id = a.id and d.board_group_id = m.board_group_id))`;

/** SQL: whether somebody who may write on the board `m`, and did not ask for `a`, lent the caller their voice. */
const mayWriteByLoan = (ctx: Context): Condition => sql`(${mayWriteBoard(ctx, sql.ref('a.board_id'))} and exists (
  select 1 from approval_delegations l join organization_members p on p.org_id = l.org_id and p.user_id = l.from_user_id
  where l.org_id = a.org_id and l.to_user_id = ${ctx.actor.id}
    and l.from_at <= ${ctx.now()} and l.until > ${ctx.now()}
    and (l.group_ids = '{}' or m.board_group_id = any(l.group_ids))
    and l.from_user_id is distinct from a.requested_by_user_id
    and (p.all_boards_write or exists (select 1 from organization_board_access x
      where x.organization_member_id = p.id and x.board_id = m.id and x.can_write))))`;

/** Newest first. */
export async function listRecentApprovals(ctx: Context, boardId: string, limit: number): Promise<ApprovalRead[]> {
  const { rows } = await sql<ApprovalRead>`${select(ctx)} where a.org_id = ${ctx.orgId} and a.board_id = ${boardId}
    order by a.created_at desc, a.id desc limit ${limit}`.execute(ctx.db);
  return rows;
}

/** How many of a board wait for a decision, and when the first of them is overdue. */
export async function findPending({ db, orgId, now }: Context, boardId: string) {
  const { rows } = await sql<{ count: number; next_expiry: string | null }>`
    select count(*)::int as count, min(a.expires_at) as next_expiry from approvals a
    where a.org_id = ${orgId} and a.board_id = ${boardId} and a.status = 'pending' and a.expires_at > ${now()}`.execute(
    db,
  );
  return rows[0] ?? { count: 0, next_expiry: null };
}
