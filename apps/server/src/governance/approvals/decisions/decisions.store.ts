import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { sendAlong } from '#server/platform/postgres/statements/transact.ts';
import { onConstraint } from '#server/platform/problem.ts';
import { type ApprovalState, alreadyPending, type Decision } from '../approvals.rules.ts';
import type { ApprovalRead } from '../approvals.schema.ts';

/** An approval that nobody else changes until the transaction ends. */
export interface LockedApproval extends ApprovalState {
  id: string;
  kind: string;
  boardId: string | null;
  version: number;
  /** Persons that a policy asks; null where the board or departments decide alone. */
  asked: AskedPersons | null;
}

/** `roles` may say `board`: whoever may write on the board of the agent, else admins. */
export interface AskedPersons {
  roles: string[];
  userIds: string[];
  groupIds: string[];
}

interface ApprovalRow {
  id: string;
  kind: string;
  board_id: string | null;
  version: number;
  status: ApprovalState['status'];
  resolution: string | null;
  args_hash: string;
  required_approvals: number;
  eligible_group_ids: string[];
  asked_roles: string[];
  asked_user_ids: string[];
  asked_group_ids: string[];
  asked_places: number | null;
  exclude_owner: boolean;
  requested_by_user_id: string | null;
  owner_user_id: string | null;
  created_at: string;
  expires_at: string;
  resolved_at: string | null;
  /** Who used it first, as a whole or for a task. */
  consumed_by: unknown;
}

/** Locks an approval; its links and decisions belong to whoever holds the lock. */
export async function lockApproval(tx: TxContext, id: string): Promise<LockedApproval | undefined> {
  const { rows } = await sql<ApprovalRow>`
    select a.id, a.kind, a.board_id, a.version, a.status, a.resolution, a.args_hash, a.required_approvals, a.eligible_group_ids,
      a.asked_roles, a.asked_user_ids, a.asked_group_ids, a.asked_places, a.exclude_owner,
      a.requested_by_user_id, a.created_at, a.expires_at, a.resolved_at, a.consumed_by,
      (select owner_user_id from agents where id = a.agent_id) as owner_user_id
    from approvals a where a.org_id = ${tx.orgId} and a.id = ${id} for update`.execute(tx.db);
  const [row] = rows;
  if (!row) return undefined;
  return {
    id,
    kind: row.kind,
    boardId: row.board_id,
    version: row.version,
    status: row.status,
    resolution: row.resolution,
    argsHash: row.args_hash,
    requiredApprovals: row.required_approvals,
    eligibleGroupIds: row.eligible_group_ids,
    requestedByUserId: row.requested_by_user_id,
    personPlaces: row.asked_places,
    asked:
      row.asked_places === null
        ? null
        : { roles: row.asked_roles, userIds: row.asked_user_ids, groupIds: row.asked_group_ids },
    excludedUserId: row.required_approvals > 1 || row.exclude_owner ? row.owner_user_id : null,
    createdAt: Date.parse(row.created_at),
    expiresAt: Date.parse(row.expires_at),
    resolvedAt: row.resolved_at === null ? null : Date.parse(row.resolved_at),
    isConsumed: row.consumed_by !== null,
  };
}

export interface NewDecision extends Decision {
  comment: string | null;
  /** Whether calls like the one that was asked about are meant, too. */
  allowsLike: boolean;
}

export async function insertDecision({ db, orgId, now }: TxContext, approvalId: string, decision: NewDecision) {
  const insert = db
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
      allows_like: decision.allowsLike,
      created_at: now(),
    })
    .execute();
  await sendAlong(db, insert);
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
  const isPending = status === 'pending';
  const update = sql`
    with changed as (
      update approvals set status = ${status}, resolution = ${resolution}, resolved_at = ${isPending ? null : now()},
        updated_at = ${now()}, version = version + 1
      where org_id = ${orgId} and id = ${id} returning id)
    update approval_task_links l set pending = ${isPending} from changed
    where l.approval_id = changed.id and l.pending <> ${isPending}`.execute(db);
  await sendAlong(
    db,
    onConstraint(update, 'approval_task_links_pending', () => alreadyPending([])),
  );
}
