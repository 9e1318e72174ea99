import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { onConstraint } from '#server/platform/problem.ts';
import { type ApprovalState, alreadyPending, type Decision } from '../approvals.rules.ts';
import type { ApprovalRead } from '../approvals.schema.ts';

/** An approval that nobody else changes until the transaction ends. */
export interface LockedApproval extends ApprovalState {
  id: string;
  boardId: string;
  version: number;
}

interface ApprovalRow {
  id: string;
  board_id: string;
  version: number;
  status: ApprovalState['status'];
  resolution: string | null;
  args_hash: string;
  required_approvals: number;
  eligible_group_ids: string[];
  requested_by_user_id: string | null;
  owner_user_id: string | null;
  created_at: string;
  expires_at: string;
  resolved_at: string | null;
  consumed_at: string | null;
}

/** Locks an approval; its links and decisions belong to whoever holds the lock. */
export async function lockApproval(tx: TxContext, id: string): Promise<LockedApproval | undefined> {
  const { rows } = await sql<ApprovalRow>`
    select a.id, a.board_id, a.version, a.status, a.resolution, a.args_hash, a.required_approvals, a.eligible_group_ids,
      a.requested_by_user_id, a.created_at, a.expires_at, a.resolved_at, a.consumed_at,
      (select owner_user_id from agents where id = a.agent_id) as owner_user_id
    from approvals a where a.org_id = ${tx.orgId} and a.id = ${id} for update`.execute(tx.db);
  const [row] = rows;
  if (!row) return undefined;
  return {
    id,
    boardId: row.board_id,
    version: row.version,
    status: row.status,
    resolution: row.resolution,
    argsHash: row.args_hash,
    requiredApprovals: row.required_approvals,
    eligibleGroupIds: row.eligible_group_ids,
    requestedByUserId: row.requested_by_user_id,
    excludedUserId: row.required_approvals > 1 ? row.owner_user_id : null,
    createdAt: Date.parse(row.created_at),
    expiresAt: Date.parse(row.expires_at),
    resolvedAt: row.resolved_at === null ? null : Date.parse(row.resolved_at),
    // A statement of its own: one that waited for the lock would see the links as they were before.
    isConsumed: row.consumed_at !== null || (await hasConsumedLink(tx, id)),
  };
}

async function hasConsumedLink({ db }: TxContext, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('approval_task_links')
    .select('id')
    .where('approval_id', '=', id)
    .where('consumed_at', 'is not', null)
    .executeTakeFirst();
  return row !== undefined;
}

/** A decision as it is kept. */
export interface DecisionRow extends Decision {
  id: string;
}

export async function listDecisions({ db, orgId }: TxContext, approvalId: string): Promise<DecisionRow[]> {
  const rows = await db
    .selectFrom('approval_decisions')
    .select(['id', 'user_id as userId', 'board_group_id as groupId', 'delegated_by_user_id as delegatedByUserId'])
    .select('decision')
    .where('org_id', '=', orgId)
    .where('approval_id', '=', approvalId)
    .orderBy('created_at')
    .execute();
  return rows as DecisionRow[]; // `decision` is checked by the column's constraint
}

export interface NewDecision extends Decision {
  comment: string | null;
}

export async function insertDecision({ db, orgId, now }: TxContext, approvalId: string, decision: NewDecision) {
  await db
    .insertInto('approval_decisions')
    .values({
      id: newId(now()),
      org_id: orgId,
      approval_id: approvalId,
      user_id: decision.userId,
      delegated_by_user_id: decision.delegatedByUserId,
      board_group_id: decision.groupId,
      decision: decision.decision,
      comment: decision.comment,
      created_at: now(),
    })
    .execute();
}

export async function removeDecisions({ db, orgId }: TxContext, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.deleteFrom('approval_decisions').where('org_id', '=', orgId).where('id', 'in', ids).execute();
}

/** Sets the status of a locked approval; its links follow. Throws `approval.already_pending`. */
export async function saveStatus(
  { db, orgId, now }: TxContext,
  id: string,
  status: ApprovalState['status'],
  resolution: ApprovalRead['resolution'],
): Promise<void> {
  await db
    .updateTable('approvals')
    .set({ status, resolution, resolved_at: status === 'pending' ? null : now(), updated_at: now() })
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
  const links = db
    .updateTable('approval_task_links')
    .set({ pending: status === 'pending' })
    .where('org_id', '=', orgId)
    .where('approval_id', '=', id)
    .execute();
  await onConstraint(links, 'approval_task_links_pending', () => alreadyPending([]));
}
