import type { z } from 'zod';
import type { TxContext } from '#server/platform/context.ts';
import { type EventType, publish } from '#server/platform/events/publish.ts';
import { notFound } from '#server/platform/problem.ts';
import type { ApprovalFact } from './approvals.events.ts';
import type { ApprovalRead } from './approvals.schema.ts';
import { findApprovalFact } from './approvals.store.ts';

/** Publishes a fact about an approval as it is now, with the counts that streams show; returns the approval. */
export async function publishApproval<S extends z.ZodType<ApprovalFact>>(
  tx: TxContext,
  event: EventType<S>,
  id: string,
  more: Omit<z.infer<S>, keyof ApprovalFact>,
): Promise<ApprovalRead> {
  const fact = await findApprovalFact(tx, id);
  if (!fact) throw notFound('approval', id);
  const data = { ...fact, ...more } as z.infer<S>; // `more` is what S has beyond ApprovalFact
  await publish(tx, event, { subjectId: id, boardId: fact.approval.board_id, data });
  return fact.approval;
}
