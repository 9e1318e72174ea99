import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { approvalCreated } from '../approvals.events.ts';
import { assertQuorum } from '../approvals.rules.ts';
import type { ApprovalCreate, ApprovalRead } from '../approvals.schema.ts';
import { hashArguments } from '../args-hash.ts';
import { assertNonePending } from '../conflicts/conflicts.service.ts';
import { publishApproval } from '../publish-approval.ts';
import { listTaskIds, toPayload } from './requests.rules.ts';
import {
  findUnknownGroups,
  insertApproval,
  isAgentOfBoard,
  type LinkedTask,
  lockTasks,
  type NewApproval,
} from './requests.store.ts';

/**
 * Asks for an approval. Throws `approval.must_be_pending`, `approval.reasoning_required`, `approval.quorum_invalid`,
 * `approval.task_invalid`, `approval.already_pending`, `agent.not_found`, `board_group.not_found`.
 */
export async function createApproval(ctx: Context, boardId: string, request: ApprovalCreate): Promise<ApprovalRead> {
  if (request.status !== 'pending')
    throw new Problem('approval.must_be_pending', 403, 'An approval begins as pending; a person decides it then.');
  const payload = toPayload(request);
  const taskIds = listTaskIds(request);
  const groupIds = [...new Set(request.eligible_group_ids)];
  assertQuorum(request.required_approvals, groupIds);
  return await inTransaction(ctx, async (tx) => {
    const tasks = await getTasks(tx, boardId, taskIds);
    const [unknown] = await findUnknownGroups(tx, groupIds);
    if (unknown) throw notFound('board_group', unknown);
    const asked = await findRequester(tx, boardId, request);
    await assertNonePending(tx, taskIds);
    const expiresInMs = (request.expires_in_seconds ?? tx.config.approvalTtlS) * 1000;
    const id = await insertApproval(tx, {
      ...asked,
      boardId,
      tasks,
      actionType: request.action_type,
      payload,
      args: request.args,
      argsHash: hashArguments(request.action_type, taskIds, request.args ?? payload),
      confidence: request.confidence,
      rubricScores: request.rubric_scores,
      requiredApprovals: request.required_approvals,
      eligibleGroupIds: groupIds,
      expiresAt: new Date(tx.now().getTime() + expiresInMs),
    });
    return publishApproval(tx, approvalCreated, id, {});
  });
}

/** Locks the tasks and gives them in the order of `ids`. */
async function getTasks(tx: TxContext, boardId: string, ids: string[]): Promise<LinkedTask[]> {
  const found = new Map((await lockTasks(tx, boardId, ids)).map((task) => [task.id, task]));
  const invalid = ids.filter((id) => !found.has(id));
  const message = 'An approval is for tasks of its own board.';
  if (invalid.length > 0)
    throw new Problem('approval.task_invalid', 422, message, { body: { message, invalid_task_ids: invalid } });
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** An agent asks for itself; a person may name an agent of the board. */
async function findRequester(
  tx: TxContext,
  boardId: string,
  { agent_id }: ApprovalCreate,
): Promise<Pick<NewApproval, 'agentId' | 'requestedBy'>> {
  const { kind, id } = tx.actor;
  if (kind === 'agent') return { agentId: id, requestedBy: { kind, userId: null } };
  if (agent_id && !(await isAgentOfBoard(tx, boardId, agent_id))) throw notFound('agent', agent_id);
  return kind === 'user'
    ? { agentId: agent_id, requestedBy: { kind, userId: id } }
    : { agentId: agent_id, requestedBy: { kind: 'system', userId: null } };
}
