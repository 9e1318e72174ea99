import type { TxContext } from '#server/platform/context.ts';

const ofAgent = ({ db, orgId }: TxContext, id: string) =>
  db.updateTable('agents').where('org_id', '=', orgId).where('id', '=', id);

/** What the session might before a hard pause; null is what the gateway allows by itself. */
export async function savePermissionMode(tx: TxContext, id: string, mode: string | null): Promise<void> {
  await ofAgent(tx, id).set({ permission_mode: mode }).execute();
}

export async function saveHardPause(tx: TxContext, id: string, isPaused: boolean): Promise<void> {
  await ofAgent(tx, id)
    .set({ hard_paused_at: isPaused ? tx.now() : null })
    .execute();
}
