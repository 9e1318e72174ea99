import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish, publishAll } from '#server/platform/events/publish.ts';
import { notFound } from '#server/platform/problem.ts';
import { violationCreated, violationUpdated } from './violations.events.ts';
import type { Violation, ViolationUpdate } from './violations.schema.ts';
import {
  findViolation,
  findViolations,
  insertViolationRows,
  type NewViolation,
  saveViolation,
} from './violations.store.ts';

/** Records violations in the caller's transaction and publishes `violation.created` for each that is new. */
export async function insertViolations(tx: TxContext, violations: NewViolation[]): Promise<void> {
  if (violations.length === 0) return;
  const ids = await insertViolationRows(tx, violations);
  const created = await findViolations(tx, ids);
  await publishAll(
    tx,
    violationCreated,
    created.map((violation) => ({ subjectId: violation.id, data: { violation } })),
  );
}

export async function getViolation(ctx: Context, id: string): Promise<Violation> {
  const violation = await findViolation(ctx, id);
  if (!violation) throw notFound('violation', id);
  return violation;
}

/** Changes state or note. Throws `violation.not_found`. */
export function updateViolation(ctx: Context, id: string, patch: ViolationUpdate): Promise<Violation> {
  return inTransaction(ctx, async (tx) => {
    if (Object.keys(patch).length > 0 && !(await saveViolation(tx, id, patch))) throw notFound('violation', id);
    const violation = await getViolation(tx, id);
    await publish(tx, violationUpdated, { subjectId: id, data: { violation } });
    return violation;
  });
}
