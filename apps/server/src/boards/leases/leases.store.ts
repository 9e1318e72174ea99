import { sql } from 'kysely';
import type { Platform, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import type { Standing } from '../tasks/moves/moves.rules.ts';
import { TASK_FIELDS, TASK_JOINS } from '../tasks/reads/task-shape.sql.ts';
import type { ClaimedTask, TaskClaim, TaskLease } from './leases.schema.ts';

export interface Claim extends TaskClaim {
  boardId: string;
  /** Where the task goes in the column of tasks in progress. */
  position: string;
  /** Whether tasks with a pending approval keep their status. */
  skipsPending: boolean;
}

const secondsAfter = (now: Date, seconds: number): Date => new Date(now.getTime() + seconds * 1000);

/**
 * Takes the next task of the inbox that waits for nothing and belongs to nobody else: by priority, due date, place in the
 * column, age. One statement: of two callers each gets another task.
 */
export async function claimNext(
  { db, orgId, actor, now }: TxContext,
  { boardId, position, skipsPending, lease_s, tag_id, priority }: Claim,
): Promise<ClaimedTask | undefined> {
  const at = now();
  const { rows } = await sql<ClaimedTask>`
    with next as (
      select t.id from tasks t
      where t.org_id = ${orgId} and t.board_id = ${boardId} and t.status = 'inbox'
        and (t.assigned_agent_id is null or t.assigned_agent_id = ${actor.id})
        and not exists (select 1 from task_dependencies d join tasks o on o.id = d.depends_on_task_id
          where d.task_id = t.id and o.status <> 'done')
        and ${priority ? sql`t.priority = ${priority}` : sql`true`}
        and ${tag_id ? sql`exists (select 1 from tag_assignments x where x.task_id = t.id and x.tag_id = ${tag_id})` : sql`true`}
        and ${skipsPending ? withoutPending(at) : sql`true`}
      order by coalesce(array_position(array['high', 'medium', 'low'], t.priority), 4), t.due_at nulls last, t.position,
        t.created_at, t.id
      limit 1 for no key update skip locked),
    t as (
      update tasks t set status = 'in_progress', assigned_agent_id = ${actor.id}, position = ${position},
        in_progress_at = ${at}, lease_id = ${newId(at)}, lease_fence = t.lease_fence + 1,
        lease_expires_at = ${secondsAfter(at, lease_s)}, version = t.version + 1, updated_at = ${at}
      from next where t.id = next.id returning t.*),
    history as (
      insert into task_status_changes (id, org_id, board_id, task_id, cycle, from_status, to_status, actor_kind, actor_id, at)
      select ${newId(at)}, org_id, board_id, id, cycle, 'inbox', status, ${actor.kind}, ${actor.id}, updated_at from t),
    ${sql.raw(TASK_FIELDS)}
    select to_json(w) as task, ${LEASE} as lease from t ${sql.raw(TASK_JOINS)}`.execute(db);
  return rows[0];
}

const withoutPending = (now: Date) => sql`not exists (
  select 1 from approval_task_links l join approvals p on p.id = l.approval_id
  where l.task_id = t.id and l.pending and p.expires_at > ${now})`;

const LEASE = sql.raw(`json_build_object('id', t.lease_id, 'fence', t.lease_fence,
  'expires_at', to_char(t.lease_expires_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`);

/** Lets the holder of a locked task work on. */
export async function extendLease({ db, orgId, now }: TxContext, taskId: string, seconds: number): Promise<TaskLease> {
  const { rows } = await sql<{ lease: TaskLease }>`
    update tasks t set lease_expires_at = ${secondsAfter(now(), seconds)} where org_id = ${orgId} and id = ${taskId}
    returning ${LEASE} as lease`.execute(db);
  if (!rows[0]) throw new Error(`task ${taskId} went while it was locked`);
  return rows[0].lease;
}

/** Boards that have tasks whose lease is over. */
export async function listBoardsWithExpired({ db, now }: Platform): Promise<{ org_id: string; board_id: string }[]> {
  const { rows } = await sql<{ org_id: string; board_id: string }>`
    select distinct org_id, board_id from tasks where lease_expires_at <= ${now()} limit 1000`.execute(db);
  return rows;
}

/** Holds tasks of a board whose lease is over, but those that somebody else is changing right now. */
export async function lockExpired({ db, orgId, now }: TxContext, boardId: string, limit: number): Promise<Standing[]> {
  const rows = await db
    .selectFrom('tasks')
    .select(['id', 'status', 'assigned_agent_id', 'position', 'cycle', 'in_progress_at', 'previous_in_progress_at'])
    .where('org_id', '=', orgId)
    .where('board_id', '=', boardId)
    .where('lease_expires_at', '<=', now().toISOString())
    .orderBy('id')
    .limit(limit)
    .forNoKeyUpdate()
    .skipLocked()
    .execute();
  return rows as Standing[]; // the column's constraint knows the same statuses
}
