import type { TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';

export interface NewChange {
  actionType: string;
  payload: Record<string, unknown>;
  argsHash: string;
  expiresAt: Date;
}

/** Inserts a pending approval of a change that the caller asks for; returns the id. */
export async function insertChange({ db, orgId, actor, now }: TxContext, change: NewChange): Promise<string> {
  const id = newId(now());
  await db
    .insertInto('approvals')
    .values({
      id,
      org_id: orgId,
      kind: 'change',
      requested_by_kind: 'user',
      requested_by_user_id: actor.id,
      action_type: change.actionType,
      payload: JSON.stringify(change.payload),
      args_hash: change.argsHash,
      confidence: 100,
      expires_at: change.expiresAt,
      created_at: now(),
      updated_at: now(),
    })
    .execute();
  return id;
}

/** The change was made: its approval cannot be used or taken back any more. */
export const saveChangeApplied = ({ db, orgId, actor, now }: TxContext, id: string) =>
  db
    .updateTable('approvals')
    .set({ consumed_at: now(), consumed_by: JSON.stringify(actor), updated_at: now() })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
