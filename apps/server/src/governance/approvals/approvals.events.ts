import { z } from 'zod';
import { type ActivityLine, defineEvent, type EventType } from '#server/platform/events/publish.ts';
import { ApprovalRead } from './approvals.schema.ts';

const TaskCount = z.object({ task_id: z.uuid(), approvals_count: z.int(), approvals_pending_count: z.int() });
export type TaskCount = z.infer<typeof TaskCount>;

const ApprovalFact = z.object({
  approval: ApprovalRead,
  /** Of the board. */
  pending_approvals_count: z.int(),
  task_counts: z.array(TaskCount),
});

/** With the decision of one person. */
const DecisionFact = ApprovalFact.extend({
  decision: z.enum(['approved', 'rejected']),
  comment: z.string().nullable(),
  board_group_id: z.uuid().nullable(),
  delegated_by_user_id: z.uuid().nullable(),
});

/** Who used it, and for which task when it was a move to done. */
const ConsumedFact = ApprovalFact.extend({ task_id: z.uuid().nullable() });

const DeletedFact = z.object({ id: z.uuid(), board_id: z.uuid(), action_type: z.string(), args_hash: z.string() });

/** An approval as streams show it. */
export type ApprovalFact = z.infer<typeof ApprovalFact>;

const toStream = ({ approval, pending_approvals_count, task_counts }: ApprovalFact) => {
  const counts = task_counts.length === 1 ? task_counts[0] : task_counts;
  return {
    event: 'approval',
    data: { approval, pending_approvals_count, ...(task_counts.length > 0 ? { task_counts: counts } : {}) },
  };
};

const toLine = (approval: ApprovalRead, message: string): ActivityLine => ({
  message,
  taskId: approval.task_id,
  agentId: approval.agent_id,
  data: { approval_id: approval.id, action_type: approval.action_type, status: approval.status },
});

/** What the audit trail keeps of every fact about an approval; `result` and `agent_id` become fields of the record. */
const toDetails = (approval: ApprovalRead) => ({
  approval_id: approval.id,
  board_id: approval.board_id,
  agent_id: approval.agent_id,
  action_type: approval.action_type,
  args_hash: approval.args_hash,
  task_ids: approval.task_ids,
  confidence: approval.confidence,
  required_approvals: approval.required_approvals,
  approvals_given: approval.approvals_given,
});

const approvalEvent = <S extends z.ZodType<ApprovalFact>>(
  event: Pick<EventType<S>, 'type' | 'schema' | 'activity' | 'audit'>,
): EventType<S> => defineEvent({ ...event, subject: 'approval', streams: { approvals: ({ data }) => toStream(data) } });

export const approvalCreated = approvalEvent({
  type: 'approval.created',
  schema: ApprovalFact,
  activity: ({ approval }) => toLine(approval, `Approval requested: ${approval.action_type}.`),
  audit: ({ approval }) => ({ ...toDetails(approval), payload: approval.payload, expires_at: approval.expires_at }),
});

const toDecision = ({ decision, comment, board_group_id, delegated_by_user_id }: z.infer<typeof DecisionFact>) => ({
  ...{ decision, comment, board_group_id, delegated_by_user_id },
});

/** A decision that leaves it pending: others must agree too. */
export const approvalDecided = approvalEvent({
  type: 'approval.decided',
  schema: DecisionFact,
  activity: ({ approval }) =>
    toLine(
      approval,
      `Approved by ${approval.approvals_given} of ${approval.required_approvals}: ${approval.action_type}.`,
    ),
  audit: (fact) => ({ ...toDetails(fact.approval), ...toDecision(fact), result: fact.decision }),
});

/** The outcome, with the decision that brought it. */
export const approvalResolved = approvalEvent({
  type: 'approval.resolved',
  schema: DecisionFact,
  activity: ({ approval }) => toLine(approval, `Approval ${approval.resolution}: ${approval.action_type}.`),
  audit: (fact) => ({
    ...toDetails(fact.approval),
    ...toDecision(fact),
    action: `approval.${fact.approval.resolution}`,
    result: fact.approval.resolution,
  }),
});

export const approvalReopened = approvalEvent({
  type: 'approval.reopened',
  schema: ApprovalFact,
  activity: ({ approval }) => toLine(approval, `Approval opened again: ${approval.action_type}.`),
  audit: ({ approval }) => toDetails(approval),
});

/** Half of the time has passed, and somebody waits for the answer. */
export const approvalReminder = approvalEvent({
  type: 'approval.reminder',
  schema: ApprovalFact,
  activity: ({ approval }) => toLine(approval, `Approval still waits for a decision: ${approval.action_type}.`),
});

/** Further people are asked. */
export const approvalEscalated = approvalEvent({
  type: 'approval.escalated',
  schema: ApprovalFact,
  activity: ({ approval }) => toLine(approval, `Further people are asked to decide: ${approval.action_type}.`),
  audit: ({ approval }) => ({ ...toDetails(approval), escalation_level: approval.escalation_level }),
});

export const approvalExpired = approvalEvent({
  type: 'approval.expired',
  schema: ApprovalFact,
  activity: ({ approval }) => toLine(approval, `Approval expired undecided: ${approval.action_type}.`),
  audit: ({ approval }) => ({ ...toDetails(approval), result: 'expired' }),
});

export const approvalConsumed = approvalEvent({
  type: 'approval.consumed',
  schema: ConsumedFact,
  activity: ({ approval, task_id }) => ({
    ...toLine(approval, `Approval used: ${approval.action_type}.`),
    taskId: task_id ?? approval.task_id,
  }),
  audit: ({ approval, task_id }) => ({ ...toDetails(approval), task_id }),
});

export const approvalDeleted = defineEvent({
  type: 'approval.deleted',
  subject: 'approval',
  schema: DeletedFact,
  streams: {
    approvals: ({ data: { id, board_id } }) => ({ event: 'deleted', data: { type: 'approval.deleted', id, board_id } }),
  },
  activity: ({ action_type }) => ({ message: `Approval deleted with its task: ${action_type}.` }),
  audit: ({ id, action_type, args_hash }) => ({ approval_id: id, action_type, args_hash }),
});

/** Every fact about an approval. */
export const approvalEvents = [
  ...[approvalCreated, approvalDecided, approvalResolved, approvalReopened, approvalReminder, approvalEscalated],
  ...[approvalExpired, approvalConsumed, approvalDeleted],
];
