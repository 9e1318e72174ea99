import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish, publishAll } from '#server/platform/events/publish.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { violationCreated, violationUpdated } from './violations.events.ts';
import type { Violation, ViolationDetail, ViolationUpdate } from './violations.schema.ts';
import {
  findContext,
  findViolation,
  findViolations,
  insertViolationRows,
  isMember,
  type NewViolation,
  saveViolation,
} from './violations.store.ts';

/** Records violations in the caller's transaction and publishes `violation.created` for each that is new; gives their ids. */
export async function insertViolations(tx: TxContext, violations: NewViolation[]): Promise<string[]> {
  if (violations.length === 0) return [];
  const ids = await insertViolationRows(tx, violations);
  const created = await findViolations(tx, ids);
  await publishAll(
    tx,
    violationCreated,
    created.map((violation) => ({ subjectId: violation.id, data: { violation } })),
  );
  return ids;
}

/** A violation with what its run had done before, which only people see. Throws `violation.not_found`. */
export async function getViolationDetail(ctx: Context, id: string): Promise<ViolationDetail> {
  const violation = await getViolation(ctx, id);
  return { ...violation, context: ctx.caller.kind === 'user' ? await findContext(ctx, id) : null };
}

async function getViolation(ctx: Context, id: string): Promise<Violation> {
  const violation = await findViolation(ctx, id);
  if (!violation) throw notFound('violation', id);
  return violation;
}

/** Changes state, note or who looks after it. Throws `violation.not_found`, `violation.assignee_unknown`. */
export function updateViolation(ctx: Context, id: string, patch: ViolationUpdate): Promise<Violation> {
  return inTransaction(ctx, async (tx) => {
    await getViolation(tx, id);
    await assertMember(tx, patch.assignee_user_id);
    if (Object.keys(patch).length > 0) await saveViolation(tx, id, patch);
    const violation = await getViolation(tx, id);
    await publish(tx, violationUpdated, { subjectId: id, data: { violation } });
    return violation;
  });
}

async function assertMember(ctx: Context, userId: string | null | undefined): Promise<void> {
  if (userId === null || userId === undefined || (await isMember(ctx, userId))) return;
  throw new Problem('violation.assignee_unknown', 422, 'The assignee is nobody of this organization.');
}
