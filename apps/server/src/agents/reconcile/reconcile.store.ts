import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';
import { TRANSITION_MS } from '../registry/status.rules.ts';

/** Marks an agent as to be made the same on its gateway, from now on by a new generation; returns that. */
export async function saveReconcileAsked(
  { db, orgId, now }: TxContext,
  id: string,
  action: 'provision' | 'update',
): Promise<number> {
  const at = now();
  const { lifecycle_generation } = await db
    .updateTable('agents')
    .set({
      status: action === 'provision' ? 'provisioning' : 'updating',
      provision_action: action,
      provision_requested_at: at,
      lifecycle_state: 'pending',
      lifecycle_generation: sql`lifecycle_generation + 1`,
      transition_deadline_at: new Date(at.getTime() + TRANSITION_MS),
      checkin_deadline_at: null,
      wake_attempts: 0,
      last_error: null,
      next_retry_at: null,
    })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .returning('lifecycle_generation')
    .executeTakeFirstOrThrow();
  return lifecycle_generation;
}
