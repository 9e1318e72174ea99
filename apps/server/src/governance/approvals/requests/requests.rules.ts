import { Uuid } from '#server/platform/http/fields.schema.ts';
import { Problem } from '#server/platform/problem.ts';
import type { ApprovalCreate } from '../approvals.schema.ts';

/** Where clients of old put the tasks that an approval is about. */
const TASK_KEYS = ['task_ids', 'taskIds', 'taskIDs', 'task_id', 'taskId', 'taskID'];

/** The tasks of a request, from its fields and its payload: in order, each once, in lower case. */
export function listTaskIds({ task_id, task_ids, payload }: ApprovalCreate): string[] {
  const named = TASK_KEYS.flatMap((key) => payload?.[key] ?? []).filter((id) => Uuid.safeParse(id).success);
  const all = [...(task_id ? [task_id] : []), ...task_ids, ...named.map(String)];
  return [...new Set(all.map((id) => id.toLowerCase()))];
}

/**
 * What is stored as payload: `lead_reasoning` stands in it as `reason`. Throws `approval.reasoning_required` when
 * neither it nor `payload.reason` nor `payload.decision.reason` says why.
 */
export function toPayload({ lead_reasoning, payload }: ApprovalCreate): Record<string, unknown> | null {
  const reasoning = lead_reasoning?.trim();
  if (reasoning) return { ...payload, reason: reasoning };
  const { reason, decision } = payload ?? {};
  const inner = typeof decision === 'object' && decision !== null && 'reason' in decision ? decision.reason : undefined;
  if (isText(reason) || isText(inner)) return payload;
  throw new Problem(
    'approval.reasoning_required',
    422,
    'Say why: send lead_reasoning, payload.reason or payload.decision.reason.',
  );
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
