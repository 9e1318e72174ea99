import { sendMessages } from '#server/agents/index.ts';
import type { ApprovalRead } from '#server/governance/index.ts';
import type { Reaction, TxContext } from '#server/platform/context.ts';
import { listBoardListeners } from '../../boards/audience.store.ts';

interface Decision {
  approval: ApprovalRead;
  comment?: string | null;
}

/**
 * When an approval is decided, or nobody decided in time: the board's lead is told, and the agent that asked. What a
 * gateway asked it is answered by itself.
 */
export const decisionNotices: Reaction[] = ['approval.resolved', 'approval.expired'].map((to) => ({
  to,
  within: (tx, { data }) => tellDecision(tx, data as Decision), // as governance declares these facts
}));

async function tellDecision(tx: TxContext, { approval, comment = null }: Decision): Promise<void> {
  if (approval.kind !== 'board' || approval.board_id === null) return;
  const { id, board_id, action_type, resolution, status, confidence, task_ids, args_hash, agent_id } = approval;
  const lead = (await listBoardListeners(tx, board_id)).find(({ is_board_lead }) => is_board_lead);
  const decision = resolution ?? status;
  const data = { approval_id: id, action_type, decision, confidence, task_ids, args_hash, comment };
  const events = { sent: 'approval.lead_notified', failed: 'approval.lead_notify_failed' } as const;
  const [taskId] = task_ids;
  const about = { kind: 'approval.resolved' as const, data, ...(taskId === undefined ? {} : { taskId }) };
  await sendMessages(tx, [
    ...(lead ? [{ ...about, agentId: lead.id, events }] : []),
    ...(agent_id === null || agent_id === lead?.id ? [] : [{ ...about, agentId: agent_id }]),
  ]);
}
