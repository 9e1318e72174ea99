import type { Context, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { onConstraint } from '#server/platform/problem.ts';
import { alreadyPending } from '../approvals.rules.ts';

/** A task that an approval is asked for, at its present cycle. */
export interface LinkedTask {
  id: string;
  cycle: number;
}

/** Locks the tasks of a board among `ids`, in the order of their ids, so that two requests cannot wait for each other. */
export const lockTasks = ({ db, orgId }: TxContext, boardId: string, ids: string[]): Promise<LinkedTask[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('tasks')
        .select(['id', 'cycle'])
        .where('org_id', '=', orgId)
        .where('board_id', '=', boardId)
        .where('id', 'in', ids)
        .orderBy('id')
        .forNoKeyUpdate()
        .execute();

export const isAgentOfBoard = async ({ db, orgId }: Context, boardId: string, agentId: string): Promise<boolean> =>
  (await db
    .selectFrom('agents')
    .select('id')
    .where('org_id', '=', orgId)
    .where('board_id', '=', boardId)
    .where('id', '=', agentId)
    .executeTakeFirst()) !== undefined;

export async function findUnknownGroups({ db, orgId }: Context, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('board_groups')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', 'in', ids)
    .execute();
  const known = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}

export interface NewApproval {
  boardId: string;
  tasks: LinkedTask[];
  agentId: string | null;
  requestedBy: { kind: 'user' | 'agent' | 'system'; userId: string | null };
  actionType: string;
  payload: unknown;
  args: unknown;
  argsHash: string;
  confidence: number;
  rubricScores: Record<string, number> | null;
  requiredApprovals: number;
  eligibleGroupIds: string[];
  expiresAt: Date;
}

const toJson = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value);

/** Inserts a pending approval with a pending link per task; returns its id. Throws `approval.already_pending`. */
export async function insertApproval({ db, orgId, now }: TxContext, approval: NewApproval): Promise<string> {
  const id = newId(now());
  await db
    .insertInto('approvals')
    .values({
      id,
      org_id: orgId,
      board_id: approval.boardId,
      task_id: approval.tasks[0]?.id ?? null,
      agent_id: approval.agentId,
      requested_by_kind: approval.requestedBy.kind,
      requested_by_user_id: approval.requestedBy.userId,
      action_type: approval.actionType,
      payload: toJson(approval.payload),
      args: toJson(approval.args),
      args_hash: approval.argsHash,
      confidence: approval.confidence,
      rubric_scores: toJson(approval.rubricScores),
      required_approvals: approval.requiredApprovals,
      eligible_group_ids: approval.eligibleGroupIds,
      expires_at: approval.expiresAt,
      created_at: now(),
      updated_at: now(),
    })
    .execute();
  if (approval.tasks.length === 0) return id;
  const links = db
    .insertInto('approval_task_links')
    .values(
      approval.tasks.map(({ id: taskId, cycle }, position) => ({
        id: newId(now()),
        org_id: orgId,
        approval_id: id,
        task_id: taskId,
        task_cycle: cycle,
        position,
        created_at: now(),
      })),
    )
    .execute();
  await onConstraint(links, 'approval_task_links_pending', () => alreadyPending([]));
  return id;
}
