import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { sendAlong } from '#server/platform/postgres/statements/transact.ts';
import { TASK_FIELDS, TASK_JOINS } from '../reads/task-shape.sql.ts';
import type { TaskRead } from '../tasks.schema.ts';
import { isTask, onAgent, type TaskKey } from '../tasks.store.ts';
import type { LastPositions, Standing } from './moves.rules.ts';
import type { BoardRules } from './permissions.rules.ts';

/** A board, as far as its tasks need it. */
export interface BoardPlace extends BoardRules {
  id: string;
  name: string;
  gateway_id: string | null;
  lead_id: string | null;
  last_positions: LastPositions;
}

/** A task that is locked, with its board. */
export interface StoredTask {
  task: TaskRead;
  lease_fence: number;
  lease_expires_at: string | null;
  board: BoardPlace;
}

const BOARD = sql.raw(`json_build_object('id', b.id, 'name', b.name, 'gateway_id', b.gateway_id,
  'is_paused', b.paused_at is not null,
  'lead_id', (select a.id from agents a where a.board_id = b.id and a.kind = 'lead'),
  'last_positions', (select json_object_agg(s.status, (select max(x.position) from tasks x
      where x.org_id = b.org_id and x.board_id = b.id and x.status = s.status))
    from unnest(array['inbox', 'in_progress', 'review', 'done']) s (status)),
  'require_approval_for_done', b.require_approval_for_done,
  'require_review_before_done', b.require_review_before_done,
  'comment_required_for_review', b.comment_required_for_review,
  'block_status_changes_with_pending_approval', b.block_status_changes_with_pending_approval,
  'only_lead_can_change_status', b.only_lead_can_change_status)`);

export async function findBoardPlace({ db, orgId }: TxContext, boardId: string): Promise<BoardPlace | undefined> {
  const { rows } = await sql<{ board: BoardPlace }>`
    select ${BOARD} as board from boards b where b.org_id = ${orgId} and b.id = ${boardId}`.execute(db);
  return rows[0]?.board;
}

/**
 * Holds a task until the transaction ends and reads it with its board. Two statements, one behind the other: what the
 * second reads must not be older than the lock.
 */
export async function lockTask(tx: TxContext, key: TaskKey): Promise<StoredTask | undefined> {
  await sendAlong(tx.db, sql`select from tasks where ${isTask(tx, key)} for no key update`.execute(tx.db));
  const { rows } = await sql<StoredTask>`
    with t as (select * from tasks where ${isTask(tx, key)}), ${sql.raw(TASK_FIELDS)}
    select to_json(w) as task, t.lease_fence, t.lease_expires_at, ${BOARD} as board
    from t join boards b on b.id = t.board_id ${sql.raw(TASK_JOINS)}`.execute(tx.db);
  return rows[0];
}

/** A task with where it goes. */
export interface Step {
  from: Standing;
  to: Standing;
}

/**
 * Writes where tasks stand now and the history of those whose status differs; a lease ends when its task leaves its
 * holder or the work. Throws `agent.not_found`.
 */
export async function saveSteps({ db, orgId, actor, now }: TxContext, steps: Step[]): Promise<void> {
  if (steps.length === 0) return;
  const at = now();
  const statement = sql`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(steps.map((step) => toRow(step, at)))}::jsonb)
        as g (id uuid, status text, assigned_agent_id uuid, position text, cycle int, in_progress_at timestamptz,
          previous_in_progress_at timestamptz, from_status text, change_id uuid, ends_lease boolean)),
    saved as (
      update tasks t set status = g.status, assigned_agent_id = g.assigned_agent_id, position = g.position,
        cycle = g.cycle, in_progress_at = g.in_progress_at, previous_in_progress_at = g.previous_in_progress_at,
        version = t.version + 1, updated_at = ${at},
        lease_id = case when not g.ends_lease then t.lease_id end,
        lease_expires_at = case when not g.ends_lease then t.lease_expires_at end,
        lease_fence = t.lease_fence + (g.ends_lease and t.lease_id is not null)::int
      from given g where t.org_id = ${orgId} and t.id = g.id
      returning t.id, t.board_id, t.cycle, t.status, t.updated_at, g.from_status, g.change_id)
    insert into task_status_changes
      (id, org_id, board_id, task_id, cycle, from_status, to_status, actor_kind, actor_id, at, began_at)
    select change_id, ${orgId}, board_id, id, cycle, from_status, status, ${actor.kind}, ${actor.id}, updated_at,
      case when status = 'done' then (select min(s.at) from task_status_changes s
        where s.task_id = saved.id and s.cycle = saved.cycle and s.to_status = 'in_progress') end
    from saved where from_status <> status`;
  const agentId = steps.find(({ to }) => to.assigned_agent_id !== null)?.to.assigned_agent_id;
  await sendAlong(db, onAgent(agentId, statement.execute(db)));
}

const toRow = ({ from, to }: Step, at: Date) => ({
  ...to,
  from_status: from.status,
  change_id: newId(at),
  ends_lease: from.status !== to.status || from.assigned_agent_id !== to.assigned_agent_id,
});

/** Holds tasks until the transaction ends, in the order of their ids. */
export async function lockStandings({ db, orgId }: TxContext, ids: string[]): Promise<Standing[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('tasks')
    .select(['id', 'status', 'assigned_agent_id', 'position', 'cycle', 'in_progress_at', 'previous_in_progress_at'])
    .where('org_id', '=', orgId)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  return rows as Standing[]; // the column's constraint knows the same statuses
}

/** The worker who moved a task to review last, if it still works on the board: whom a rework goes back to. */
export async function findReworker({ db, orgId }: TxContext, { boardId, taskId }: TaskKey): Promise<string | null> {
  const { rows } = await sql<{ id: string | null }>`
    select a.id from (
      select actor_id from task_status_changes
      where org_id = ${orgId} and task_id = ${taskId} and to_status = 'review' and actor_kind = 'agent'
      order by at desc, id desc limit 1) last
    left join agents a on a.id = last.actor_id::uuid and a.org_id = ${orgId} and a.board_id = ${boardId}
      and a.kind <> 'lead'`.execute(db);
  return rows[0]?.id ?? null;
}

/** The tasks that an agent has; done ones are left to the database. */
export const listAssignedTasks = ({ db, orgId }: TxContext, agentId: string) =>
  db
    .selectFrom('tasks')
    .select(['id', 'board_id'])
    .where('org_id', '=', orgId)
    .where('assigned_agent_id', '=', agentId)
    .where('status', '!=', 'done')
    .execute();
